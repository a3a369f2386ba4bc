//! Text in; the same on standard output, with nothing in it that steers a screen but our own colours. The one place that prints.

use std::io::{ErrorKind, Write};

use crate::clean::{clean, clean_json};
use crate::fault::{Fault, Status};

/// Prints text for people, and ends with a status; a reader who leaves changes nothing about that.
pub(crate) fn print(text: &str, status: Status) -> Result<Status, Fault> {
    put(&clean(text), status)
}

/// Prints JSON, and ends with a status.
pub(crate) fn print_json(text: &str, status: Status) -> Result<Status, Fault> {
    put(&clean_json(text), status)
}

fn put(text: &str, status: Status) -> Result<Status, Fault> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(status),
    }
}
