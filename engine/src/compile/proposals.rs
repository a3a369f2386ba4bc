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
    let mut by_rule: BTreeMap<RuleId, Vec<BoxId>> = BTreeMap::new();
    for (id, rule) in register.rules.iter() {
        if services.iter().any(|service| rule.scope.contains(customer, *service)) {
            let own = boxes_within(register, id, rects(rule.version), &mut boxes);
            by_rule.insert(id, own.map(BoxId::new).collect());
        }
    }
    let rule_boxes = boxes.len();
    let (encoding, nothing) = (Encoding::default(), []);
    let ground =
        CellBuilder { register, slots: &cells.slots, encoding: &encoding, boxes: &boxes, rule_boxes, by_rule: &nothing, used: cells.used };
    let mut arranged = Vec::new();
    for service in services {
        let listed = register.customers[customer].listed.overlap(register.services[*service].listed);
        let reaches = |scope: &crate::model::rule::Scope| listed.is_some() && scope.contains(customer, *service);
        let rules: Vec<RuleId> = by_rule.keys().copied().filter(|rule| reaches(&register.rules[*rule].scope)).collect();
        let options: Vec<OptionId> = register.options.iter().filter(|(_, binding)| reaches(&binding.scope)).map(|(id, _)| id).collect();
        let listed = listed.filter(|listed| *listed != Bitemporal::EVERYWHERE);
        let options = offered(register, &options, rects, listed);
        let of_rule = |rule: RuleId| by_rule.get(&rule).cloned().unwrap_or_default();
        arranged.push((*service, ground.arrange(&rules, of_rule, options, listed)));
    }
    cells.with(boxes, customer, arranged)
}
