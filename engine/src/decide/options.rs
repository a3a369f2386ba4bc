//! A standing in; what the cell's options make of it out, each within the room (S8). The room is enforced here, outside all plugins.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::calls::{Call, Came, OptionOutcome, Ran};
use super::evaluation::Evaluation;
use super::stop::{Asks, OpenQuota, Stop};
use crate::cover::{Moment, ON, Part, Region, Slots, Split};
use crate::model::arena::{FactId, OptionId, ServiceId, VersionId};
use crate::model::day::{Day, Days};
use crate::model::fact::unscale;
use crate::model::option::OnFault;
use crate::model::rule::{Amount, Beyond, Level};
use crate::model::set::{Ranges, Set};
use crate::model::value::FactValue;
use crate::option::{Choices, Fault, FaultKind, Input, Judged, LoadedOption, Query, QuotaView, Reply, Terms, judge, stands};
use crate::semantics::{Standing, has_room};

/// What stands once all options had their say.
#[derive(Debug, Clone)]
pub(crate) struct Refined<'p> {
    pub(crate) level: Level,
    pub(crate) quota: Option<Counted<'p>>,
    pub(crate) obligations: Cow<'p, [Box<str>]>,
    /// The days on which the options' answers stand, all else being equal.
    pub(crate) stands: Days,
    pub(crate) ran: Vec<Arc<Ran>>,
}

/// A quota of a grant, or of an option in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted<'p> {
    pub(crate) amount: Amount,
    pub(crate) unit: &'p str,
    pub(crate) per: &'p str,
    pub(crate) beyond: Option<&'p Beyond>,
    /// On which day's register facts an amount is read.
    pub(crate) epoch: usize,
    /// The version that grants, whose days are a `term`.
    pub(crate) version: Option<VersionId>,
}

impl<'p> Standing<'p> {
    /// What stands where no option has a say.
    pub(super) fn untouched(&self) -> Refined<'p> {
        let refined = self.unrefined();
        if self.room().1 == Level::NONE { refined } else { refined.settled() }
    }

    /// What stands before any option had its say.
    pub(crate) fn unrefined(&self) -> Refined<'p> {
        let chosen = self.chosen;
        let quota = chosen.quota.map(|quota| Counted {
            amount: quota.amount,
            unit: &quota.unit,
            per: &quota.per,
            beyond: quota.beyond.as_ref(),
            epoch: chosen.epoch,
            version: chosen.version,
        });
        Refined { level: self.base, quota, obligations: Cow::Borrowed(chosen.obligations), stands: Days::EVER, ran: Vec::new() }
    }
}

impl Refined<'_> {
    /// The same once no option is left to ask: a refusal leaves nothing to divide or to pay for.
    pub(crate) fn settled(mut self) -> Self {
        if self.level == Level::NONE {
            self.quota = None;
            self.obligations = Cow::Borrowed(&[]);
        }
        self
    }
}

