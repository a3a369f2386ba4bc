//! Rules in; the boxes of days, knowledge and facts in which each of them holds out.

use std::ops::Range;

use crate::cover::Boxed;
use crate::model::arena::{Arena, BoxId, Id, RuleId};
use crate::model::bitemporal::{Bitemporal, Proposals};
use crate::model::register::Register;

/// The boxes of a rule, without proposals and with them.
#[derive(Debug, Clone)]
pub(super) struct RuleBoxes {
    adopted: Range<usize>,
    proposed: Range<usize>,
}

impl RuleBoxes {
    pub(super) fn of(&self, proposals: Proposals) -> impl Iterator<Item = BoxId> + Clone + use<> {
        let range = if proposals == Proposals::Excluded { &self.adopted } else { &self.proposed };
        range.clone().map(BoxId::new)
    }
    /// Whether the rule counts nowhere.
    pub(super) fn is_empty(&self) -> bool {
        self.adopted.is_empty() && self.proposed.is_empty()
    }
    /// Whether proposals make no difference to it.
    pub(super) fn is_settled(&self) -> bool {
        self.adopted == self.proposed
    }
    /// The first of its boxes.
    pub(super) fn start(&self) -> usize {
        self.adopted.start
    }
}

/// The boxes of all rules, in register order.
pub(super) fn boxes(register: &Register) -> (Arena<BoxId, Boxed>, Vec<RuleBoxes>) {
    let mut boxes = Arena::default();
    let by_rule = register.rules.ids().map(|rule| of_rule(register, rule, &mut boxes)).collect();
    (boxes, by_rule)
}

fn of_rule(register: &Register, rule: RuleId, boxes: &mut Arena<BoxId, Boxed>) -> RuleBoxes {
    let timelines = &register.versions[register.rules[rule].version].timelines;
    let adopted = of_plane(register, rule, Proposals::Excluded, boxes);
    let proposed =
        if timelines.adopted == timelines.proposed { adopted.clone() } else { of_plane(register, rule, Proposals::Included, boxes) };
    RuleBoxes { adopted, proposed }
}

fn of_plane(register: &Register, id: RuleId, proposals: Proposals, boxes: &mut Arena<BoxId, Boxed>) -> Range<usize> {
    boxes_within(register, id, register.versions[register.rules[id].version].timelines.of(proposals), boxes)
}

/// Adds the boxes of a rule whose version counts in these stretches of days and knowledge.
pub(super) fn boxes_within(register: &Register, id: RuleId, rects: &[Bitemporal], boxes: &mut Arena<BoxId, Boxed>) -> Range<usize> {
    let rule = &register.rules[id];
    let start = boxes.len();
    for rect in rects {
        let Some(on) = rect.on.overlap(rule.days) else { continue };
        for tests in rule.tables() {
            boxes.push(Boxed { rule: id, on, known: rect.known, tests });
        }
    }
    start..boxes.len()
}
