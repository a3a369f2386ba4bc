//! A log in; an `SQLite` file that finds its receipts out. It is made from the log alone, and can be thrown away.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use serde::Deserialize;

use crate::chain::unseal;
use crate::error::LogError;
use crate::line::Recorded;
use crate::scan::lines;
use crate::segment;

/// Another shape than this is made anew.
const VERSION: u32 = 1;

const TABLES: &str = "
    CREATE TABLE receipt (
        n INTEGER PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, at INTEGER NOT NULL,
        actor TEXT NOT NULL, origin TEXT NOT NULL, id TEXT, customer TEXT NOT NULL, service TEXT NOT NULL, day TEXT NOT NULL, result TEXT NOT NULL
    ) STRICT;
    CREATE TABLE rule (rule TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (rule, n)) STRICT, WITHOUT ROWID;
    CREATE INDEX by_customer ON receipt (customer, service);
    CREATE INDEX by_service ON receipt (service);
    CREATE INDEX by_actor ON receipt (actor);
    CREATE INDEX by_day ON receipt (day);
    CREATE INDEX by_id ON receipt (id);
    CREATE TABLE read_until (segment INTEGER NOT NULL, offset INTEGER NOT NULL, chain TEXT NOT NULL) STRICT;
";

/// Which receipts are wanted; what is left out does not matter.
///
/// ```
/// use leidraad_log::Wanted;
/// let wanted = Wanted { customer: Some("leiden".to_owned()), ..Wanted::default() };
/// assert!(wanted.rule.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// the customer's id
    pub customer: Option<String>,
    /// the service's id
    pub service: Option<String>,
    /// the day that the question was about
    pub on: Option<Date>,
    /// `granted`, `refused`, `undetermined`, `error`
    pub result: Option<String>,
    /// a rule or an option that decided: `set@version#id`; or `set@version`, or `set`, for all in it
    pub rule: Option<String>,
    /// who asked
    pub actor: Option<String>,
    /// what the caller called it by
    pub id: Option<String>,
    /// answered at this time or later
    pub since: Option<Timestamp>,
    /// answered before this time
    pub until: Option<Timestamp>,
}

/// A receipt that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// its number
    pub n: u64,
    /// its file
    pub path: PathBuf,
    /// its line, as it stands there
    pub line: String,
}

/// An index over a log.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    database: Connection,
}

impl Index {
    /// Opens the index of a log, and brings it up to date. One that is damaged, or of another log, is made anew.
    ///
    /// ```
    /// use leidraad_log::{Index, Log, Settings, Wanted};
    /// let folder = tempfile::tempdir().unwrap();
    /// drop(Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap());
    /// let index = Index::open(folder.path()).unwrap();
    /// assert_eq!(index.find(&Wanted::default(), 10).unwrap(), []);
    /// ```
    pub fn open(folder: &Path) -> Result<Index, LogError> {
        let path = folder.join("index.sqlite");
        segment::all(folder)?;
        let opened = Index::opened(folder, &path);
        if opened.is_err() && path.exists() {
            std::fs::remove_file(&path).map_err(|cause| LogError::of(&path, cause))?;
            return Index::opened(folder, &path).map_err(|cause| LogError::of(&path, cause));
        }
        opened.map_err(|cause| LogError::of(&path, cause))
    }