impl<'p> Evaluation<'p> {
    pub(crate) fn refine(&self, service: ServiceId, standing: &Standing<'p>, region: &Region) -> Result<Refined<'p>, Stop> {
        // Where nothing is granted, there is nothing to refine.
        if standing.room().1 == Level::NONE {
            return Ok(standing.untouched());
        }
        let mut so_far = standing.unrefined();
        let world = self.view.world;
        let mut here = Vec::new();
        for (option, days) in &self.view.cell(service).options {
            if region.relate(days, Moment::NOW, &world.cells.slots)? && here.last() != Some(option) {
                here.push(*option);
            }
        }
        for (at, option) in here.iter().enumerate() {
            let (ran, stands) = self.call(service, *option, standing, &so_far, region)?;
            so_far.stands = so_far.stands.narrowed(stands);
            so_far.ran.push(Arc::clone(&ran));
            match &ran.made {
                OptionOutcome::Needs(facts, _) => {
                    if let Some(split) = self.supposition(facts, region) {
                        return Err(Stop::Split(split));
                    }
                    let rest = here.get(at..).unwrap_or_default();
                    if let Some(levels) = self.possible(rest, standing, &so_far, region)? {
                        return Err(Stop::Asks(Asks {
                            facts: facts.iter().copied().collect(),
                            levels,
                            stands: so_far.stands,
                            period: Days::EVER,
                            ran: so_far.ran,
                        }));
                    }
                }
                OptionOutcome::Proposed(judged) => self.take(judged, service, *option, &mut so_far),
                OptionOutcome::Fault(_) => {}
            }
            so_far.level = ran.got;
            if ran.is_fault() && ran.got == Level::NONE {
                break;
            }
        }
        Ok(so_far.settled())
    }

    fn take(&self, judged: &Judged, service: ServiceId, option: OptionId, so_far: &mut Refined<'p>) {
        let register = self.view.world.register;
        if let Some(quota) = &judged.quota {
            let own = register.services[service].unit.as_deref();
            let declared = register.units.iter().find(|unit| unit.id == quota.unit).map(|unit| &*unit.id);
            if let Some(unit) = so_far.quota.map(|quota| quota.unit).or(own).or(declared) {
                let beyond = so_far.quota.and_then(|quota| quota.beyond);
                let version = so_far.quota.and_then(|quota| quota.version).or(Some(register.options[option].version));
                so_far.quota = Some(Counted { amount: Amount::Exact(quota.amount), unit, per: quota.per, beyond, epoch: 0, version });
            }
        }
        for id in &judged.obligations {
            if !so_far.obligations.contains(id) {
                so_far.obligations.to_mut().push(id.clone());
            }
        }
    }

    /// Where to cut so that a needed fact of few values has one: each of them can simply be supposed, and the option asked again.
    fn supposition(&self, facts: &[FactId], region: &Region) -> Option<Split> {
        let world = self.view.world;
        facts.iter().filter(|fact| world.register.facts[**fact].is_of_few()).find_map(|fact| {
            let dim = world.cells.slots.dim(*fact, 0);
            let part = region.part(dim);
            let lowest = part.ends().0;
            (!part.is_point()).then(|| Split { dim, set: Set::Ranges(Ranges::one(lowest, lowest)) })
        })
    }

    /// The levels that these options could still make of it; `None` if they can change nothing.
    fn possible(
        &self,
        rest: &[OptionId],
        standing: &Standing<'p>,
        so_far: &Refined<'p>,
        region: &Region,
    ) -> Result<Option<BTreeSet<Level>>, Stop> {
        let sets = |may: fn(&Choices) -> bool| {
            rest.iter().any(|option| self.view.world.options[*option].described().is_some_and(|described| may(&described.sets)))
        };
        let (lowest, highest) = standing.room();
        let level = sets(|sets| sets.level) && lowest < highest;
        let quota = sets(|sets| sets.quota);
        if !level && !quota && !sets(|sets| sets.obligations) {
            return Ok(None);
        }
        // Where a quota is used up, or may be, what holds beyond it comes first.
        let beyond = standing.beyond(so_far.quota.and_then(|quota| quota.beyond).map(|beyond| beyond.level));
        let (within, beyond) = match so_far.quota {
            _ if quota => (true, self.quantity.map(|_| beyond)),
            None => (true, None),
            Some(counted) => match self.terms(&counted, region)? {
                (amount, Some(used)) if !has_room(amount, used) => (false, Some(beyond)),
                _ => (true, None),
            },
        };
        let levels: Vec<Level> = if level { (lowest.0..=highest.0).map(Level).collect() } else { vec![so_far.level] };
        let mut possible = BTreeSet::new();
        for level in levels {
            if level == Level::NONE || within {
                possible.insert(level);
            }
            possible.extend(beyond.filter(|_| level != Level::NONE));
        }
        Ok(Some(possible))
    }

    /// Calls an option, or finds the call that was made before: what it made of it, and on which days that stands.
    fn call(
        &self,
        service: ServiceId,
        option: OptionId,
        standing: &Standing<'p>,
        so_far: &Refined<'p>,
        region: &Region,
    ) -> Result<(Arc<Ran>, Days), Stop> {
        let bound = &self.view.world.options[option];
        let register = self.view.world.register;
        let known = |fact: &FactId| Some((&*register.facts[*fact].name, self.known_value(*fact, region)?));
        let view = |quota: Counted<'p>| self.amount(&quota, region).map(|amount| QuotaView { amount, unit: quota.unit, per: quota.per });
        let call = Call {
            customer: self.view.customer,
            service,
            option,
            facts: bound.reads.iter().filter_map(known).collect(),
            base: standing.base,
            level: so_far.level,
            room: standing.room(),
            quota: so_far.quota.map(view).transpose()?,
            obligations: so_far.obligations.clone(),
        };
        let day = Day(region.part(ON).plainest());
        let told = bound.described().filter(|described| described.reads_day).map(|_| day);
        let came = self.calls.make(call, day, told, |call, is_left| self.run(bound, call, told, is_left));
        Ok((came.ran, came.stands))
    }

    fn run(&self, bound: &LoadedOption, call: &Call<'_>, told: Option<Day>, is_left: bool) -> Came {
        let register = self.view.world.register;
        let binding = &register.options[call.option];
        let mut fuel = 0;
        let (lowest, highest) = call.room;
        let made = match &bound.plugin {
            Some(_) if !is_left => {
                OptionOutcome::Fault(Fault::new(FaultKind::OutOfFuel, "the options of this question used up what they have together"))
            }
            Some(plugin) => {
                let room: Vec<&str> = (lowest.0..=highest.0).map(|level| register.level_id(Level(level))).collect();
                let described = plugin.description();
                let on = told.map(Day::date);
                let input = Input {
                    query: Query {
                        customer: &register.customers[call.customer].id,
                        service: &register.services[call.service].id,
                        on,
                        facts: &call.facts,
                    },
                    standing: crate::option::Standing {
                        base: register.level_id(call.base),
                        level: register.level_id(call.level),
                        room: &room,
                        quota: call.quota,
                        obligations: &call.obligations,
                    },
                    config: &bound.config,
                };
                let run = plugin.decide(&input);
                fuel = run.fuel.saturating_mul(binding.plugin.worth());
                match run.reply {
                    Ok(Reply::Proposal(proposal)) => {
                        let unit = call.quota.map(|quota| quota.unit).or(register.services[call.service].unit.as_deref());
                        let terms = Terms { described, unit, most: binding.most, on };
                        judge(register, proposal, terms).map_or_else(OptionOutcome::Fault, OptionOutcome::Proposed)
                    }
                    Ok(Reply::Needs(names, said)) => match stands(said, on) {
                        Ok(said) => {
                            let itself = told.map_or(Days::EVER, |day| Days { from: day, until: day });
                            self.needed(&names, call, bound, said.unwrap_or(itself))
                        }
                        Err(message) => OptionOutcome::Fault(Fault::new(FaultKind::BadOutput, message)),
                    },
                    Ok(Reply::Invalid(message)) => {
                        OptionOutcome::Fault(Fault::new(FaultKind::Invalid, crate::model::value::shorten(&message)))
                    }
                    Err(fault) => OptionOutcome::Fault(fault),
                }
            }
            None => OptionOutcome::Fault(Fault::new(FaultKind::Trap, "it could not be loaded")),
        };
        let refuses = binding.on_fault == OnFault::Refuse;
        let wanted = match &made {
            OptionOutcome::Proposed(judged) => judged.level.unwrap_or(call.level),
            OptionOutcome::Fault(_) if refuses => Level::NONE,
            OptionOutcome::Fault(_) | OptionOutcome::Needs(..) => call.level,
        };
        // Of an option that fails nothing is known: the days of such an answer are those of the rules.
        let stands = match &made {
            OptionOutcome::Proposed(judged) => judged.stands,
            OptionOutcome::Needs(_, stands) => *stands,
            OptionOutcome::Fault(_) => Days::EVER,
        };
        let ran = Ran { option: call.option, before: call.level, got: wanted.within(lowest, highest), made };
        Came { ran: Arc::new(ran), stands, fuel }
    }

    /// The facts that an option says it needs: some of those that it reads, and that are missing.
    fn needed(&self, names: &[String], call: &Call<'_>, bound: &LoadedOption, stands: Days) -> OptionOutcome {
        let register = self.view.world.register;
        let bad = |message: String| OptionOutcome::Fault(Fault::new(FaultKind::BadOutput, message));
        if names.is_empty() {
            return bad("it needs facts, and names none".to_owned());
        }
        let mut facts = Vec::new();
        for name in names {
            match bound.reads.iter().find(|fact| *register.facts[**fact].name == **name) {
                Some(_) if call.facts.iter().any(|(known, _)| **known == **name) => {
                    return bad(format!("it needs the fact `{name}`, which it was told"));
                }
                Some(fact) => facts.push(*fact),
                None => {
                    return bad(format!("it needs `{}`, which is none of the facts that it reads", crate::model::value::shorten(name)));
                }
            }
        }
        facts.sort_unstable();
        facts.dedup();
        OptionOutcome::Needs(facts, stands)
    }

    /// The value of a fact as far as the question and the register tell it; of one of few values, also what is supposed of it.
    /// A text that no rule names is known as it was given.
    fn known_value(&self, id: FactId, region: &Region) -> Option<FactValue> {
        let world = self.view.world;
        let (dim, fact) = (world.cells.slots.dim(id, 0), &world.register.facts[id]);
        let told = if fact.is_of_few() { region } else { &self.region };
        let Part::Point(value) = told.part(dim) else { return None };
        self.value_of(id, *value)
    }

    /// The amount of a quota; where it is a fact that is missing, its values have to be looked at one by one.
    pub(crate) fn amount(&self, quota: &Counted<'p>, region: &Region) -> Result<Decimal, Stop> {
        let world = self.view.world;
        match (quota.amount, quota.amount_dim(&world.cells.slots)) {
            (Amount::Fact(fact), Some(dim)) => match region.part(dim) {
                Part::Point(value) => Ok(unscale(*value, world.register.facts[fact].decimals())),
                _ => Err(Stop::Open(vec![OpenQuota { dims: vec![dim], amount: None }])),
            },
            (Amount::Exact(amount), _) => Ok(amount),
            (Amount::Fact(_), None) => Ok(Decimal::ZERO),
        }
    }
}

impl Counted<'_> {
    /// The dimension of the fact that its amount is.
    pub(crate) fn amount_dim(&self, slots: &Slots) -> Option<usize> {
        match self.amount {
            Amount::Exact(_) => None,
            Amount::Fact(fact) => Some(slots.dim(fact, self.epoch)),
        }
    }
}
