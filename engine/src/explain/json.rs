//! A decision in; the JSON that the format reference fixes out.

use jiff::civil::Date;
use serde::Serialize;

use crate::compare::{Timeline, WhyNot};
use crate::decide::{Answer, Core, Decision, Made, OptionPart, Reasons, Settled, World};
use crate::load::FORMAT;
use crate::model::arena::RuleId;
use crate::model::question::Question;
use crate::model::rule::Level;
use crate::model::value::Exact;
use crate::text::Language;

#[derive(Serialize)]
struct Whole<'a> {
    question: &'a Question,
    #[serde(flatten)]
    body: Body<'a>,
    pending: Vec<Pending<'a>>,
    holds: Holds,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<super::why_not::Record<'a>>,
    policy: Version<'a>,
}

/// What a decision, a part of a composite and a period of a timeline share.
#[derive(Serialize)]
struct Body<'a> {
    outcome: &'static str,
    level: Option<&'a str>,
    room: Option<Room<'a>>,
    lines: Vec<Line<'a>>,
    quota: Option<Quota<'a>>,
    obligations: &'a [Box<str>],
    needs: Vec<&'a str>,
    possible: Vec<&'a str>,
    because: Vec<Because<'a>>,
    overruled: Vec<Lost<'a>>,
    options: Vec<Consulted<'a>>,
    degraded: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    service: &'a str,
    #[serde(flatten)]
    body: Body<'a>,
}

#[derive(Serialize)]
struct Room<'a> {
    lowest: &'a str,
    highest: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    level: &'a str,
    quantity: Option<Exact>,
    obligations: &'a [Box<str>],
}

#[derive(Serialize)]
struct Quota<'a> {
    amount: Exact,
    unit: &'a str,
    per: &'a str,
}

#[derive(Serialize)]
struct Because<'a> {
    rule: &'a str,
    effect: &'static str,
    text: Option<&'a str>,
    reference: Option<String>,
}

#[derive(Serialize)]
struct Lost<'a> {
    rule: &'a str,
    what: &'static str,
    wanted: Option<&'a str>,
    got: Option<&'a str>,
    by: Option<&'a str>,
}

/// What an option made of it: exactly one of a proposal, facts that it needs, a fault.
#[derive(Serialize)]
struct Consulted<'a> {
    option: &'a str,
    plugin: Option<&'a str>,
    version: Option<&'a str>,
    digest: Option<&'a str>,
    /// The level once it had its say.
    level: &'a str,
    proposal: Option<Proposal<'a>>,
    needs: Vec<&'a str>,
    fault: Option<Fault<'a>>,
}

#[derive(Serialize)]
struct Proposal<'a> {
    level: Option<&'a str>,
    quota: Option<Quota<'a>>,
    obligations: &'a [Box<str>],
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct Fault<'a> {
    kind: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct Pending<'a> {
    version: &'a str,
    title: Option<&'a str>,
    outcome: &'static str,
    level: Option<&'a str>,
    awaits: Vec<&'a str>,
}

#[derive(Serialize)]
struct Holds {
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Serialize)]
struct Version<'a> {
    format: u32,
    digest: &'a str,
}

pub(crate) fn json(decision: &Decision<'_>, why_not: Option<&WhyNot<'_>>, language: Language) -> String {
    let world = decision.world;
    let register = world.register;
    let pending = decision.pending.iter().map(|pending| {
        let version = &register.versions[pending.version];
        Pending {
            version: &version.key,
            title: version.title.get(language),
            outcome: pending.outcome.word(),
            level: pending.level.map(|level| register.level_id(level)),
            awaits: version.awaits.iter().map(|customer| &*register.customers[*customer].id).collect(),
        }
    });
    let whole = Whole {
        question: &decision.question,
        body: body(world, &decision.settled, language),
        pending: pending.collect(),
        holds: Holds { from: decision.holds.first(), until: decision.holds.last() },
        why_not: why_not.map(|why_not| why_not.record(language)),
        policy: Version { format: FORMAT, digest: &register.digest },
    };
    text(&whole)
}

#[derive(Serialize)]
struct Summary<'a> {
    customer: &'a str,
    service: &'a str,
    on: Date,
    outcome: &'static str,
    level: Option<&'a str>,
    quota: Option<Quota<'a>>,
    obligations: &'a [Box<str>],
    needs: Vec<&'a str>,
    possible: Vec<&'a str>,
    degraded: bool,
    holds: Holds,
}

/// The record of `list` and `matrix`: the answer without its reasons.
pub(crate) fn summary(decision: &Decision<'_>) -> String {
    let body = body(decision.world, &decision.settled, Language::Nl);
    text(&Summary {
        customer: &decision.question.customer,
        service: &decision.question.service,
        on: decision.question.on,
        outcome: body.outcome,
        level: body.level,
        quota: body.quota,
        obligations: body.obligations,
        needs: body.needs,
        possible: body.possible,
        degraded: body.degraded,
        holds: Holds { from: decision.holds.first(), until: decision.holds.last() },
    })
}

#[derive(Serialize)]
struct Stretch<'a> {
    from: Option<Date>,
    until: Option<Date>,
    #[serde(flatten)]
    body: Body<'a>,
}

