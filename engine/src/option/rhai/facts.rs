//! Known facts in; what a script sees of them out. Reading a fact that is missing ends the call: the answer is then "I need it" (S11).

use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Position};

use crate::model::value::FactValue;
use crate::script::into_dynamic;

/// `question.facts` of a script.
#[derive(Debug, Clone)]
pub(super) struct Facts(Vec<(ImmutableString, Dynamic)>);

/// What ends a call that reads a missing fact.
#[derive(Debug, Clone)]
pub(super) struct Missing(pub(super) String);

impl Facts {
    pub(super) fn of(facts: &[(&str, FactValue)]) -> Facts {
        Facts(facts.iter().map(|(name, value)| ((*name).into(), into_dynamic(value.clone()))).collect())
    }
    fn find(&self, name: &str) -> Option<&Dynamic> {
        self.0.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
    }
}

/// `facts.name` reads a fact, `facts.has("name")` asks whether it is known.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Facts>("facts");
    engine.register_indexer_get(|facts: &mut Facts, name: ImmutableString| {
        facts
            .find(&name)
            .cloned()
            .ok_or_else(|| Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(Missing(name.to_string())), Position::NONE)))
    });
    engine.register_fn("has", |facts: &mut Facts, name: ImmutableString| facts.find(&name).is_some());
}
