//! The part of a register like a real one that other engines can say in; its rows, of which the first that matches decides, out.

use jiff::civil::Date;

use crate::real::{MODULES, NEWEST, Part, Real, RealQuestion};
use crate::world::{CHANNELS, Request, Rule, World, mun_name, opt_name, svc_name};

/// More inhabitants than this is large.
const LARGE: i64 = 40_000;
/// By which channels a ceiling holds, and a rule that comes first: a bit each, as the worlds have it.
const BY_CEILING: u8 = 0b1100;
const BY_SOME: u8 = 0b0110;

/// The rows that say it, and the questions to which they can: a request of the world for each question.
pub fn part(real: &Real) -> (World, Vec<RealQuestion>) {
    let part = &real.part;
    let services = part.floors.len();
    let mut rules = Vec::new();
    for (at, agreed) in part.agreed.iter().enumerate() {
        let Some(all) = agreed.all else { continue };
        let cell = Cell { part, customer: at / services, service: at % services };
        if let Some((module, level, most)) = agreed.some {
            cell.enter(level, BY_SOME, Some(module), most, &mut rules);
        }
        cell.enter(all, 0b1111, None, i64::from(u32::MAX), &mut rules);
    }
    let asked = real.questions.iter().filter_map(|question| Some((request(part, question)?, RealQuestion { used: 0, ..question.clone() })));
    let (reqs, questions): (Vec<Request>, Vec<RealQuestion>) = asked.unzip();
    let n_mun = part.inhabitants.len();
    let mut world = World { rules, expect: Vec::new(), reqs, n_mun: n_mun as u64, n_svc: services as u64, is_first_match: true };
    let pairs = world.by_pair();
    let own = |request: &Request| pairs.get(&(request.mun_id, request.svc_id)).map_or(&[][..], Vec::as_slice);
    world.expect =
        world.reqs.iter().map(|request| own(request).iter().find(|rule| rule.cond(request)).map_or(0, |rule| rule.effect)).collect();
    (world, questions)
}

/// A customer and a service.
struct Cell<'p> {
    part: &'p Part,
    customer: usize,
    service: usize,
}

impl Cell<'_> {
    /// Rows for each side of the bounds: a level is what it is within them.
    fn enter(&self, level: u8, channels: u8, module: Option<usize>, max_qty: i64, rules: &mut Vec<Rule>) {
        let (floors, ceilings) = (&self.part.floors[self.service], &self.part.ceilings[self.service]);
        let everybody = [(false, 0, i64::from(u32::MAX))];
        let apart = [(false, 0, LARGE), (true, LARGE + 1, i64::from(u32::MAX))];
        let sizes: &[(bool, i64, i64)] = if floors.contains(&true) { &apart } else { &everybody };
        let by_side: &[u8] = if ceilings.contains(&true) { &[BY_CEILING, !BY_CEILING] } else { &[0b1111] };
        for (is_large, pop_min, pop_max) in sizes {
            for side in by_side.iter().filter(|side| **side & channels & 0b1111 != 0) {
                let is_raised = floors.iter().any(|for_large| !for_large || *is_large);
                let is_lowered = ceilings.iter().any(|by_channel| !by_channel || *side == BY_CEILING);
                let raised = if is_raised { level.max(1) } else { level };
                rules.push(Rule {
                    id: u32::try_from(rules.len()).unwrap_or(u32::MAX),
                    mun: u16::try_from(self.customer).unwrap_or(u16::MAX),
                    svc: u16::try_from(self.service).unwrap_or(u16::MAX),
                    from: number(NEWEST),
                    until: number(Date::MAX),
                    pop_min: *pop_min,
                    pop_max: *pop_max,
                    max_qty,
                    channels: side & channels & 0b1111,
                    option: module.map(|module| u8::try_from(module).unwrap_or(u8::MAX)),
                    effect: if is_lowered { raised.min(2) } else { raised },
                });
            }
        }
    }
}

/// A day in days since 1970-01-01.
fn number(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days())
}

/// What the others are asked; `None` where they cannot say it.
fn request(part: &Part, question: &RealQuestion) -> Option<Request> {
    let service: u16 = question.service.strip_prefix("s/svc-")?.parse().ok()?;
    let customer: u16 = question.customer.strip_prefix("town-")?.parse().ok()?;
    let place = usize::from(customer) * part.floors.len() + usize::from(service);
    if question.known.is_some() || question.on < NEWEST || part.agreed.get(place)?.all.is_none() {
        return None;
    }
    let year = usize::try_from(question.on.year() - 2022).ok()?;
    let counts = part.inhabitants.get(usize::from(customer))?;
    let channel = crate::real::CHANNELS.iter().position(|known| *known == question.channel)?;
    let held: Vec<u8> = (0..6).filter(|at| question.modules.iter().any(|module| module == MODULES[usize::from(*at)])).collect();
    Some(Request {
        mun: mun_name(customer),
        svc: svc_name(service),
        day: number(question.on),
        pop: *counts.get(year).or(counts.last())?,
        qty: question.quantity,
        channel: CHANNELS[channel],
        options: held.iter().map(|at| opt_name(*at)).collect(),
        mun_id: customer,
        svc_id: service,
        chan_id: u8::try_from(channel).ok()?,
        opt_mask: held.iter().map(|at| 1 << at).sum(),
    })
}
