//! The naive answer as JSON text, written by hand, so that it can be compared byte for byte.

use super::naive::{Answer, Asked, Core, Reasons, rules};
use super::options::{self, Made, Ran};
use super::spec::*;

pub(crate) fn asked<'s>(spec: &'s Spec, question: &Question) -> Asked<'s> {
    Asked {
        spec,
        rules: rules(spec),
        customer: question.customer,
        known: question.known,
        proposed: question.proposed,
        only: None,
        facts: question.facts.iter().copied().collect(),
    }
}

/// The whole decision.
pub(crate) fn decision(spec: &Spec, question: &Question, digest: &str) -> String {
    let asked = asked(spec, question);
    let core = asked.core(question.service, question.on);
    let (from, until) = asked.holds(question.service, question.on);
    let day = |day: Option<i64>| day.map_or("null".to_owned(), |day| format!("\"{}\"", date(day)));
    format!(
        r#"{{"question":{},{},{}"pending":[{}],"holds":{{"from":{},"until":{}}},"policy":{{"format":1,"digest":"{digest}"}}}}"#,
        echo(question),
        body(&asked, question.service, question.on),
        unlisted(spec, &asked, question),
        pending(&asked, question, &core),
        day(from),
        day(until),
    )
}

/// The customer or service that does not stand in the catalogue on the day, as far as is known.
fn unlisted(spec: &Spec, asked: &Asked<'_>, question: &Question) -> String {
    let customer = (CUSTOMERS[question.customer].0, spec.customers[question.customer]);
    let service = (service_id(question.service), spec.services[question.service]);
    let day = |day: Option<i64>| day.map_or("null".to_owned(), |day| format!("\"{}\"", date(day)));
    let record = |(id, listed): (&str, Listed)| {
        format!(r#"{{"id":"{id}","from":{},"until":{},"decided":{}}}"#, day(listed.from), day(listed.until), day(listed.decided))
    };
    let absent: Vec<String> =
        [customer, service].into_iter().filter(|(_, listed)| !asked.is_listed(*listed, question.on)).map(record).collect();
    if absent.is_empty() { String::new() } else { format!(r#""unlisted":[{}],"#, absent.join(",")) }
}

fn echo(question: &Question) -> String {
    let mut facts: Vec<(&str, String)> =
        question.facts.iter().map(|(fact, value)| (FACTS[*fact].name, literal(*fact, *value, true))).collect();
    facts.sort_unstable();
    let facts: Vec<String> = facts.into_iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    let known = question.known.map_or("null".to_owned(), |day| format!("\"{}\"", date(day)));
    let proposed = if question.proposed { r#""proposed":true,"# } else { "" };
    format!(
        r#"{{"customer":"{}","service":"{}","on":"{}","known":{known},{proposed}"facts":{{{}}}}}"#,
        CUSTOMERS[question.customer].0,
        service_id(question.service),
        date(question.on),
        facts.join(",")
    )
}

fn outcome(core: &Core) -> (&'static str, String) {
    match core {
        Core::Settled(answer) => (if answer.level == 0 { "refused" } else { "granted" }, format!("\"{}\"", LEVELS[answer.level])),
        Core::Undetermined { .. } => ("undetermined", "null".to_owned()),
    }
}

fn body(asked: &Asked<'_>, service: usize, on: i64) -> String {
    let core = asked.core(service, on);
    let composite = service.checked_sub(SERVICES.len()).map(|at| COMPOSITES[at].1);
    let (word, level) = outcome(&core);
    let reasons = match (&core, composite) {
        (_, Some(_)) => Reasons::default(),
        (Core::Settled(_), None) => asked.reasons(service, on),
        (Core::Undetermined { .. }, None) => {
            let options = asked.reasons(service, on).options;
            Reasons { options, ..Reasons::default() }
        }
    };
    let (answer, needs, possible) = match &core {
        Core::Settled(answer) => (answer.clone(), vec![], vec![]),
        Core::Undetermined { needs, possible } => {
            (Answer { level: 0, lines: vec![], quota: None, obligations: vec![] }, needs.clone(), possible.clone())
        }
    };
    let room =
        reasons.room.map_or("null".to_owned(), |(low, high)| format!(r#"{{"lowest":"{}","highest":"{}"}}"#, LEVELS[low], LEVELS[high]));
    let lines: Vec<String> = answer
        .lines
        .iter()
        .map(|(level, quantity, obligations)| {
            format!(
                r#"{{"level":"{}","quantity":{},"obligations":{}}}"#,
                LEVELS[*level],
                quantity.map_or("null".to_owned(), tenths),
                texts(obligations)
            )
        })
        .collect();
    let quota = answer.quota.map_or("null".to_owned(), |(amount, per)| {
        let renews = if matches!(core, Core::Settled(_)) { asked.renews(service, on) } else { None };
        let renews = renews.map_or(String::new(), |day| format!(r#","renews":"{}""#, date(day)));
        let left = asked.known_value(USED, on).map_or(String::new(), |used| format!(r#","left":{}"#, tenths((amount - used).max(0))));
        format!(r#"{{"amount":{},"unit":"hour","per":"{}"{left}{renews}}}"#, tenths(amount), PERIODS[per])
    });
    let needs: Vec<&str> = needs.iter().map(|fact| FACTS[*fact].name).collect();
    let possible: Vec<&str> = possible.iter().map(|level| LEVELS[*level]).collect();
    let mut because: Vec<usize> = reasons.deciding.iter().copied().collect();
    for rule in reasons.then.iter().chain(&reasons.shaping) {
        if !because.contains(rule) {
            because.push(*rule);
        }
    }
    let because: Vec<String> = because
        .iter()
        .map(|at| {
            let placed = &asked.rules[*at];
            let effect = match placed.rule.effect {
                Effect::Grant { .. } => "grant",
                Effect::Deny => "deny",
                Effect::AsAt(_) => "as_at",
                Effect::Bound { .. } => "bound",
            };
            let from = placed.rule.from.map_or(placed.version.from, |from| from.max(placed.version.from));
            let stated = stated(&placed.set.id, placed.version.decided, from);
            format!(r#"{{"rule":"{}","effect":"{effect}","text":"{}",{stated}}}"#, placed.key(), placed.rule.id)
        })
        .collect();
    let level_text = |level: &Option<usize>| level.map_or("null".to_owned(), |level| format!("\"{}\"", LEVELS[level]));
    let overruled: Vec<String> = reasons
        .lost
        .iter()
        .map(|(rule, what, wanted, got, by)| {
            let what = ["choice", "level", "up_to", "beyond", "bound"][usize::from(*what)];
            let (rule, by) = (asked.rules[*rule].key(), asked.rules[*by].key());
            format!(r#"{{"rule":"{rule}","what":"{what}","wanted":{},"got":{},"by":"{by}"}}"#, level_text(wanted), level_text(got))
        })
        .collect();
    let part_of = |(ran, _): &(Ran<'_>, Option<usize>)| options::json(ran);
    let options_json: Vec<String> = reasons.options.iter().map(part_of).collect();
    let shaping = if matches!(core, Core::Settled(_)) { reasons.options.as_slice() } else { &[] };
    let held = shaping.iter().filter_map(|(ran, by)| options::held(ran, by.map(|at| &asked.rules[at])));
    let overruled: Vec<String> = overruled.into_iter().chain(held).collect();
    let shaped = shaping.iter().filter(|(ran, _)| options::shaped(ran)).map(|(ran, _)| {
        let stated = stated(ran.set, ran.decided, ran.from);
        format!(r#"{{"rule":"{}","effect":"option","text":"{}",{stated}}}"#, ran.key, ran.option.id)
    });
    let because: Vec<String> = because.into_iter().chain(shaped).collect();
    let parts: Vec<String> = composite
        .iter()
        .flat_map(|parts| parts.iter())
        .map(|part| format!(r#"{{"service":"{}",{}}}"#, service_id(*part), body(asked, *part, on)))
        .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(r#","parts":[{}]"#, parts.join(",")) };
    format!(
        r#""outcome":"{word}","level":{level},"room":{room},"lines":[{}],"quota":{quota},"obligations":{},"needs":{},"possible":{},"because":[{}],"overruled":[{}],"options":[{}],"degraded":{}{parts}"#,
        lines.join(","),
        texts(&answer.obligations),
        texts(&needs),
        texts(&possible),
        because.join(","),
        overruled.join(","),
        options_json.join(","),
        degraded(asked, service, on),
    )
}

/// Whether an option failed on the way to this answer, or to a part of it.
fn degraded(asked: &Asked<'_>, service: usize, on: i64) -> bool {
    plain(service).iter().any(|part| asked.reasons(*part, on).options.iter().any(|(ran, _)| ran.made == Made::Fault))
}

fn texts(list: &[&str]) -> String {
    format!("[{}]", list.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(","))
}

/// The proposed versions that would change the answer, each by itself; those that would only do so together, with what they come to together.
fn pending(asked: &Asked<'_>, question: &Question, core: &Core) -> String {
    if question.proposed {
        return String::new();
    }
    let parts = plain(question.service);
    let with = |only: &[&(String, String)]| Asked { proposed: true, only: Some(only.iter().copied().cloned().collect()), ..asked.clone() };
    let mut proposals: Vec<(String, String)> = Vec::new();
    for set in &asked.spec.sets {
        let touches = set
            .versions
            .iter()
            .flat_map(|version| {
                version
                    .rules
                    .iter()
                    .map(|rule| (&rule.customers, &rule.services))
                    .chain(version.options.iter().map(|option| (&option.customers, &option.services)))
            })
            .any(|(customers, services)| customers.contains(&question.customer) && services.iter().any(|service| parts.contains(service)));
        let all = set.versions.iter().filter(|version| version.decided.is_none() && touches);
        proposals.extend(all.map(|version| (set.id.clone(), version.id.clone())));
    }
    let after = |only: &[&(String, String)]| Some(with(only).core(question.service, question.on)).filter(|after| after != core);
    let (alone, others): (Vec<_>, Vec<_>) =
        proposals.iter().map(|proposal| (proposal, after(&[proposal]))).partition(|(_, after)| after.is_some());
    let mut list = alone;
    let mut needed: Vec<&(String, String)> = others.iter().map(|(proposal, _)| *proposal).collect();
    if let Some(together) = after(&needed) {
        for proposal in needed.clone() {
            let without: Vec<_> = needed.iter().copied().filter(|other| *other != proposal).collect();
            if after(&without).as_ref() == Some(&together) {
                needed = without;
            }
        }
        list.extend(needed.into_iter().map(|proposal| (proposal, Some(together.clone()))));
    }
    list.sort_by_key(|(proposal, _)| *proposal);
    let record = |((set, version), after): (&(String, String), Option<Core>)| {
        let (outcome, level) = outcome(&after.unwrap());
        format!(r#"{{"version":"{set}@{version}","title":null,"outcome":"{outcome}","level":{level},"awaits":[]}}"#)
    };
    list.into_iter().map(record).collect::<Vec<_>>().join(",")
}

fn plain(service: usize) -> Vec<usize> {
    match service.checked_sub(SERVICES.len()) {
        None => vec![service],
        Some(at) => COMPOSITES[at].1.iter().flat_map(|part| plain(*part)).collect(),
    }
}

/// What a reason rests on, when that was decided, and from when it holds.
fn stated(set: &str, decided: Option<i64>, from: i64) -> String {
    let decided = decided.map_or("null".to_owned(), |day| format!("\"{}\"", date(day)));
    format!(r#""reference":"{set}","decided":{decided},"from":"{}""#, date(from))
}
