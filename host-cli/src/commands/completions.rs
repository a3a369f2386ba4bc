//! `leidraad completions SHELL`: what a shell needs to complete the command line.

use clap::CommandFactory;

use crate::args::Args;
use crate::fault::{Fault, Status};
use crate::output::print;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Status, Fault> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "leidraad", &mut text);
    print(&String::from_utf8_lossy(&text), Status::Granted)
}
