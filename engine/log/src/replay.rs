//! Receipts and the policies that gave them in; every answer given again out, and which is another one than before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use leidraad::{Batch, Language, Policy, Question};

use crate::error::LogError;
use crate::line::Recorded;
use crate::receipt::{digest, without_question};
use crate::scan::{Scanned, lines};
use crate::segment;

/// What came of a receipt whose question was asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Again {
    /// The same answer, byte for byte.
    Same,
    /// Another one.
    Different {
        /// what the log has: the answer, its digest, or the error
        logged: String,
        /// what the policy gives now
        given: String,
    },
    /// A fact of it is masked: it cannot be asked again.
    Masked,
    /// The policy that answered is not there.
    NoPolicy,
    /// It is no receipt that could be read.
    Unreadable,
}

/// What came of a log whose questions were asked again.
///
/// ```
/// let replayed = leidraad_log::Replayed::default();
/// assert_eq!((replayed.receipts, replayed.same), (0, 0));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// how many receipts there are
    pub receipts: u64,
    /// how many got the same answer, byte for byte
    pub same: u64,
    /// how many got another one
    pub different: u64,
    /// how many have a masked fact, and could not be asked again
    pub masked: u64,
    /// the policies that are not there, and how many receipts each has
    pub missing: BTreeMap<String, u64>,
    /// how many lines are none
    pub unreadable: u64,
}

/// Gives an answer again by the policy that gave it: its options and its language, too.
///
/// ```
/// use leidraad::{Language, Policy, Question, Sources, date};
/// use leidraad_log::{Again, Receipt, Recorded, Settings, again};
/// let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let json = String::from_utf8(Receipt::of(&policy, &decision, Language::Nl).to_json(&Settings::default())).unwrap();
/// let line = json.replacen('{', "{\"n\":1,", 1);
/// assert_eq!(again(&Recorded::read(line.as_bytes()).unwrap(), &policy.batch()), Again::Same);
/// ```
pub fn again(recorded: &Recorded<'_>, batch: &Batch<'_>) -> Again {
    if recorded.is_masked() {
        return Again::Masked;
    }
    let question = recorded.question.and_then(|question| serde_json::from_str::<Question>(question.get()).ok());
    let language = recorded.language.parse::<Language>().ok();
    let (Some(question), Some(language)) = (question, language) else { return Again::Unreadable };
    let logged = match (&recorded.error, recorded.decision) {
        (Some(error), _) => error.to_string(),
        (None, Some(decision)) => decision.get().trim_matches('"').to_owned(),
        (None, None) => return Again::Unreadable,
    };
    let given = match batch.decide(&question) {
        Err(error) => error.code().to_owned(),
        Ok(decision) => {
            let mut json = Vec::new();
            decision.write_json(&mut json, language);
            let json = without_question(json);
            if logged.starts_with("sha256:") { digest(&json) } else { String::from_utf8_lossy(&json).into_owned() }
        }
    };
    if given == logged { Again::Same } else { Again::Different { logged, given } }
}

/// A receipt that got another answer.
type Told<'t> = &'t mut (dyn FnMut(u64, &Path, usize, Again) + Send);

/// Asks every question of a log again, of the policy with its digest. What is not the same is told: number, file, row, and what came of it.
///
/// ```
/// use leidraad_log::{Log, Settings, replay};
/// let folder = tempfile::tempdir().unwrap();
/// let log = Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap();
/// let replayed = replay(folder.path(), &|_| None, &mut |n, _, _, came| panic!("{n}: {came:?}"), &|_| ()).unwrap();
/// assert_eq!(replayed.receipts, 0);
/// ```
pub fn replay(
    folder: &Path,
    policy: &(dyn Fn(&str) -> Option<Policy> + Sync),
    told: Told<'_>,
    done: &(dyn Fn(u64) + Sync),
) -> Result<Replayed, LogError> {
    let policies = Policies { find: policy, found: Mutex::new(BTreeMap::new()) };
    let mut sum = Replayed::default();
    let threads = available_parallelism().map_or(1, usize::from);
    for segment in segment::all(folder)? {
        let bytes = segment.read()?;
        let all: Vec<Scanned<'_>> = lines(&segment, &bytes).collect();
        let shares: Vec<&[Scanned<'_>]> = all.chunks(all.len().div_ceil(threads).max(1)).collect();
        let came: Vec<(Replayed, Vec<Different>)> = std::thread::scope(|scope| {
            let threads: Vec<_> = shares.iter().map(|share| scope.spawn(|| part(share, &policies, done))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        for (part, differences) in came {
            sum.add(part);
            for Different { n, path, row, came } in differences {
                told(n, &path, row, came);
            }
        }
    }
    Ok(sum)
}

struct Different {
    n: u64,
    path: PathBuf,
    row: usize,
    came: Again,
}

/// Policies by their digests, each looked for once.
struct Policies<'f> {
    find: &'f (dyn Fn(&str) -> Option<Policy> + Sync),
    found: Mutex<BTreeMap<String, Option<Arc<Policy>>>>,
}

impl Policies<'_> {
    fn get(&self, digest: &str) -> Option<Arc<Policy>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policy) = found.get(digest) {
            return policy.clone();
        }
        let policy = (self.find)(digest).map(Arc::new);
        found.insert(digest.to_owned(), policy.clone());
        policy
    }
}

fn part(share: &[Scanned<'_>], policies: &Policies<'_>, done: &(dyn Fn(u64) + Sync)) -> (Replayed, Vec<Different>) {
    let (mut sum, mut differences) = (Replayed::default(), Vec::new());
    let mut rest = share;
    while let Some(first) = rest.first() {
        // Receipts of one policy stand together, as long as it was in force: they are one batch.
        let digest = Recorded::read(first.line).map(|recorded| recorded.policy.into_owned()).unwrap_or_default();
        let policy = if digest.is_empty() { None } else { policies.get(&digest) };
        let batch = policy.as_deref().map(Policy::batch);
        let mut taken = 0;
        for Scanned { path, row, line, .. } in rest {
            let recorded = Recorded::read(line);
            if taken > 0 && recorded.as_ref().is_none_or(|recorded| recorded.policy != digest) {
                break;
            }
            taken += 1;
            let Some(recorded) = recorded else {
                sum.unreadable += 1;
                continue;
            };
            if !recorded.is_receipt() {
                continue;
            }
            sum.receipts += 1;
            let came = batch.as_ref().map_or(Again::NoPolicy, |batch| again(&recorded, batch));
            match &came {
                Again::Same => sum.same += 1,
                Again::Masked => sum.masked += 1,
                Again::NoPolicy => *sum.missing.entry(digest.clone()).or_default() += 1,
                Again::Unreadable => sum.unreadable += 1,
                Again::Different { .. } => sum.different += 1,
            }
            if matches!(came, Again::Different { .. } | Again::Unreadable) {
                differences.push(Different { n: recorded.n, path: path.to_path_buf(), row: *row, came });
            }
        }
        done(taken as u64);
        rest = rest.get(taken..).unwrap_or_default();
    }
    (sum, differences)
}

impl Replayed {
    fn add(&mut self, other: Replayed) {
        self.receipts += other.receipts;
        self.same += other.same;
        self.different += other.different;
        self.masked += other.masked;
        self.unreadable += other.unreadable;
        for (digest, count) in other.missing {
            *self.missing.entry(digest).or_default() += count;
        }
    }
}
