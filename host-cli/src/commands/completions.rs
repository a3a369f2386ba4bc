//! `leidraad completions SHELL`: what a shell needs to complete the command line, the register's own names included.

use crate::complete::registration;
use crate::fault::{Fault, Status};
use crate::output::print;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Status, Fault> {
    let script = registration(&shell.to_string()).unwrap_or_default();
    print(&String::from_utf8_lossy(&script), Status::Granted)
}
