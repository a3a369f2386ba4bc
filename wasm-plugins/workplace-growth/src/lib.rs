//! A quota of workplaces in proportion to the staff on 1 January, rounded up: one for each FTE, and some room to grow.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::format;
use leidraad_option::{Config, Description, Kind, Option, Proposal, Question, Refusal, Standing};

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
        let comma = |text: alloc::string::String| text.replace('.', ",");
        Ok(Proposal::new().quota(amount, "workplace", "term").note(
            comma(format!("{amount} werkplekken: {} fte op 1 januari × {}, naar boven afgerond", fte.normalize(), factor.normalize())),
            format!("{amount} workplaces: {} FTE on 1 January × {}, rounded up", fte.normalize(), factor.normalize()),
        ))
    }
}

leidraad_option::export!(WorkplaceGrowth);
