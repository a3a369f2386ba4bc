//! A decision in; what one asks next out: what becomes of the answer, what each missing fact would lead to, what would have to be different.

use super::difference::PolicyView;
use super::why_not::{WhyNot, why_not};
use crate::decide::{Conclusion, Decision, Evaluation, ExplainedAnswer, Next, Outcome, Prepared, settle};
use crate::model::arena::FactId;

/// What one asks of a decision next. Made by [`Policy::outlook`](crate::Policy::outlook).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let decision = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap();
/// let outlook = policy.outlook(&decision);
/// assert_eq!(outlook.next.as_ref().unwrap().day(), date(2028, 1, 1));
/// assert!(outlook.why_not.is_none());
/// let words = decision.explain_with(&outlook, Language::En);
/// assert!(words.to_string().contains("After that: from 1 January 2028: not entitled"));
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Outlook<'p> {
    /// What becomes of the answer once it stands no longer.
    pub next: Option<Next<'p>>,
    /// What would have to be different for all of it to be granted; `None` if it is, or if that is too complex to be said.
    pub why_not: Option<WhyNot<'p>>,
    pub(crate) leads: Vec<Lead<'p>>,
    /// Of a right whose quota is used up: what more of it would get.
    pub(crate) beyond: Option<ExplainedAnswer<'p>>,
    /// The facts that are given and that no rule or option of the service looks at.
    pub(crate) idle: Vec<FactId>,
}

/// What one value of a missing fact would lead to.
#[derive(Debug)]
pub(crate) struct Lead<'p> {
    pub(crate) fact: FactId,
    pub(crate) value: i64,
    pub(crate) settled: ExplainedAnswer<'p>,
}

impl<'p> Outlook<'p> {
    pub(crate) fn of(seen: PolicyView<'p>, decision: &Decision<'p>) -> Outlook<'p> {
        let refused = decision.outcome() == Outcome::Refused;
        // What is too complex to be said is left unsaid here: whoever asks for it by itself is told so.
        let why_not = if refused { why_not(seen, &decision.question(), None).ok().flatten() } else { None };
        Outlook { next: decision.next(), why_not, leads: leads(seen, decision), beyond: beyond(seen, decision), idle: idle(decision) }
    }
}

/// What the least that can be asked for would get, where a quota is used up and nothing was asked for.
fn beyond<'p>(seen: PolicyView<'p>, decision: &Decision<'p>) -> Option<ExplainedAnswer<'p>> {
    let settled = &decision.settled;
    settled.answer()?.quota.as_ref().filter(|_| settled.allowance.left.is_some_and(|left| left.is_zero()))?;
    let quantity = seen.world.cells.quantity?;
    // Nothing is asked for, too, where that is zero (S9).
    if decision.prepared.quantity().is_some() { None } else { supposing(seen, decision, quantity, 1) }
}

/// The answer if a fact had this value; `None` if that is too complex.
fn supposing<'p>(seen: PolicyView<'p>, decision: &Decision<'p>, fact: FactId, value: i64) -> Option<ExplainedAnswer<'p>> {
    let declared = &seen.world.register.facts[fact];
    let question = decision.question().fact(&*declared.name, declared.raise(value));
    let prepared = Prepared::of(seen.world, seen.names, &question).ok()?;
    settle(&Evaluation::of(&prepared)).ok().map(|(settled, _)| settled)
}

/// The facts that are given and play no part, whatever their values.
fn idle(decision: &Decision<'_>) -> Vec<FactId> {
    let asked = Evaluation::of(&decision.prepared);
    let read: std::collections::BTreeSet<FactId> = asked.reads().collect();
    let cells = &decision.world.cells;
    let given = decision.prepared.given.iter().map(|(fact, _)| *fact);
    given.filter(|fact| !read.contains(fact) && ![cells.quantity, cells.used].contains(&Some(*fact))).collect()
}

/// For each fact that is missing and has few values: what each of them would lead to.
fn leads<'p>(seen: PolicyView<'p>, decision: &Decision<'p>) -> Vec<Lead<'p>> {
    let Conclusion::Undetermined { needs, .. } = &decision.settled.core else { return Vec::new() };
    let facts = &seen.world.register.facts;
    let lead = |fact, value| supposing(seen, decision, fact, value).map(|settled| Lead { fact, value, settled });
    let asked = needs.iter().copied().filter(|fact| facts[*fact].is_of_few() && !facts[*fact].from_register);
    asked
        .flat_map(|fact| {
            let (low, high) = facts[fact].domain().map_or((0, -1), |all| (all.lowest().unwrap_or(0), all.highest().unwrap_or(-1)));
            (low..=high).filter_map(|value| lead(fact, value)).collect::<Vec<_>>()
        })
        .collect()
}
