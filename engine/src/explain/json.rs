//! A decision in; the JSON that the format reference fixes out.

use super::writer::{Json, first, key, written};
use crate::answer::{Answer, Consulted, Reason};
use crate::catalogue::{Customer, Fact, Level, Span, Term};
use crate::compare::{Timeline, WhyNot};
use crate::decide::{Decision, Given, Prepared, World};
use crate::load::FORMAT;
use crate::model::day::Day;
use crate::model::fact::{Kind, unscale};
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
        body(json, decision.answer(), language);
        unlisted(json, decision);
        let mut uncomputed = decision.uncomputed().peekable();
        if uncomputed.peek().is_some() {
            key!(json, "uncomputed").list(uncomputed, |json, (fact, reason)| {
                json.object(|json| {
                    first!(json, "fact").id(fact.name());
                    key!(json, "reason").text(reason);
                });
            });
        }
        key!(json, "pending").list(decision.pending(), |json, pending| {
            let version = pending.version();
            json.object(|json| {
                first!(json, "version").id(version.key());
                key!(json, "title").maybe_text(version.title(language));
                key!(json, "outcome").id(pending.outcome().word());
                key!(json, "level").maybe_id(pending.level().map(Level::id));
                key!(json, "awaits").ids(pending.awaits().map(Customer::id));
            });
        });
        key!(json, "holds").object(|json| span(json, decision.holds()));
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
    let mut absent = decision.unlisted().peekable();
    if absent.peek().is_none() {
        return;
    }
    key!(json, "unlisted").list(absent, |json, listed| {
        json.object(|json| {
            first!(json, "id").text(listed.id);
            key!(json, "from").maybe_date(listed.days.from);
            key!(json, "until").maybe_date(listed.days.until);
            key!(json, "decided").maybe_date(listed.decided);
        });
    });
}

/// The record of `list` and `matrix`: the answer without its reasons.
pub(crate) fn summary(decision: &Decision<'_>) -> String {
    let answer = decision.answer();
    written(|json| {
        json.object(|json| {
            first!(json, "customer").id(decision.prepared.customer_id());
            key!(json, "service").text(decision.prepared.service_id());
            key!(json, "on").date(decision.prepared.date);
            key!(json, "outcome").id(answer.outcome().word());
            key!(json, "level").maybe_id(answer.level().map(Level::id));
            granted(json, answer);
            open(json, answer);
            key!(json, "degraded").truth(answer.is_degraded());
            key!(json, "holds").object(|json| span(json, decision.holds()));
        });
    })
}

