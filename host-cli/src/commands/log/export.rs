//! `leidraad log export LOG --as FORM`: a log in the form of others.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write, stdout};

use leidraad_log::export::{Ldv, ldv, parquet};
use leidraad_log::{Recorded, scan};

use super::fault;
use crate::args::{Export, Form};
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::progress;

pub(super) fn run(context: &Context, export: &Export) -> Result<Status, Fault> {
    let language = context.spoken();
    let mut out: Box<dyn Write + Send> = match &export.output {
        None => Box::new(Reader(stdout())),
        Some(path) => {
            let failed = |cause: std::io::Error| Fault::Unwritable { path: path.display().to_string(), cause: cause.to_string(), language };
            Box::new(BufWriter::new(File::create(path).map_err(failed)?))
        }
    };
    if export.form == Form::Ldv && export.activity.is_none() {
        return Err(Fault::Plugin { path: "--activity".to_owned(), reason: say(language, Key::LogNoActivity, &[]) });
    }
    let options =
        Ldv { activity: export.activity.as_deref().unwrap_or_default(), service: &export.service, subject: export.subject.as_deref() };
    let written = progress::shown(say(language, Key::LogExporting, &[]), || match export.form {
        Form::Ldv => ldv(&export.log, options, &mut out),
        Form::Parquet => parquet(&export.log, &mut out),
        Form::Questions => questions(&export.log, &mut out),
    });
    let count = written.map_err(|error| fault(&error, language))?;
    out.flush()?;
    if export.output.is_some() {
        return crate::output::print(&format!("{}\n", say(language, Key::LogExported, &[("count", &count.to_string())])), Status::Granted);
    }
    Ok(Status::Granted)
}

/// The questions alone, a line each, as `ask --batch` and `diff --questions` read them: the number of its receipt is the id of each.
fn questions(log: &std::path::Path, out: &mut dyn Write) -> Result<u64, leidraad_log::LogError> {
    let mut count = 0;
    scan(log, |scanned| {
        let Some(recorded) = Recorded::read(scanned.line).filter(|recorded| recorded.is_receipt() && !recorded.is_masked()) else { return };
        if let Some(question) = recorded.question.and_then(|question| question.get().strip_prefix('{')) {
            count += 1;
            // Whoever reads is told by the end of the run.
            let _ = writeln!(out, "{{\"id\":{},{question}", recorded.n);
        }
    })?;
    Ok(count)
}

/// Somebody who reads: one who leaves has what was wanted.
struct Reader<W>(W);

fn unless_left<T>(written: std::io::Result<T>, otherwise: T) -> std::io::Result<T> {
    match written {
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(otherwise),
        written => written,
    }
}

impl<W: Write> Write for Reader<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        unless_left(self.0.write(bytes), bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        unless_left(self.0.flush(), ())
    }
}
