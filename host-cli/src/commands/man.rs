//! `leidraad man`: the manual page, of the command and then of each subcommand.

use crate::fault::{Fault, Status};
use crate::language::{localized, preferred};
use crate::output::print;

pub(crate) fn run() -> Result<Status, Fault> {
    let mut text = Vec::new();
    let mut command = localized(preferred());
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let mut page = Vec::new();
        clap_mangen::Man::new(sub.clone()).render(&mut page)?;
        text.extend(page);
    }
    print(&String::from_utf8_lossy(&text), Status::Granted)
}
