//! A decision in; the JSON that the format reference fixes out.

use super::writer::{Json, first, key, written};
use crate::compare::{Timeline, WhyNot};
use crate::decide::{Answer, Core, Decision, Given, Made, OptionPart, Prepared, Settled, World};
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
        first!(json, "question").object(|json| question(json, &decision.prepared));
        body(json, decision.world, &decision.settled, language);
        unlisted(json, decision);
        if !decision.uncomputed.is_empty() {
            key!(json, "uncomputed").list(&decision.uncomputed, |json, (fact, reason)| {
                json.object(|json| {
                    first!(json, "fact").id(&register.facts[*fact].name);
                    key!(json, "reason").text(reason);
                });
            });
        }
        key!(json, "pending").list(&decision.pending, |json, pending| {
            let version = &register.versions[pending.version];
            json.object(|json| {
                first!(json, "version").id(&version.key);
                key!(json, "title").maybe_text(version.title.get(language));
                key!(json, "outcome").id(pending.outcome.word());
                key!(json, "level").maybe_id(pending.level.map(|level| register.level_id(level)));
                key!(json, "awaits").ids(version.awaits.iter().map(|customer| &*register.customers[*customer].id));
            });
        });
        key!(json, "holds").object(|json| holds(json, decision.holds));
        if let Some(why_not) = why_not {
            key!(json, "why_not").other(&why_not.record(language));
        }
        key!(json, "policy").object(|json| {
            first!(json, "format").other(&FORMAT);
            key!(json, "digest").id(&register.digest);
        });
    });
}

/// The customer or service that is not in the catalogue on the question's day, as far as is known then (S1); nothing is written where both are.
fn unlisted(json: &mut Json<'_>, decision: &Decision<'_>) {
    let absent = decision.unlisted();
    if absent.is_empty() {
        return;
    }
    key!(json, "unlisted").list(absent, |json, (id, _, listed)| {
        json.object(|json| {
            first!(json, "id").text(id);
            key!(json, "from").maybe_date(listed.on.first());
            key!(json, "until").maybe_date(listed.on.last());
            key!(json, "decided").maybe_date(listed.known.first());
        });
    });
}

/// The record of `list` and `matrix`: the answer without its reasons.
pub(crate) fn summary(decision: &Decision<'_>) -> String {
    let (world, settled) = (decision.world, &decision.settled);
    written(|json| {
        json.object(|json| {
            first!(json, "customer").id(decision.prepared.customer_id());
            key!(json, "service").text(decision.prepared.service_id());
            key!(json, "on").date(decision.prepared.date);
            key!(json, "outcome").id(settled.outcome().word());
            level(json, world, settled.answer());
            granted(json, settled);
            open(json, world, settled);
            key!(json, "degraded").truth(settled.degraded());
            key!(json, "holds").object(|json| holds(json, decision.holds));
        });
    })
}

/// The array of `when`: a record a stretch of days.
pub(crate) fn periods(timeline: &Timeline<'_>, language: Language) -> String {
    written(|json| {
        json.list(&timeline.periods, |json, period| {
            json.object(|json| {
                first!(json, "from").maybe_date(period.from());
                key!(json, "until").maybe_date(period.until());
                body(json, timeline.world, &period.settled, language);
            });
        });
    })
}

