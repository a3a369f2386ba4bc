//! `leidraad log checkpoint LOG`, `leidraad log retire LOG`: where a log ends, written down and signed; what has grown old, deleted.

use std::path::Path;

use jiff::Timestamp;
use leidraad_log::{Log, Settings, checkpoint as write_down};

use super::fault;
use super::write::user;
use crate::args::Day;
use crate::commands::{Context, date_here, sign};
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
        let bytes = std::fs::read(&file).map_err(|cause| Fault::unreadable(&file, &cause, language))?;
        text += &sign::signed((&file, &bytes), (place, &key), None, language)?;
    }
    print(&text, Status::Granted)
}

pub(super) fn retire(context: &Context, log: &Path, before: Day, actor: Option<String>) -> Result<Status, Fault> {
    let language = context.spoken();
    let failed = |error| fault(&error, language);
    // Where there is no log, none is made.
    leidraad_log::scan(log, |_| ()).map_err(failed)?;
    let now = Timestamp::now();
    let open = Log::open(log, Settings::default(), now).map_err(failed)?;
    let count = open.retire(date_here(before), now, &actor.unwrap_or_else(user)).map_err(failed)?;
    print(&format!("{}\n", say(language, Key::LogRetired, &[("count", &count.to_string())])), Status::Granted)
}