    fn opened(folder: &Path, path: &Path) -> Result<Index, Box<dyn std::error::Error>> {
        let database = Connection::open(path)?;
        // It can be made anew: nothing waits for the disk.
        database.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")?;
        let version: u32 = database.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != VERSION {
            let has_tables: i64 = database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if has_tables > 0 {
                return Err("it has another shape".into());
            }
            database.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))?;
        }
        let mut index = Index { folder: folder.to_owned(), database };
        index.catch_up()?;
        Ok(index)
    }

    /// Reads what was logged since.
    fn catch_up(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let segments = segment::all(&self.folder)?;
        let until = self.database.query_row("SELECT segment, offset, chain FROM read_until", [], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?, row.get::<_, String>(2)?))
        });
        let until = until.optional()?;
        let is_there = |read: &u64| segments.iter().any(|segment| segment.first == *read);
        if let (Some((read, _, _)), Some(oldest)) = (&until, segments.first())
            && *read >= oldest.first
            && !is_there(read)
        {
            return Err("it is of another log".into());
        }
        let transaction = self.database.transaction()?;
        if let Some(oldest) = segments.first() {
            transaction.execute("DELETE FROM rule WHERE n < ?1", [oldest.first])?;
            transaction.execute("DELETE FROM receipt WHERE segment < ?1", [oldest.first])?;
        }
        let mut last = None;
        for segment in &segments {
            let begins = match &until {
                Some((read, _, _)) if segment.first < *read => continue,
                Some((read, offset, _)) if segment.first == *read => *offset,
                _ => 0,
            };
            let bytes = std::fs::read(&segment.path)?;
            let mut is_known = begins == 0;
            for scanned in lines(segment, &bytes) {
                let (offset, line) = (scanned.offset as u64, scanned.line);
                if offset < begins {
                    continue;
                }
                let Some((_, own)) = unseal(line) else { continue };
                if offset == begins && !is_known {
                    // The last line that was read: it has to be the same still.
                    if until.as_ref().is_some_and(|(_, _, chain)| *chain != own.hex()) {
                        return Err("it is of another log".into());
                    }
                    is_known = true;
                    continue;
                }
                last = Some((segment.first, offset, own.hex()));
                let recorded = Recorded::read(line).filter(Recorded::is_receipt);
                let Some(recorded) = recorded else { continue };
                let Asked { customer, service, on } =
                    recorded.question.and_then(|question| serde_json::from_str(question.get()).ok()).unwrap_or_default();
                transaction.prepare_cached("INSERT INTO receipt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")?.execute(
                    params![
                        recorded.n,
                        segment.first,
                        offset,
                        line.len(),
                        recorded.at.as_microsecond(),
                        recorded.actor,
                        recorded.origin,
                        recorded.id,
                        customer,
                        service,
                        on,
                        recorded.result
                    ],
                )?;
                for rule in &recorded.rules {
                    transaction.prepare_cached("INSERT OR IGNORE INTO rule VALUES (?1, ?2)")?.execute(params![rule, recorded.n])?;
                }
            }
            if !is_known {
                return Err("it is of another log".into());
            }
        }
        if let Some((segment, offset, chain)) = last {
            transaction.execute("DELETE FROM read_until", [])?;
            transaction.execute("INSERT INTO read_until VALUES (?1, ?2, ?3)", params![segment, offset, chain])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The receipts that are wanted, the newest first, and at most so many.
    pub fn find(&self, wanted: &Wanted, most: usize) -> Result<Vec<Found>, LogError> {
        let failed = |cause: &dyn std::fmt::Display| LogError::of(&self.folder, cause);
        self.found(wanted, most).map_err(|cause| failed(&cause))
    }

    fn found(&self, wanted: &Wanted, most: usize) -> Result<Vec<Found>, Box<dyn std::error::Error>> {
        let Wanted { customer, service, on, result, rule, actor, id, since, until } = wanted;
        let mut conditions: Vec<(&str, String)> = Vec::new();
        let texts = [("customer = ?", customer), ("service = ?", service), ("result = ?", result), ("actor = ?", actor), ("id = ?", id)];
        conditions.extend(texts.into_iter().filter_map(|(condition, value)| Some((condition, value.clone()?))));
        conditions.extend(on.map(|on| ("day = ?", on.to_string())));
        conditions.extend(since.map(|since| ("at >= CAST(? AS INTEGER)", since.as_microsecond().to_string())));
        conditions.extend(until.map(|until| ("at < CAST(? AS INTEGER)", until.as_microsecond().to_string())));
        let mut values: Vec<String> = conditions.iter().map(|(_, value)| value.clone()).collect();
        if let Some(rule) = rule {
            let (condition, own) = of_rule(rule);
            conditions.push((condition, String::new()));
            values.extend(own);
        }
        let all: Vec<&str> = std::iter::once("1").chain(conditions.iter().map(|(condition, _)| *condition)).collect();
        let query = format!("SELECT n, segment, offset, length FROM receipt WHERE {} ORDER BY n DESC LIMIT {most}", all.join(" AND "));
        let mut query = self.database.prepare(&query)?;
        let rows = query.query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?, row.get::<_, u64>(2)?, row.get::<_, usize>(3)?))
        })?;
        rows.map(|row| {
            let (n, segment, offset, length) = row?;
            let path = segment::path(&self.folder, segment);
            let line = line(&path, offset, length)?;
            Ok(Found { n, path, line })
        })
        .collect()
    }
}

/// What a rule is found by: its whole key; or a set or a version, for every rule in it.
fn of_rule(rule: &str) -> (&'static str, Vec<String>) {
    let whole = rule.trim_end_matches(['@', '#']);
    if whole.contains('#') {
        return ("n IN (SELECT n FROM rule WHERE rule = ?)", vec![whole.to_owned()]);
    }
    let below = format!("{whole}{}", if whole.contains('@') { '#' } else { '@' });
    let end = format!("{below}\u{10ffff}");
    ("n IN (SELECT n FROM rule WHERE rule >= ? AND rule < ?)", vec![below, end])
}

/// What a question is found by.
#[derive(Deserialize, Default)]
struct Asked {
    customer: String,
    service: String,
    on: String,
}

/// A line where it stands: the index says where, the log what.
fn line(path: &Path, offset: u64, length: usize) -> std::io::Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
