//! Two services taken as a bundle: the one a level lower, the other a level higher, each as far as its room goes.
#![cfg_attr(target_arch = "wasm32", no_std)]

use leidraad_option::{Config, Description, Kind, Option, Proposal, Question, Refusal, Standing};

/// The option.
pub struct BundleDiscount;

impl Option for BundleDiscount {
    fn describe() -> Description {
        Description::new("bundle-discount", "1.0.0", "Of two services, one a level lower and the other a level higher")
            .setting("lower", Kind::Text, "the id of the service that goes down")
            .setting("raise", Kind::Text, "the id of the service that goes up")
            .setting("down_to", Kind::Text, "the level that the first goes down to")
            .sets_level()
    }

    fn decide(question: &Question, standing: &Standing, config: &Config) -> Result<Proposal, Refusal> {
        if question.service == config.text("lower")? {
            return Ok(Proposal::new().level(config.text("down_to")?).note(
                "lager in ruil voor een hoger niveau elders in de bundel",
                "lower in exchange for a higher level elsewhere in the bundle",
            ));
        }
        if question.service == config.text("raise")? {
            return Ok(Proposal::new().level(standing.step(1)).note(
                "hoger in ruil voor een lager niveau elders in de bundel",
                "higher in exchange for a lower level elsewhere in the bundle",
            ));
        }
        Ok(Proposal::new())
    }
}

leidraad_option::export!(BundleDiscount);
