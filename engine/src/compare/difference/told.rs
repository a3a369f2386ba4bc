//! A question to one register in; the answer as ids and numbers that can be held against another register's, out.

use rust_decimal::Decimal;

use super::view::PolicyView;
use crate::decide::{Conclusion, Evaluation, core};
use crate::error::Error;
use crate::model::question::Question;
use crate::model::rule::Level;

/// What S11 calls the answer, apart from the register that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComparableAnswer<'p> {
    /// There is no such customer or service.
    Absent,
    Answer {
        level: &'p str,
        lines: Vec<Line<'p>>,
        quota: Option<(Decimal, &'p str, &'p str)>,
        obligations: Vec<Box<str>>,
    },
    Open {
        needs: Vec<&'p str>,
        possible: Vec<&'p str>,
    },
}

/// A quantity at a level, on conditions.
pub(crate) type Line<'p> = (&'p str, Option<Decimal>, Vec<&'p str>);

impl ComparableAnswer<'_> {
    /// Whether both are the same answer: what is not there is as good as refused.
    pub(crate) fn same(&self, other: &ComparableAnswer<'_>) -> bool {
        match (self, other) {
            // All refusals are the same answer (S11).
            (ComparableAnswer::Answer { level: "none", .. }, ComparableAnswer::Answer { level: "none", .. }) => true,
            (ComparableAnswer::Absent, answer) | (answer, ComparableAnswer::Absent) => match answer {
                ComparableAnswer::Absent => true,
                ComparableAnswer::Answer { level, .. } => *level == "none",
                ComparableAnswer::Open { .. } => false,
            },
            _ => self == other,
        }
    }
}

/// Asks a question as the register is seen.
pub(crate) fn tell<'p>(seen: PolicyView<'p>, question: &Question) -> Result<ComparableAnswer<'p>, Error> {
    let register = seen.world.register;
    let (customer, service) = (seen.names.customer(register, &question.customer), seen.names.service(register, &question.service));
    if customer.is_err() || service.is_err() {
        return Ok(ComparableAnswer::Absent);
    }
    let mut own = question.clone();
    own.known = seen.known_date().or(question.known);
    own.proposed = seen.has_proposals() || question.proposed;
    let (asked, _) = Evaluation::resolve(seen.world, seen.names, &own)?;
    let found = core(&asked).map_err(|_| Error::too_complex(asked.missing()))?;
    let id = |level: Level| register.level_id(level);
    Ok(match found.core {
        Conclusion::Answered(answer) => ComparableAnswer::Answer {
            level: id(answer.level),
            lines: answer
                .lines
                .iter()
                .map(|line| (id(line.level), line.quantity, line.obligations.iter().map(|id| &**id).collect()))
                .collect(),
            quota: answer.quota.map(|quota| (quota.amount, quota.unit, quota.per)),
            obligations: answer.obligations.to_vec(),
        },
        Conclusion::Undetermined { needs, possible } => ComparableAnswer::Open {
            needs: needs.iter().map(|fact| &*register.facts[*fact].name).collect(),
            possible: possible.into_iter().map(id).collect(),
        },
    })
}
