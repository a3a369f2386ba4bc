//! `leidraad completions SHELL`: what a shell needs to complete the command line.

use std::io::Write;

use clap::CommandFactory;

use crate::args::Args;
use crate::fault::{Fault, Status};

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Status, Fault> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "leidraad", &mut text);
    anstream::stdout().write_all(&text)?;
    Ok(Status::Granted)
}
