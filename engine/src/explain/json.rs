//! A decision in; the JSON that the format reference fixes out.

use super::writer::{Json, written};
use crate::compare::{Timeline, WhyNot};
use crate::decide::{Answer, Core, Decision, Made, OptionPart, Prepared, Settled, World};
use crate::load::FORMAT;
use crate::model::arena::RuleId;
use crate::model::day::{Day, Days};
use crate::model::fact::{Kind, unscale};
use crate::model::rule::Level;
use crate::model::set::bits;
use crate::text::Language;

pub(crate) fn json(decision: &Decision<'_>, why_not: Option<&WhyNot<'_>>, language: Language) -> String {
    written(|json| whole(json, decision, why_not, language))
}

/// Puts the JSON behind what a buffer holds.
pub(crate) fn write(out: &mut Vec<u8>, decision: &Decision<'_>, language: Language) {
    whole(&mut Json::into(out), decision, None, language);
}

fn whole(json: &mut Json<'_>, decision: &Decision<'_>, why_not: Option<&WhyNot<'_>>, language: Language) {
    let register = decision.world.register;
    json.object(|json| {
        json.key("question").object(|json| question(json, &decision.prepared));
        body(json, decision.world, &decision.settled, language);
        json.key("pending").list(&decision.pending, |json, pending| {
            let version = &register.versions[pending.version];
            json.object(|json| {
                json.key("version").text(&version.key);
                json.key("title").maybe_text(version.title.get(language));
                json.key("outcome").text(pending.outcome.word());
                json.key("level").maybe_text(pending.level.map(|level| register.level_id(level)));
                json.key("awaits").texts(version.awaits.iter().map(|customer| &*register.customers[*customer].id));
            });
        });
        json.key("holds").object(|json| holds(json, decision.holds));
        if let Some(why_not) = why_not {
            json.key("why_not").other(&why_not.record(language));
        }
        json.key("policy").object(|json| {
            json.key("format").other(&FORMAT);
            json.key("digest").text(&register.digest);
        });
    });
}

/// The record of `list` and `matrix`: the answer without its reasons.
pub(crate) fn summary(decision: &Decision<'_>) -> String {
    let (world, settled) = (decision.world, &decision.settled);
    written(|json| {
        json.object(|json| {
            json.key("customer").text(decision.prepared.customer_id());
            json.key("service").text(decision.prepared.service_id());
            json.key("on").date(decision.prepared.date);
            json.key("outcome").text(settled.outcome().word());
            level(json, world, settled.answer());
            granted(json, settled.answer());
            open(json, world, settled);
            json.key("degraded").truth(settled.degraded());
            json.key("holds").object(|json| holds(json, decision.holds));
        });
    })
}

/// The array of `when`: a record a stretch of days.
pub(crate) fn periods(timeline: &Timeline<'_>, language: Language) -> String {
    written(|json| {
        json.list(&timeline.periods, |json, period| {
            json.object(|json| {
                json.key("from").maybe_date(period.from());
                json.key("until").maybe_date(period.until());
                body(json, timeline.world, &period.settled, language);
            });
        });
    })
}

/// The question as it was understood: with ids for names, its facts by name.
fn question(json: &mut Json<'_>, prepared: &Prepared<'_>) {
    let register = prepared.view.world.register;
    json.key("customer").text(prepared.customer_id());
    json.key("service").text(prepared.service_id());
    json.key("on").date(prepared.date);
    json.key("known").maybe_date(prepared.known_date);
    if prepared.is_proposed() {
        json.key("proposed").truth(true);
    }
    let mut facts = prepared.given.clone();
    facts.sort_unstable_by_key(|(id, _)| &*register.facts[*id].name);
    json.key("facts").object(|json| {
        for (id, value) in facts {
            let fact = &register.facts[id];
            let json = json.key(&fact.name);
            match fact.kind {
                Kind::Truth => json.truth(value != 0),
                Kind::Number { decimals: 0, .. } => json.other(&value),
                Kind::Number { decimals, .. } => json.number(unscale(value, decimals)),
                Kind::Day => json.date(Day(value).date()),
                Kind::Text => json.text(prepared.text(id, value).unwrap_or_default()),
                Kind::Tags => {
                    json.texts(fact.values.iter().enumerate().filter(|(at, _)| bits(value) >> at & 1 == 1).map(|(_, tag)| &**tag));
                }
            }
        }
    });
}

