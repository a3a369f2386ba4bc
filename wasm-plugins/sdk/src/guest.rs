//! The wire in and out: generated types of the contract become those of this crate, and back.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::contract::{Config, Description, Kind, Proposal, Question, Refusal, Standing, Value};

#[doc(hidden)]
#[allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "plugin",
        pub_export_macro: true,
        export_macro_name: "export_plugin",
        default_bindings_module: "leidraad_option::bindings",
    });
}

use bindings::exports::leidraad::option::contract as wire;

/// An option: what it says of itself, and what it makes of a standing.
pub trait Option {
    /// What it says of itself. Asked once, when the register is loaded.
    fn describe() -> Description;
    /// What it proposes, on a fresh instance every time.
    fn decide(question: &Question, standing: &Standing, config: &Config) -> Result<Proposal, Refusal>;
}

/// Makes a plugin of a type that is an [`Option`](crate::Option).
#[macro_export]
macro_rules! export {
    ($option:ident) => {
        // Elsewhere there is nothing to export to: an option's logic is tested without WebAssembly.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Exported;
            impl $crate::bindings::exports::leidraad::option::contract::Guest for Exported {
                fn describe() -> $crate::bindings::exports::leidraad::option::contract::Description {
                    <$option as $crate::Option>::describe().into()
                }
                fn decide(
                    question: $crate::bindings::exports::leidraad::option::contract::Question,
                    standing: $crate::bindings::exports::leidraad::option::contract::Standing,
                    config: $crate::alloc::vec::Vec<$crate::bindings::exports::leidraad::option::contract::Entry>,
                ) -> Result<
                    $crate::bindings::exports::leidraad::option::contract::Proposal,
                    $crate::bindings::exports::leidraad::option::contract::Refusal,
                > {
                    $crate::answer::<$option>(question, standing, config)
                }
            }
    $crate::bindings::export_plugin!(Exported with_types_in $crate::bindings);
        };
    };
}

/// Calls an option with what came over the wire.
#[doc(hidden)]
pub fn answer<O: Option>(
    question: wire::Question,
    standing: wire::Standing,
    config: Vec<wire::Entry>,
) -> Result<wire::Proposal, wire::Refusal> {
    let refused = |refusal| match refusal {
        Refusal::Needs(facts) => wire::Refusal::Needs(wire::Needed { facts, stands: None }),
        Refusal::NeedsOn(facts, from, until) => wire::Refusal::Needs(wire::Needed { facts, stands: Some(days(from, until)) }),
        Refusal::Invalid(message) => wire::Refusal::Invalid(message),
    };
    read(question, standing, config)
        .and_then(|(question, standing, config)| O::decide(&question, &standing, &config))
        .map(proposal)
        .map_err(refused)
}

fn read(question: wire::Question, standing: wire::Standing, config: Vec<wire::Entry>) -> Result<(Question, Standing, Config), Refusal> {
    let question = Question {
        customer: question.customer,
        service: question.service,
        on: question.on.map(|text| day(&text)).transpose()?,
        facts: question.facts.into_iter().map(entry).collect::<Result<_, _>>()?,
    };
    let quota = standing.quota.map(|quota| Ok((number(&quota.amount)?, quota.unit, quota.per))).transpose()?;
    let standing = Standing { base: standing.base, level: standing.level, room: standing.room, quota, obligations: standing.obligations };
    Ok((question, standing, Config(config.into_iter().map(entry).collect::<Result<_, _>>()?)))
}

fn entry(entry: wire::Entry) -> Result<(String, Value), Refusal> {
    let value = match entry.value {
        wire::Value::Truth(truth) => Value::Truth(truth),
        wire::Value::Number(text) => Value::Number(number(&text)?),
        wire::Value::Text(text) => Value::Text(text),
        wire::Value::Day(text) => Value::Day(day(&text)?),
        wire::Value::Tags(tags) => Value::Tags(tags),
    };
    Ok((entry.name, value))
}

fn number(text: &str) -> Result<Decimal, Refusal> {
    Decimal::from_str_exact(text).map_err(|_| Refusal::Invalid(format!("`{text}` is no number")))
}

/// The host writes days as `2025-02-01` and nothing else. (The library's own parser knows much more, and weighs as much.)
fn day(text: &str) -> Result<Date, Refusal> {
    let mut parts = text.splitn(3, '-').map(str::parse::<u16>);
    let mut part = || parts.next().and_then(Result::ok);
    let mut read = || Date::new(i16::try_from(part()?).ok()?, i8::try_from(part()?).ok()?, i8::try_from(part()?).ok()?).ok();
    read().ok_or_else(|| Refusal::Invalid(format!("`{text}` is no day")))
}

fn written(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

fn proposal(proposal: Proposal) -> wire::Proposal {
    wire::Proposal {
        level: proposal.level,
        quota: proposal.quota.map(|(amount, unit, per)| wire::Quota { amount: amount.to_string(), unit, per }),
        obligations: proposal.obligations,
        note: proposal.note.map(|(nl, en)| wire::Note { nl: Some(nl), en: Some(en) }),
        stands: proposal.stands.map(|(from, until)| days(from, until)),
    }
}

fn days(from: core::option::Option<Date>, until: core::option::Option<Date>) -> wire::Days {
    wire::Days { from: from.map(written), until: until.map(written) }
}

impl From<Description> for wire::Description {
    fn from(said: Description) -> Self {
        let mut sets = wire::Choices::empty();
        for (may, choice) in
            [(said.level, wire::Choices::LEVEL), (said.quota, wire::Choices::QUOTA), (said.obligations, wire::Choices::OBLIGATIONS)]
        {
            if may {
                sets = sets | choice;
            }
        }
        let setting = |(name, kind, required, summary): (&str, Kind, bool, &str)| wire::Setting {
            name: name.to_owned(),
            kind: match kind {
                Kind::Truth => wire::Kind::Truth,
                Kind::Number => wire::Kind::Number,
                Kind::Text => wire::Kind::Text,
                Kind::Day => wire::Kind::Day,
            },
            required,
            summary: summary.to_owned(),
        };
        wire::Description {
            name: said.name.to_owned(),
            version: said.version.to_owned(),
            summary: said.summary.to_owned(),
            reads: said.reads.into_iter().map(ToOwned::to_owned).collect(),
            reads_day: said.reads_day,
            settings: said.settings.into_iter().map(setting).collect(),
            sets,
        }
    }
}