/// The array of `when`: a record a stretch of days.
pub(crate) fn periods(timeline: &Timeline<'_>, language: Language) -> String {
    let stretches: Vec<Stretch<'_>> = timeline
        .periods
        .iter()
        .map(|period| Stretch { from: period.from(), until: period.until(), body: body(timeline.world, &period.settled, language) })
        .collect();
    text(&stretches)
}

/// What is serialized here holds strings, numbers and lists alone, which always can be written.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn body<'a>(world: World<'a>, settled: &'a Settled<'a>, language: Language) -> Body<'a> {
    let register = world.register;
    let (needs, possible) = match &settled.core {
        Core::Settled(_) => (Vec::new(), Vec::new()),
        Core::Undetermined { needs, possible } => (
            needs.iter().map(|fact| &*register.facts[*fact].name).collect(),
            possible.iter().map(|level| register.level_id(*level)).collect(),
        ),
    };
    let answer = settled.answer();
    let Reasons { because, overruled, room, options } = &settled.reasons;
    // An answer that is not settled has no reasons yet; which options were asked is told all the same.
    let shaping = if answer.is_some() { options.as_slice() } else { &[] };
    Body {
        outcome: settled.outcome().word(),
        level: answer.map(|answer| register.level_id(answer.level)),
        room: room.map(|(lowest, highest)| Room { lowest: register.level_id(lowest), highest: register.level_id(highest) }),
        lines: answer.map(|answer| lines(world, answer)).unwrap_or_default(),
        quota: answer.and_then(|answer| answer.quota.as_ref()).map(|quota| Quota {
            amount: Exact(quota.amount),
            unit: quota.unit,
            per: quota.per,
        }),
        obligations: answer.map_or(&[][..], |answer| &answer.obligations),
        needs,
        possible,
        because: because
            .iter()
            .map(|rule| reason(world, *rule, language))
            .chain(shaping.iter().filter(|part| part.ran.shaped()).map(|part| option_reason(world, part, language)))
            .collect(),
        overruled: overruled
            .iter()
            .map(|lost| {
                let level = |level: Option<Level>| level.map(|level| register.level_id(level));
                Lost {
                    rule: &register.rules[lost.rule].key,
                    what: lost.what.word(),
                    wanted: level(lost.wanted),
                    got: level(lost.got),
                    by: Some(&register.rules[lost.by].key),
                }
            })
            .chain(shaping.iter().filter_map(|part| held(world, part)))
            .collect(),
        options: options.iter().map(|part| consulted(world, part, language)).collect(),
        degraded: settled.degraded(),
        parts: settled
            .parts
            .iter()
            .map(|part| Part { service: &register.services[part.service].id, body: body(world, part, language) })
            .collect(),
    }
}

fn lines<'a>(world: World<'a>, answer: &Answer<'a>) -> Vec<Line<'a>> {
    let line = |line: &crate::decide::Line<'a>| Line {
        level: world.register.level_id(line.level),
        quantity: line.quantity.map(Exact),
        obligations: line.obligations,
    };
    answer.lines.iter().map(line).collect()
}

fn option_reason<'a>(world: World<'a>, part: &'a OptionPart, language: Language) -> Because<'a> {
    let binding = &world.register.options[part.ran.option];
    let reference = world.register.reference_in(binding.version, binding.reference.as_deref());
    Because { rule: &binding.key, effect: "option", text: binding.text.get(language), reference }
}

/// A level that an option proposed outside its room.
fn held<'a>(world: World<'a>, part: &'a OptionPart) -> Option<Lost<'a>> {
    let register = world.register;
    Some(Lost {
        rule: &register.options[part.ran.option].key,
        what: "option",
        wanted: Some(register.level_id(part.ran.overruled()?)),
        got: Some(register.level_id(part.ran.got)),
        by: part.by.map(|rule| &*register.rules[rule].key),
    })
}

fn consulted<'a>(world: World<'a>, part: &'a OptionPart, language: Language) -> Consulted<'a> {
    let register = world.register;
    let bound = &world.options[part.ran.option];
    let (proposal, needs, fault) = match &part.ran.made {
        Made::Proposed(judged) => {
            let quota = judged.quota.as_ref().map(|quota| Quota { amount: Exact(quota.amount), unit: &quota.unit, per: quota.per });
            let proposal = Proposal {
                level: judged.level.map(|level| register.level_id(level)),
                quota,
                obligations: &judged.obligations,
                note: judged.note.get(language),
            };
            (Some(proposal), Vec::new(), None)
        }
        Made::Needs(facts, _) => (None, facts.iter().map(|fact| &*register.facts[*fact].name).collect(), None),
        Made::Fault(fault) => (None, Vec::new(), Some(Fault { kind: fault.kind.word(), message: &fault.message })),
    };
    Consulted {
        option: &register.options[part.ran.option].key,
        plugin: bound.described().map(|described| described.name.as_str()),
        version: bound.described().map(|described| described.version.as_str()),
        digest: bound.digest.as_deref(),
        level: register.level_id(part.ran.got),
        proposal,
        needs,
        fault,
    }
}

fn reason(world: World<'_>, rule: RuleId, language: Language) -> Because<'_> {
    let stated = &world.register.rules[rule];
    Because { rule: &stated.key, effect: stated.effect.word(), text: stated.text.get(language), reference: world.register.reference(rule) }
}
