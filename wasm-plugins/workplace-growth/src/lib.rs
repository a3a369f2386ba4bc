//! A quota of workplaces in proportion to the staff on 1 January, rounded up: one for each FTE, and some room to grow.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::format;
use alloc::string::{String, ToString};
use leidraad_option::{Config, Decimal, Description, Kind, Option, Proposal, Question, Refusal, Standing};

/// The option.
pub struct WorkplaceGrowth;

impl Option for WorkplaceGrowth {
    fn describe() -> Description {
        Description::new("workplace-growth", "1.0.0", "A quota of workplaces: the FTE on 1 January times a factor, rounded up")
            .reads("fte")
            .setting("factor", Kind::Number, "workplaces for each FTE, such as 1.1")
            .sets_quota()
    }

    fn decide(question: &Question, _: &Standing, config: &Config) -> Result<Proposal, Refusal> {
        let (fte, factor) = (question.number("fte")?, config.number("factor")?);
        let amount = fte.checked_mul(factor).ok_or_else(|| Refusal::Invalid("the staff is too large".into()))?.ceil();
        Ok(Proposal::new().quota(amount, "workplace", "term").note(
            format!("{amount} werkplekken: {} fte op 1 januari × {}, naar boven afgerond", comma(fte), comma(factor)),
            format!("{amount} workplaces: {fte} FTE on 1 January × {factor}, rounded up"),
        ))
    }
}

/// A number as Dutch writes it.
fn comma(number: Decimal) -> String {
    number.to_string().replace('.', ",")
}

leidraad_option::export!(WorkplaceGrowth);
