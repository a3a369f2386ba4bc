//! The command `leidraad`: arguments in; answers, tables and findings out. `main` only maps what came of it to an exit status.

mod adoption;
mod args;
mod cache;
mod clean;
mod commands;
mod complete;
mod edit;
mod fault;
mod language;
mod layout;
mod locale;
mod output;
mod page;
mod parallel;
mod plan;
mod progress;
mod questions;
mod sheet;
mod store;
mod stream;
mod usage;
mod workbook;

use std::io::Write;
use std::process::ExitCode;

use clap::FromArgMatches;
use leidraad::Language;

use args::{Args, Command, Format, Lang, Plugin};
use commands::Context;
use fault::{Fault, Status, report};
use locale::{Key, say};

fn main() -> ExitCode {
    complete::answer();
    let language = language::preferred();
    let matches = match language::localized(language).try_get_matches() {
        Ok(matches) => matches,
        Err(stop) => return stopped(&stop, language),
    };
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(stop) => return stopped(&stop, language),
    };
    let format = args.format;
    let status = match run(args) {
        Ok(status) => status,
        Err(fault) => report(&fault, format),
    };
    cache::keep();
    ExitCode::from(status as u8)
}

fn run(args: Args) -> Result<Status, Fault> {
    let language = match (args.lang, &args.command) {
        (None | Some(Lang::Rust | Lang::Rhai), Command::Plugin(Plugin::New(_))) | (None, _) => None,
        (Some(Lang::Speak(language)), _) => Some(language),
        (Some(_), _) => {
            return Err(Fault::Plugin { path: "--lang".to_owned(), reason: say(language::preferred(), Key::LangMisfit, &[]) });
        }
    };
    let fits = match args.format {
        Format::Text | Format::Json => true,
        Format::Html => matches!(args.command, Command::Diff(_) | Command::List(_) | Command::Matrix(_) | Command::When(_)),
        Format::Csv | Format::Xlsx => matches!(args.command, Command::List(_) | Command::Matrix(_)),
    };
    if !fits {
        let reason = say(language.unwrap_or_else(language::preferred), Key::FormatMisfit, &[]);
        return Err(Fault::Plugin { path: "--format".to_owned(), reason });
    }
    let trust = commands::verify::trust(args.trust.as_deref(), language.unwrap_or_else(language::preferred))?;
    let context = Context::new(args.register, trust, language, args.format);
    let status = dispatch(&context, args.command, args.lang)?;
    context.close();
    Ok(status)
}

fn dispatch(context: &Context, command: Command, lang: Option<Lang>) -> Result<Status, Fault> {
    match command {
        Command::Ask(ask) => match ask.batch.clone() {
            Some(file) => commands::batch::run(context, &file, &ask.logged),
            None => commands::ask::run(context, ask),
        },
        Command::List(list) => commands::list::run(context, &list),
        Command::Matrix(matrix) => commands::matrix::run(context, &matrix),
        Command::Changes(changes) => commands::changes::run(context, &changes),
        Command::When(when) => commands::when::run(context, &when),
        Command::Check => commands::check::run(context),
        Command::Explain { code } => commands::explain::run(context, code.as_deref()),
        Command::Test(test) => commands::test::run(context, &test),
        Command::Diff(diff) => commands::diff::run(context, &diff),
        Command::Snapshot(snapshot) => commands::snapshot::run(context, snapshot),
        Command::New(new) => commands::new::run(context, new),
        Command::Version(version) => commands::version::run(context, version),
        Command::Plugin(plugin) => commands::plugin::run(plugin, lang, context.format),
        Command::Bundle(bundle) => commands::bundle::run(context, &bundle),
        Command::Sign(sign) => commands::sign::run(context, &sign),
        Command::Verify(verify) => commands::verify::run(context, &verify),
        Command::Keygen(keygen) => commands::keygen::run(context, &keygen),
        Command::Log(log) => commands::log::run(context, log),
        Command::Serve(serve) => commands::serve::run(context, &serve),
        Command::Mcp(logged) => commands::mcp::run(context, &logged),
        Command::Schema { kind } => commands::schema::run(kind.as_deref()),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man => commands::man::run(),
    }
}

/// Help and version are no errors; a wrong call is one, and a reader who left is none.
fn stopped(stop: &clap::Error, language: Language) -> ExitCode {
    let text = clean::clean(&usage::rendered(stop, language));
    let status = if stop.use_stderr() { Status::Error } else { Status::Granted };
    // Where nobody reads, the status says it.
    let _ = if stop.use_stderr() { anstream::stderr().write_all(text.as_bytes()) } else { anstream::stdout().write_all(text.as_bytes()) };
    ExitCode::from(status as u8)
}
