//! `leidraad completions SHELL`: what a shell needs to complete the command line.

use clap::builder::PossibleValuesParser;
use leidraad::Code;

use crate::fault::{Fault, Status};
use crate::language::{localized, preferred};
use crate::output::print;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Status, Fault> {
    // What the command itself explains when it is wrong is a list to a shell.
    let codes = || PossibleValuesParser::new(Code::ALL.iter().map(|code| code.word()));
    let mut command = localized(preferred())
        .mut_arg("lang", |lang| lang.value_parser(PossibleValuesParser::new(["nl", "en", "rust", "rhai"])))
        .mut_subcommand("explain", |explain| explain.mut_arg("code", |code| code.value_parser(codes())));
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "leidraad", &mut text);
    print(&String::from_utf8_lossy(&text), Status::Granted)
}
