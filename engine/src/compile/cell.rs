//! What takes part in one cell in; its boxes in order of precedence, and the rows that they are matched by, out.

use std::collections::BTreeSet;

use super::affected::Affected;
use super::boxes::RuleBoxes;
use super::cells::{Cell, Open};
use super::encoding::Encoding;
use super::order::order;
use super::pack::{PackedCell, pack};
use super::reads::Reads;
use crate::cover::{Boxed, Slots, subtract};
use crate::model::arena::{Arena, BoxId, CustomerId, FactId, Id, OptionId, RuleId, ServiceId, SetId, VersionId};
use crate::model::bitemporal::{Bitemporal, Proposals};
use crate::model::day::{Day, Days};
use crate::model::register::Register;

/// What cells are made with.
pub(super) struct CellBuilder<'g> {
    pub(super) register: &'g Register,
    pub(super) slots: &'g Slots,
    pub(super) encoding: &'g Encoding,
    /// The boxes of all rules, and how many there are.
    pub(super) boxes: &'g Arena<BoxId, Boxed>,
    pub(super) rule_boxes: usize,
    pub(super) by_rule: &'g [RuleBoxes],
    /// The fact of what is used of a quota.
    pub(super) used: Option<FactId>,
}

/// What takes part in a cell: rules and options, each in register order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Members {
    rules: Vec<RuleId>,
    options: Vec<OptionId>,
    /// The days on which customer and service are both in the catalogue, and since when that is known; `None`: always (S1).
    listed: Option<Bitemporal>,
}

/// A cell by itself.
pub(super) struct BuiltCell {
    pub(super) cell: Cell,
    /// Boxes of this cell alone: cut to the days in the catalogue, or by rules that override. They are numbered after those of all rules.
    pub(super) pieces: Vec<Boxed>,
    pub(super) rows: PackedCell,
}

/// What takes part in each of some cells.
pub(super) fn members(register: &Register, by_rule: &[RuleBoxes], affected: &Affected) -> Vec<Members> {
    let mut all = vec![Members::default(); affected.len()];
    for (id, rule) in register.rules.iter() {
        // One proposal may keep another from counting anywhere; by itself it would.
        if by_rule.get(id.index()).is_some_and(|boxes| !boxes.is_empty()) || is_proposed(register, rule.version) {
            affected.within(&rule.scope, |at| all.get_mut(at).into_iter().for_each(|members| members.rules.push(id)));
        }
    }
    for (id, binding) in register.options.iter() {
        affected.within(&binding.scope, |at| all.get_mut(at).into_iter().for_each(|members| members.options.push(id)));
    }
    for (customer, service, listed) in dated_pairs(register) {
        let Some(members) = affected.place(customer, service).and_then(|at| all.get_mut(at)) else { continue };
        match listed {
            Some(listed) if !members.rules.is_empty() || !members.options.is_empty() => members.listed = Some(listed),
            // No rule reaches what is never both.
            _ => *members = Members::default(),
        }
    }
    all
}

/// The pairs of customer and service of which one is not always in the catalogue, and when both are; `None`: never.
fn dated_pairs(register: &Register) -> impl Iterator<Item = (CustomerId, ServiceId, Option<Bitemporal>)> {
    let services = register.services.values().any(|service| service.listed != Bitemporal::EVERYWHERE);
    let customers = register.customers.iter().filter(move |(_, customer)| services || customer.listed != Bitemporal::EVERYWHERE);
    customers.flat_map(move |(customer, one)| {
        let dated =
            register.services.iter().filter(|(_, other)| one.listed != Bitemporal::EVERYWHERE || other.listed != Bitemporal::EVERYWHERE);
        dated.map(move |(service, other)| (customer, service, one.listed.overlap(other.listed)))
    })
}