/// What a decision, a part of a composite and a period of a timeline share.
fn body(json: &mut Json<'_>, world: World<'_>, settled: &Settled<'_>, language: Language) {
    let register = world.register;
    let answer = settled.answer();
    let reasons = &settled.reasons;
    // An answer that is not settled has no reasons yet; which options were asked is told all the same.
    let shaping = if answer.is_some() { reasons.options.as_slice() } else { &[] };
    json.key("outcome").text(settled.outcome().word());
    level(json, world, answer);
    json.key("room").maybe(reasons.room, |json, (lowest, highest)| {
        json.object(|json| {
            json.key("lowest").text(register.level_id(lowest));
            json.key("highest").text(register.level_id(highest));
        });
    });
    json.key("lines").list(answer.iter().flat_map(|answer| &answer.lines), |json, line| {
        json.object(|json| {
            json.key("level").text(register.level_id(line.level));
            json.key("quantity").maybe(line.quantity, Json::number);
            json.key("obligations").texts(line.obligations.iter().map(|id| &**id));
        });
    });
    granted(json, answer);
    open(json, world, settled);
    let shaped = shaping.iter().filter(|part| part.ran.shaped());
    json.key("because").list(reasons.because.iter().map(Ok).chain(shaped.map(Err)), |json, by| match by {
        Ok(rule) => reason(json, world, *rule, language),
        Err(part) => option_reason(json, world, part, language),
    });
    let held = shaping.iter().filter_map(|part| Some((part, part.ran.overruled()?)));
    json.key("overruled").list(reasons.overruled.iter().map(Ok).chain(held.map(Err)), |json, lost| {
        let (rule, what, wanted, got, by) = match lost {
            Ok(lost) => (&*register.rules[lost.rule].key, lost.what.word(), lost.wanted, lost.got, Some(lost.by)),
            // A level that an option proposed outside its room.
            Err((part, wanted)) => (&*register.options[part.ran.option].key, "option", Some(wanted), Some(part.ran.got), part.by),
        };
        let id = |level: Level| register.level_id(level);
        json.object(|json| {
            json.key("rule").text(rule);
            json.key("what").text(what);
            json.key("wanted").maybe_text(wanted.map(id));
            json.key("got").maybe_text(got.map(id));
            json.key("by").maybe_text(by.map(|rule| &*register.rules[rule].key));
        });
    });
    json.key("options").list(&reasons.options, |json, part| json.object(|json| consulted(json, world, part, language)));
    json.key("degraded").truth(settled.degraded());
    if !settled.parts.is_empty() {
        json.key("parts").list(&settled.parts, |json, part| {
            json.object(|json| {
                json.key("service").text(&register.services[part.service].id);
                body(json, world, part, language);
            });
        });
    }
}

fn level(json: &mut Json<'_>, world: World<'_>, answer: Option<&Answer<'_>>) {
    json.key("level").maybe_text(answer.map(|answer| world.register.level_id(answer.level)));
}

/// What comes with a level.
fn granted(json: &mut Json<'_>, answer: Option<&Answer<'_>>) {
    let quota = answer.and_then(|answer| answer.quota.as_ref());
    json.key("quota").maybe(quota, |json, counted| json.object(|json| quota_fields(json, counted.amount, counted.unit, counted.per)));
    json.key("obligations").texts(answer.into_iter().flat_map(|answer| answer.obligations.iter().map(|id| &**id)));
}

fn quota_fields(json: &mut Json<'_>, amount: rust_decimal::Decimal, unit: &str, per: &str) {
    json.key("amount").number(amount);
    json.key("unit").text(unit);
    json.key("per").text(per);
}

/// What an answer depends on, and what is possible.
fn open(json: &mut Json<'_>, world: World<'_>, settled: &Settled<'_>) {
    let (needs, possible) = match &settled.core {
        Core::Settled(_) => (&[][..], &[][..]),
        Core::Undetermined { needs, possible } => (needs.as_slice(), possible.as_slice()),
    };
    json.key("needs").texts(needs.iter().map(|fact| &*world.register.facts[*fact].name));
    json.key("possible").texts(possible.iter().map(|level| world.register.level_id(*level)));
}

fn holds(json: &mut Json<'_>, days: Days) {
    json.key("from").maybe_date(days.first());
    json.key("until").maybe_date(days.last());
}

fn reason(json: &mut Json<'_>, world: World<'_>, rule: RuleId, language: Language) {
    let stated = &world.register.rules[rule];
    let reference = world.register.reference(rule);
    because(json, &stated.key, stated.effect.word(), stated.text.get(language), reference.as_deref());
}

fn option_reason(json: &mut Json<'_>, world: World<'_>, part: &OptionPart, language: Language) {
    let binding = &world.register.options[part.ran.option];
    let reference = world.register.reference_in(binding.version, binding.reference.as_deref());
    because(json, &binding.key, "option", binding.text.get(language), reference.as_deref());
}

fn because(json: &mut Json<'_>, rule: &str, effect: &str, text: Option<&str>, reference: Option<&str>) {
    json.object(|json| {
        json.key("rule").text(rule);
        json.key("effect").text(effect);
        json.key("text").maybe_text(text);
        json.key("reference").maybe_text(reference);
    });
}

/// What an option made of it: exactly one of a proposal, facts that it needs, a fault.
fn consulted(json: &mut Json<'_>, world: World<'_>, part: &OptionPart, language: Language) {
    let register = world.register;
    let bound = &world.options[part.ran.option];
    json.key("option").text(&register.options[part.ran.option].key);
    json.key("plugin").maybe_text(bound.described().map(|described| described.name.as_str()));
    json.key("version").maybe_text(bound.described().map(|described| described.version.as_str()));
    json.key("digest").maybe_text(bound.digest.as_deref());
    // The level once it had its say.
    json.key("level").text(register.level_id(part.ran.got));
    let (proposed, needed, fault) = match &part.ran.made {
        Made::Proposed(judged) => (Some(judged), &[][..], None),
        Made::Needs(facts, _) => (None, facts.as_slice(), None),
        Made::Fault(fault) => (None, &[][..], Some(fault)),
    };
    json.key("proposal").maybe(proposed, |json, judged| {
        json.object(|json| {
            json.key("level").maybe_text(judged.level.map(|level| register.level_id(level)));
            let quota = judged.quota.as_ref();
            json.key("quota")
                .maybe(quota, |json, counted| json.object(|json| quota_fields(json, counted.amount, &counted.unit, counted.per)));
            json.key("obligations").texts(judged.obligations.iter().map(|id| &**id));
            json.key("note").maybe_text(judged.note.get(language));
        });
    });
    json.key("needs").texts(needed.iter().map(|fact| &*register.facts[*fact].name));
    json.key("fault").maybe(fault, |json, fault| {
        json.object(|json| {
            json.key("kind").text(fault.kind.word());
            json.key("message").text(&fault.message);
        });
    });
}
