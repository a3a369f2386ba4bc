//! What the option makes of a question, without WebAssembly.

use leidraad_option::{Config, Decimal, Option, Question, Refusal, Standing, Value};
use workplace_growth::WorkplaceGrowth;

fn decide(fte: &str) -> Result<leidraad_option::Proposal, Refusal> {
    let facts = if fte.is_empty() { vec![] } else { vec![("fte".into(), Value::Number(fte.parse().unwrap()))] };
    let question = Question { customer: "oegstgeest".into(), service: "ict/workplace".into(), on: None, facts };
    let standing = Standing {
        base: "standard".into(),
        level: "standard".into(),
        room: vec!["none".into(), "standard".into()],
        quota: None,
        obligations: vec![],
    };
    WorkplaceGrowth::decide(&question, &standing, &Config(vec![("factor".into(), Value::Number(Decimal::new(11, 1)))]))
}

#[test]
fn workplaces_are_rounded_up() {
    for (fte, amount) in [("100", "110"), ("100.5", "111"), ("0", "0"), ("90.9", "100")] {
        let proposal = format!("{:?}", decide(fte).unwrap());
        assert!(proposal.contains(&format!("({amount}, \"workplace\", \"term\")")), "{proposal}");
    }
}

#[test]
fn without_staff_it_asks_for_it() {
    assert_eq!(decide("").unwrap_err(), Refusal::Needs(vec!["fte".into()]));
}
