//! `leidraad log checkpoint LOG`, `leidraad log retire LOG`: where a log ends, written down and signed; what has grown old, deleted.

use std::path::Path;

use jiff::Timestamp;
use leidraad_bundle::signature_files;
use leidraad_log::{Log, Settings, checkpoint as write_down};

use super::fault;
use crate::args::Day;
use crate::commands::{Context, bundle, sign, today_here};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;

pub(super) fn checkpoint(context: &Context, log: &Path, key: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let key = key.map(|path| Ok::<_, Fault>((path, sign::key(path, language)?))).transpose()?;
    let (checkpoint, file) = write_down(log, Timestamp::now()).map_err(|error| fault(&error, language))?;
    let path = file.display().to_string();
    let n = checkpoint.n.to_string();
    let mut text = say(language, Key::LogCheckpointMade, &[("file", &path), ("n", &n), ("head", &checkpoint.chain)]) + "\n";
    if let Some((place, key)) = key {
        let bytes = std::fs::read(&file).map_err(|cause| Fault::File { path: path.clone(), cause: cause.to_string(), language })?;
        let refused = |refused| Fault::Bundle { path: place.display().to_string(), refused: Box::new(refused), language };
        let signature = key.sign(&bytes, &file.file_name().unwrap_or_default().to_string_lossy()).map_err(refused)?;
        let id = key.id();
        let output = signature_files(&file, [id.as_str()]).pop().unwrap_or_default();
        bundle::put(&output, signature.as_bytes(), language)?;
        text += &say(language, Key::SignedAs, &[("file", &output.display().to_string()), ("id", &id)]);
        text.push('\n');
    }
    print(&text, Status::Granted)
}

pub(super) fn retire(context: &Context, log: &Path, before: Day, actor: Option<String>) -> Result<Status, Fault> {
    let language = context.spoken();
    let failed = |error| fault(&error, language);
    // Where there is no log, none is made.
    leidraad_log::scan(log, |_| ()).map_err(failed)?;
    let day = match before {
        Day::Date(date) => date,
        Day::FromToday(days) => today_here().saturating_add(jiff::Span::new().days(days)),
    };
    let user = || std::env::var("LOGNAME").or_else(|_| std::env::var("USER")).unwrap_or_default();
    let now = Timestamp::now();
    let open = Log::open(log, Settings::default(), now).map_err(failed)?;
    let count = open.retire(day, now, &actor.unwrap_or_else(user)).map_err(failed)?;
    print(&format!("{}\n", say(language, Key::LogRetired, &[("count", &count.to_string())])), Status::Granted)
}
