//! Some of a register's proposals in; the cells of one customer as they would be with just these in force (S2).

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::boxes_within;
use super::cell::{CellBuilder, offered};
use super::cells::Cells;
use super::encoding::Encoding;
use super::timelines::resolve_with;
use crate::cover::Boxed;
use crate::model::arena::{Arena, BoxId, CustomerId, Id, OptionId, RuleId, ServiceId, VersionId};
use crate::model::bitemporal::{Bitemporal, Proposals};
use crate::model::register::Register;

/// Cells of one customer and some services; all others are empty. They are seen alike without proposals and with them.
pub(crate) fn with_proposals(
    register: &Register,
    cells: &Cells,
    proposals: &BTreeSet<VersionId>,
    customer: CustomerId,
    services: &[ServiceId],
) -> Cells {
    let timelines = resolve_with(register, proposals);
    let rects = |version: VersionId| {
        timelines.get(&version).map_or_else(|| register.versions[version].timelines.of(Proposals::Excluded), Vec::as_slice)
    };
    let mut boxes: Arena<BoxId, Boxed> = Arena::default();
    let members = |service: &ServiceId| cells.members(cells.cell(Proposals::Excluded, customer, *service));
    let members: Vec<(BTreeSet<RuleId>, Vec<OptionId>)> = services.iter().map(members).collect();
    let all: BTreeSet<RuleId> = members.iter().flat_map(|(rules, _)| rules.iter().copied()).collect();
    let mut by_rule: BTreeMap<RuleId, Vec<BoxId>> = BTreeMap::new();
    for id in all {
        let own = boxes_within(register, id, rects(register.rules[id].version), &mut boxes);
        by_rule.insert(id, own.map(BoxId::new).collect());
    }
    let rule_boxes = boxes.len();
    let (encoding, nothing) = (Encoding::default(), []);
    let ground =
        CellBuilder { register, slots: &cells.slots, encoding: &encoding, boxes: &boxes, rule_boxes, by_rule: &nothing, used: cells.used };
    let mut arranged = Vec::new();
    for (service, (rules, options)) in services.iter().zip(members) {
        let listed = register.customers[customer].listed.overlap(register.services[*service].listed);
        let listed = listed.filter(|listed| *listed != Bitemporal::EVERYWHERE);
        let options = offered(register, &options, rects, listed);
        let of_rule = |rule: RuleId| by_rule.get(&rule).cloned().unwrap_or_default();
        arranged.push((*service, ground.arrange(&Vec::from_iter(rules), of_rule, options, listed)));
    }
    cells.with(boxes, customer, arranged)
}