/// The question as it was understood: with ids for names, its facts by name.
fn question(json: &mut Json<'_>, prepared: &Prepared<'_>) {
    let World { register, cells, .. } = prepared.view.world;
    first!(json, "customer").id(prepared.customer_id());
    key!(json, "service").text(prepared.service_id());
    key!(json, "on").date(prepared.date);
    key!(json, "known").maybe_date(prepared.known_date);
    if prepared.is_proposed() {
        key!(json, "proposed").truth(true);
    }
    let mut facts = Given::from_slice(&prepared.given);
    facts.sort_unstable_by_key(|(id, _)| cells.alphabetical(*id));
    key!(json, "facts").object(|json| {
        for (id, value) in facts {
            let fact = &register.facts[id];
            let json = json.key(&fact.name);
            match fact.kind {
                Kind::Truth => json.truth(value != 0),
                Kind::Number { decimals: 0, .. } => json.whole(value),
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
    key!(json, "outcome").id(settled.outcome().word());
    level(json, world, answer);
    key!(json, "room").maybe(reasons.room, |json, (lowest, highest)| {
        json.object(|json| {
            first!(json, "lowest").id(register.level_id(lowest));
            key!(json, "highest").id(register.level_id(highest));
        });
    });
    key!(json, "lines").list(answer.iter().flat_map(|answer| &answer.lines), |json, line| {
        json.object(|json| {
            first!(json, "level").id(register.level_id(line.level));
            key!(json, "quantity").maybe(line.quantity, Json::number);
            key!(json, "obligations").texts(line.obligations.iter().map(|id| &**id));
        });
    });
    granted(json, settled);
    open(json, world, settled);
    let shaped = shaping.iter().filter(|part| part.ran.shaped());
    key!(json, "because").list(reasons.because.iter().map(Ok).chain(shaped.map(Err)), |json, by| match by {
        Ok(rule) => reason(json, world, *rule, language),
        Err(part) => option_reason(json, world, part, language),
    });
    let held = shaping.iter().filter_map(|part| Some((part, part.ran.overruled()?)));
    key!(json, "overruled").list(reasons.overruled.iter().map(Ok).chain(held.map(Err)), |json, lost| {
        let (rule, what, wanted, got, by) = match lost {
            Ok(lost) => (&*register.rules[lost.rule].key, lost.what.word(), lost.wanted, lost.got, Some(lost.by)),
            // A level that an option proposed outside its room.
            Err((part, wanted)) => (&*register.options[part.ran.option].key, "option", Some(wanted), Some(part.ran.got), part.by),
        };
        let id = |level: Level| register.level_id(level);
        json.object(|json| {
            first!(json, "rule").text(rule);
            key!(json, "what").id(what);
            key!(json, "wanted").maybe_id(wanted.map(id));
            key!(json, "got").maybe_id(got.map(id));
            key!(json, "by").maybe_text(by.map(|rule| &*register.rules[rule].key));
        });
    });
    key!(json, "options").list(&reasons.options, |json, part| json.object(|json| consulted(json, world, part, language)));
    key!(json, "degraded").truth(settled.degraded());
    if !settled.parts.is_empty() {
        key!(json, "parts").list(&settled.parts, |json, part| {
            json.object(|json| {
                first!(json, "service").text(&register.services[part.service].id);
                body(json, world, part, language);
            });
        });
    }
}

fn level(json: &mut Json<'_>, world: World<'_>, answer: Option<&Answer<'_>>) {
    key!(json, "level").maybe_id(answer.map(|answer| world.register.level_id(answer.level)));
}

/// What comes with a level.
fn granted(json: &mut Json<'_>, settled: &Settled<'_>) {
    let answer = settled.answer();
    let quota = answer.and_then(|answer| answer.quota.as_ref());
    key!(json, "quota").maybe(quota, |json, counted| {
        json.object(|json| {
            quota_fields(json, counted.amount, counted.unit, counted.per);
            if let Some(left) = settled.allowance.left {
                key!(json, "left").number(left);
            }
            if let Some(day) = settled.allowance.renews {
                key!(json, "renews").date(day.date());
            }
        });
    });
    key!(json, "obligations").texts(answer.into_iter().flat_map(|answer| answer.obligations.iter().map(|id| &**id)));
}

fn quota_fields(json: &mut Json<'_>, amount: rust_decimal::Decimal, unit: &str, per: &str) {
    first!(json, "amount").number(amount);
    key!(json, "unit").text(unit);
    key!(json, "per").text(per);
}

/// What an answer depends on, and what is possible.
fn open(json: &mut Json<'_>, world: World<'_>, settled: &Settled<'_>) {
    let (needs, possible) = match &settled.core {
        Core::Settled(_) => (&[][..], &[][..]),
        Core::Undetermined { needs, possible } => (needs.as_slice(), possible.as_slice()),
    };
    key!(json, "needs").ids(needs.iter().map(|fact| &*world.register.facts[*fact].name));
    key!(json, "possible").ids(possible.iter().map(|level| world.register.level_id(*level)));
}

fn holds(json: &mut Json<'_>, days: Days) {
    first!(json, "from").maybe_date(days.first());
    key!(json, "until").maybe_date(days.last());
}

fn reason(json: &mut Json<'_>, world: World<'_>, rule: RuleId, language: Language) {
    let stated = &world.register.rules[rule];
    let reference = world.register.reference_parts(stated.version, stated.reference.as_deref());
    because(json, &stated.key, stated.effect.word(), stated.text.get(language), reference);
}

fn option_reason(json: &mut Json<'_>, world: World<'_>, part: &OptionPart, language: Language) {
    let binding = &world.register.options[part.ran.option];
    let reference = world.register.reference_parts(binding.version, binding.reference.as_deref());
    because(json, &binding.key, "option", binding.text.get(language), reference);
}

fn because(json: &mut Json<'_>, rule: &str, effect: &str, text: Option<&str>, reference: Option<[&str; 3]>) {
    json.object(|json| {
        first!(json, "rule").text(rule);
        key!(json, "effect").id(effect);
        key!(json, "text").maybe_text(text);
        key!(json, "reference").maybe(reference, |json, parts| json.joined(&parts));
    });
}

/// What an option made of it: exactly one of a proposal, facts that it needs, a fault.
fn consulted(json: &mut Json<'_>, world: World<'_>, part: &OptionPart, language: Language) {
    let register = world.register;
    let bound = &world.options[part.ran.option];
    first!(json, "option").id(&register.options[part.ran.option].key);
    key!(json, "plugin").maybe_text(bound.described().map(|described| described.name.as_str()));
    key!(json, "version").maybe_text(bound.described().map(|described| described.version.as_str()));
    key!(json, "digest").maybe_text(bound.digest.as_deref());
    // The level once it had its say.
    key!(json, "level").id(register.level_id(part.ran.got));
    let (proposed, needed, fault) = match &part.ran.made {
        Made::Proposed(judged) => (Some(judged), &[][..], None),
        Made::Needs(facts, _) => (None, facts.as_slice(), None),
        Made::Fault(fault) => (None, &[][..], Some(fault)),
    };
    key!(json, "proposal").maybe(proposed, |json, judged| {
        json.object(|json| {
            first!(json, "level").maybe_id(judged.level.map(|level| register.level_id(level)));
            let quota = judged.quota.as_ref();
            key!(json, "quota")
                .maybe(quota, |json, counted| json.object(|json| quota_fields(json, counted.amount, &counted.unit, counted.per)));
            key!(json, "obligations").texts(judged.obligations.iter().map(|id| &**id));
            key!(json, "note").maybe_text(judged.note.get(language));
        });
    });
    key!(json, "needs").ids(needed.iter().map(|fact| &*register.facts[*fact].name));
    key!(json, "fault").maybe(fault, |json, fault| {
        json.object(|json| {
            first!(json, "kind").id(fault.kind.word());
            key!(json, "message").text(&fault.message);
        });
    });
}
