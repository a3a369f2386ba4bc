//! The pieces of a question's completions in; the options that had their say in them out, and what held them within their room.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::calls::Ran;
use super::evaluation::Evaluation;
use super::stop::{Asks, Stop};
use crate::cover::{Moment, Region, Split};
use crate::model::arena::{OptionId, RuleId};

/// An option's part in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OptionPart {
    pub(crate) ran: Arc<Ran>,
    /// What held it within the room, where it proposed a level outside; `None` if no rule chose anything.
    pub(crate) by: Option<RuleId>,
}

/// Every option that ran in one of these pieces, in the order in which they ran.
pub(crate) fn option_parts(asked: &Evaluation<'_>, regions: &[Region]) -> Vec<OptionPart> {
    let mut parts: Vec<OptionPart> = Vec::new();
    let mut places: BTreeMap<OptionId, Vec<usize>> = BTreeMap::new();
    // A piece is one because nothing in it needs to be cut any further.
    for part in regions.iter().filter_map(|region| in_piece(asked, region).ok()).flatten() {
        let known = places.entry(part.ran.option).or_default();
        if !known.iter().any(|at| parts.get(*at) == Some(&part)) {
            known.push(parts.len());
            parts.push(part);
        }
    }
    parts
}

fn in_piece(asked: &Evaluation<'_>, region: &Region) -> Result<Vec<OptionPart>, Split> {
    let (view, service) = (asked.view, asked.service);
    if view.cell(service).options.is_empty() {
        return Ok(Vec::new());
    }
    let standing = view.standing(service, region, Moment::NOW)?;
    let ran = match asked.refine(service, &standing, region) {
        Ok(refined) => refined.ran,
        Err(Stop::Asks(Asks { ran, .. })) => ran,
        Err(_) => Vec::new(),
    };
    let held_by = |ran: &Ran| -> Result<Option<RuleId>, Split> {
        let Some(wanted) = ran.overruled() else { return Ok(None) };
        let bounds = view.bounds_of(&standing.chosen, service, region, Moment::NOW)?;
        let bound = if wanted < ran.got {
            bounds.floor_by.first()
        } else if standing.room().1 == bounds.left.ceiling {
            bounds.ceiling_by.first()
        } else {
            None
        };
        match bound {
            Some(rule) => Ok(Some(*rule)),
            None => view.choice(service, region, Moment::NOW),
        }
    };
    ran.into_iter().map(|ran| Ok(OptionPart { by: held_by(&ran)?, ran })).collect()
}