impl CellBuilder<'_> {
    /// The cell without proposals, and the one with them where they make another.
    pub(super) fn make(&self, members: &Members) -> (BuiltCell, Option<BuiltCell>) {
        let listed = members.listed;
        let offered =
            |proposals| offered(self.register, &members.options, |version| self.register.versions[version].timelines.of(proposals), listed);
        let (adopted, proposed) = (offered(Proposals::Excluded), offered(Proposals::Included));
        let boxes = |rule: &RuleId| self.by_rule.get(rule.index());
        let is_settled = adopted == proposed && members.rules.iter().all(|rule| boxes(rule).is_none_or(RuleBoxes::is_settled));
        let mut adopted = self.cell(&members.rules, Proposals::Excluded, adopted, listed);
        // Where nothing is of a proposal, and all of them together leave everything as it is, so does each.
        if !is_settled || self.versions(members).any(|version| is_proposed(self.register, version)) {
            adopted.cell.open = self.open(members).map(Box::new);
        }
        (adopted, (!is_settled).then(|| self.cell(&members.rules, Proposals::Included, proposed, listed)))
    }

    /// The versions of what takes part, once for each rule and option.
    fn versions(&self, members: &Members) -> impl Iterator<Item = VersionId> {
        let of_rules = members.rules.iter().map(|rule| self.register.rules[*rule].version);
        of_rules.chain(members.options.iter().map(|option| self.register.options[*option].version))
    }

    /// What proposals may change.
    fn open(&self, members: &Members) -> Option<Open> {
        let register = self.register;
        let sets: BTreeSet<SetId> = self.versions(members).map(|version| register.versions[version].set).collect();
        let of_set = |set: SetId| register.sets[set].versions.iter().copied().filter(|version| register.versions[*version].proposed);
        let proposals: Vec<VersionId> = sets.into_iter().flat_map(of_set).collect();
        (!proposals.is_empty()).then(|| Open { proposals, rules: members.rules.clone(), options: members.options.clone() })
    }

    fn boxes_of(&self, rule: RuleId, proposals: Proposals) -> impl Iterator<Item = BoxId> + use<> {
        self.by_rule.get(rule.index()).map(|boxes| boxes.of(proposals)).into_iter().flatten()
    }

    fn cell(&self, rules: &[RuleId], proposals: Proposals, options: Vec<(OptionId, Boxed)>, listed: Option<Bitemporal>) -> BuiltCell {
        let (cell, pieces) = self.arrange(rules, |rule| self.boxes_of(rule, proposals).collect(), options, listed);
        let boxed = |id: &BoxId| self.boxed(*id, &pieces);
        let choices: Vec<&Boxed> = cell.choices.iter().map(boxed).collect();
        let bounds: Vec<&Boxed> = cell.bounds.iter().map(boxed).collect();
        let rows = PackedCell {
            settled_since: settled_since(cell.matching.iter().map(boxed).chain(choices.iter().chain(&bounds).copied()), &cell),
            has_options: !cell.options.is_empty(),
            is_whole: cell.choices == cell.matching,
            reads_register: cell.reads.facts().chain(self.used).any(|fact| self.slots.is_dated(fact)),
            choices: pack(self.register, self.encoding, &choices),
            bounds: pack(self.register, self.encoding, &bounds),
        };
        BuiltCell { cell, pieces, rows }
    }

    /// Puts the boxes of a cell's rules in order, and gives the boxes that are this cell's own.
    pub(super) fn arrange(
        &self,
        rules: &[RuleId],
        boxes_of: impl Fn(RuleId) -> Vec<BoxId>,
        options: Vec<(OptionId, Boxed)>,
        listed: Option<Bitemporal>,
    ) -> (Cell, Vec<Boxed>) {
        let register = self.register;
        let mut pieces: Vec<Boxed> = Vec::new();
        // Where customer or service is not always in the catalogue, the cell has boxes of its own.
        let of_rule = |rule: RuleId, pieces: &mut Vec<Boxed>| -> Vec<BoxId> {
            let own = boxes_of(rule);
            let Some(listed) = listed else { return own };
            let first = self.rule_boxes + pieces.len();
            for boxed in own.iter().map(|id| &self.boxes[*id]) {
                let both = Bitemporal { on: boxed.on, known: boxed.known }.overlap(listed);
                pieces.extend(both.map(|rect| Boxed { on: rect.on, known: rect.known, ..boxed.clone() }));
            }
            (first..self.rule_boxes + pieces.len()).map(BoxId::new).collect()
        };
        let (choices, mut bounds): (Vec<RuleId>, Vec<RuleId>) =
            rules.iter().copied().filter(|rule| !boxes_of(*rule).is_empty()).partition(|rule| register.rules[*rule].effect.is_choice());
        bounds.sort_by_key(|rule| register.rank(*rule));
        let mut cell = Cell { options, ..Cell::default() };
        cell.bounds = bounds.into_iter().flat_map(|rule| of_rule(rule, &mut pieces)).collect();
        for turn in order(register, &choices) {
            let own = of_rule(turn.rule, &mut pieces);
            cell.matching.extend(&own);
            if turn.yields_to.is_empty() {
                cell.choices.extend(own);
                continue;
            }
            let mut left: Vec<Boxed> = own.iter().map(|id| self.boxed(*id, &pieces).clone()).collect();
            for beater in turn.yields_to.iter().flat_map(|rule| boxes_of(*rule)) {
                left = left.iter().flat_map(|piece| subtract(piece, &self.boxes[beater], &register.facts)).collect();
            }
            let first = self.rule_boxes + pieces.len();
            cell.choices.extend((first..first + left.len()).map(BoxId::new));
            pieces.extend(left);
        }
        cell.reads = Reads::of_boxes(register, cell.matching.iter().chain(&cell.bounds).map(|id| self.boxed(*id, &pieces)));
        (cell, pieces)
    }

    /// A box of a rule, or one of the cell's own.
    fn boxed<'b>(&'b self, id: BoxId, pieces: &'b [Boxed]) -> &'b Boxed {
        id.index().checked_sub(self.rule_boxes).and_then(|at| pieces.get(at)).unwrap_or_else(|| &self.boxes[id])
    }
}

fn is_proposed(register: &Register, version: VersionId) -> bool {
    let version = &register.versions[version];
    version.proposed && !version.left_out
}

/// The options of a cell in the order in which they run, each with the days and knowledge in which it takes part.
pub(super) fn offered<'r>(
    register: &'r Register,
    options: &[OptionId],
    timelines: impl Fn(VersionId) -> &'r [Bitemporal],
    listed: Option<Bitemporal>,
) -> Vec<(OptionId, Boxed)> {
    let mut sorted = options.to_vec();
    sorted.sort_by_key(|id| (register.options[*id].order, *id));
    let mut offered = Vec::new();
    for id in sorted {
        let binding = &register.options[id];
        for rect in timelines(binding.version) {
            let own = Bitemporal { on: binding.days, known: Days::EVER };
            let all = rect.overlap(own).and_then(|rect| rect.overlap(listed.unwrap_or(Bitemporal::EVERYWHERE)));
            offered.extend(all.map(|rect| (id, Boxed::of_days(rect.on, rect.known))));
        }
    }
    offered
}

/// The first day of knowledge from which on all that stands in a cell is known as it is in the end.
fn settled_since<'b>(boxes: impl Iterator<Item = &'b Boxed>, cell: &Cell) -> Day {
    let change = |known: Days| if known.until < Day::LAST { known.until.next() } else { known.from };
    let options = cell.options.iter().map(|(_, boxed)| boxed.known);
    boxes.map(|boxed| boxed.known).chain(options).map(change).max().unwrap_or(Day::FIRST)
}
