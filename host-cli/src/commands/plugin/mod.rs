//! `leidraad plugin …`: for those who make plugins. Their text is English, as that of contract owners is.

mod inspect;
mod new;
mod pack;
mod run;

use std::path::Path;

use leidraad::Language;

use crate::args::{Format, Lang, Plugin};
use crate::fault::{Fault, Status};

pub(crate) fn run(command: Plugin, lang: Option<Lang>, format: Format) -> Result<Status, Fault> {
    match command {
        Plugin::New(new) => new::run(&new, lang),
        Plugin::Inspect { file } => inspect::run(&file, format),
        Plugin::Run(run) => run::run(&run, format),
        Plugin::Pack { module, component } => pack::run(&module, &component),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|cause| unreadable(path, &cause))
}

fn unreadable(path: &Path, cause: &std::io::Error) -> Fault {
    Fault::File { path: path.display().to_string(), cause: cause.to_string(), language: Language::En }
}

/// A file's name, which says whether it is a script.
fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