/// The array of `when`: a record a stretch of days.
pub(crate) fn periods(timeline: &Timeline<'_>, language: Language) -> String {
    written(|json| {
        json.list(&timeline.periods, |json, period| {
            json.object(|json| {
                span(json, period.days());
                body(json, timeline.answer(period), language);
                if !period.later.is_empty() {
                    key!(json, "later").list(timeline.grounds(period).skip(1), |json, (days, answer)| {
                        json.object(|json| {
                            span(json, days);
                            room(json, answer);
                            reasons(json, answer, language);
                        });
                    });
                }
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
fn body(json: &mut Json<'_>, answer: Answer<'_>, language: Language) {
    key!(json, "outcome").id(answer.outcome().word());
    key!(json, "level").maybe_id(answer.level().map(Level::id));
    room(json, answer);
    key!(json, "lines").list(answer.lines(), |json, line| {
        json.object(|json| {
            first!(json, "level").id(line.level().id());
            key!(json, "quantity").maybe(line.quantity(), Json::number);
            key!(json, "obligations").texts(line.obligations().map(Term::id));
        });
    });
    granted(json, answer);
    open(json, answer);
    reasons(json, answer, language);
}

/// From where to where options may choose.
fn room(json: &mut Json<'_>, answer: Answer<'_>) {
    key!(json, "room").maybe(answer.room(), |json, (lowest, highest)| {
        json.object(|json| {
            first!(json, "lowest").id(lowest.id());
            key!(json, "highest").id(highest.id());
        });
    });
}

/// Why an answer is what it is.
fn reasons(json: &mut Json<'_>, answer: Answer<'_>, language: Language) {
    key!(json, "because").list(answer.reasons(), |json, reason| {
        json.object(|json| {
            first!(json, "rule").text(reason.key());
            key!(json, "effect").id(reason.effect());
            key!(json, "text").maybe_text(reason.text(language));
            key!(json, "reference").maybe(reason.reference_parts(), |json, parts| json.joined(&parts));
            key!(json, "decided").maybe_date(reason.version().decided());
            if let Some(by) = reason.version().decided_by(language) {
                key!(json, "decided_by").text(by);
            }
            key!(json, "from").maybe_date(reason.from());
        });
    });
    key!(json, "overruled").list(answer.overruled(), |json, lost| {
        json.object(|json| {
            first!(json, "rule").text(lost.key());
            key!(json, "what").id(lost.what());
            key!(json, "wanted").maybe_id(lost.wanted().map(Level::id));
            key!(json, "got").maybe_id(lost.got().map(Level::id));
            key!(json, "by").maybe_text(lost.by().map(Reason::key));
        });
    });
    key!(json, "options").list(answer.options(), |json, option| json.object(|json| consulted(json, option, language)));
    key!(json, "degraded").truth(answer.is_degraded());
    let parts = answer.parts();
    if parts.len() > 0 {
        key!(json, "parts").list(parts, |json, part| {
            json.object(|json| {
                first!(json, "service").text(part.service().id());
                body(json, part, language);
            });
        });
    }
}

/// What comes with a level.
fn granted(json: &mut Json<'_>, answer: Answer<'_>) {
    key!(json, "quota").maybe(answer.quota(), |json, quota| {
        json.object(|json| {
            quota_fields(json, (quota.amount(), quota.unit_id(), quota.per()));
            if let Some(left) = quota.left() {
                key!(json, "left").number(left);
            }
            if let Some(day) = quota.renews() {
                key!(json, "renews").date(day);
            }
        });
    });
    key!(json, "obligations").texts(answer.obligations().map(Term::id));
}

fn quota_fields(json: &mut Json<'_>, (amount, unit, per): (rust_decimal::Decimal, &str, &str)) {
    first!(json, "amount").number(amount);
    key!(json, "unit").text(unit);
    key!(json, "per").text(per);
}

/// What an answer depends on, and what is possible.
fn open(json: &mut Json<'_>, answer: Answer<'_>) {
    key!(json, "needs").ids(answer.needs().map(Fact::name));
    key!(json, "possible").ids(answer.possible().map(Level::id));
}

fn span(json: &mut Json<'_>, days: Span) {
    first!(json, "from").maybe_date(days.from);
    key!(json, "until").maybe_date(days.until);
}

/// What an option made of it: exactly one of a proposal, facts that it needs, a fault.
fn consulted(json: &mut Json<'_>, option: Consulted<'_>, language: Language) {
    first!(json, "option").id(option.key());
    key!(json, "plugin").maybe_text(option.plugin().map(|(name, _)| name));
    key!(json, "version").maybe_text(option.plugin().map(|(_, version)| version));
    key!(json, "digest").maybe_text(option.digest());
    // The level once it had its say.
    key!(json, "level").id(option.level().id());
    key!(json, "proposal").maybe(option.proposal(), |json, proposed| {
        json.object(|json| {
            first!(json, "level").maybe_id(proposed.level().map(Level::id));
            key!(json, "quota").maybe(proposed.quota(), |json, quota| json.object(|json| quota_fields(json, quota)));
            key!(json, "obligations").texts(proposed.obligations().map(Term::id));
            key!(json, "note").maybe_text(proposed.note(language));
        });
    });
    key!(json, "needs").ids(option.needs().map(Fact::name));
    key!(json, "fault").maybe(option.fault(), |json, fault| {
        json.object(|json| {
            first!(json, "kind").id(fault.kind.word());
            key!(json, "message").text(&fault.message);
        });
    });
}
