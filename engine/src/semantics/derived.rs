//! S11: a derived fact has a value once all that it follows from has one; what cannot be computed is missing. Facts may follow from derived
//! facts.

use crate::model::arena::FactId;
use crate::model::nfc::nfc;
use crate::model::register::Register;
use crate::model::value::FactValue;
use crate::script::Scripts;

/// The value of a derived fact: as a number, and as the text where no rule names it.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) lowered: i64,
    pub(crate) text: Option<String>,
}

/// Computes a derived fact from the values of what it follows from. `None` if one of them has none, or nothing derives the fact; an error says
/// why it cannot be computed.
pub(crate) fn derive(
    register: &Register,
    scripts: &Scripts,
    fact: FactId,
    value_of: impl Fn(FactId) -> Option<FactValue>,
) -> Option<Result<Derived, String>> {
    let (declared, script) = (&register.facts[fact], scripts.get(fact)?);
    let inputs = declared.derive.as_ref()?.inputs.iter();
    let values: Vec<(&str, FactValue)> =
        inputs.map(|input| Some((&*register.facts[*input].name, value_of(*input)?))).collect::<Option<_>>()?;
    Some(script.run(values).and_then(|value| {
        let lowered = declared.lower(&value).map_err(|misfit| misfit.to_string())?;
        let text = if let FactValue::Text(text) = value { Some(nfc(&text).into_owned()) } else { None };
        Ok(Derived { lowered, text: text.filter(|_| declared.is_unnamed(lowered)) })
    }))
}

/// Derives facts again as long as that settles another one: whether one is settled, `derive` says.
pub(crate) fn settle(mut open: Vec<FactId>, mut derive: impl FnMut(FactId) -> bool) {
    let mut before = usize::MAX;
    while open.len() < before {
        before = open.len();
        open.retain(|fact| !derive(*fact));
    }
}
