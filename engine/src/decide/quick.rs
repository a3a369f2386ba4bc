//! Ids and values in; level and rule of the verdict out, where the rows of one cell are all that it takes. Where anything else has a say, or something is
//! wrong, nothing comes out, and the longer way is taken: it knows more names, and says what is wrong.

use jiff::civil::Date;

use super::standing::World;
use crate::compile::{Encoding, MISSING};
use crate::model::arena::{FactId, RuleId};
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::rule::Level;
use crate::model::value::FactRef;
use crate::names::Names;

/// Registers whose facts take more encoded columns are asked the longer way.
const ROOM: usize = 32;

/// The verdict from all knowledge, without proposals (S2). No fact is told twice.
#[inline]
pub(super) fn quick<'t>(
    world: World<'_>,
    names: &Names,
    customer: &str,
    service: &str,
    on: Date,
    facts: impl Iterator<Item = Option<(FactId, FactRef<'t>)>>,
) -> Option<(Level, Option<RuleId>)> {
    let World { register, cells, .. } = world;
    let (customer, service) = (names.customer_of(customer)?, names.service_of(service)?);
    let cell = cells.rows.cell(cells.cell_id(Proposals::Excluded, customer, service));
    let encoded = &cells.rows.encoding;
    if !cells.contested.is_empty() || !cell.is_plain() || cells.is_composite(service) || encoded.len() > ROOM {
        return None;
    }
    let mut filled = [MISSING; ROOM];
    Encoding::put_day(&mut filled, Day::of(on));
    for fact in facts {
        let (id, value) = fact?;
        let fact = &register.facts[id];
        if fact.from_register || fact.derive.is_some() {
            return None;
        }
        encoded.put(&mut filled, id, fact.lower_told(value).ok()?);
    }
    let row = cells.rows.first_by_encoded(cell.choices, &filled).ok()?;
    Some((row.plain_level()?, row.rule()))
}
