//! A register as plain data in, its files out.

use std::fmt::Write;

use super::spec::*;

pub(crate) fn files(spec: &Spec) -> Vec<(String, String)> {
    let mut files = vec![
        ("register.toml".to_owned(), head()),
        (
            "customers.toml".to_owned(),
            CUSTOMERS
                .iter()
                .zip(&spec.customers)
                .map(|((id, role), days)| format!("[customer.{id}]\nname = \"{id}\"\nrole = \"{role}\"\n{}", listed(*days)))
                .collect(),
        ),
        ("facts.toml".to_owned(), facts()),
        ("services/law.toml".to_owned(), domain(spec, "law", &[0, 1])),
        ("services/net.toml".to_owned(), domain(spec, "net", &[2, 3])),
        ("services/mix.toml".to_owned(), composites(spec)),
        ("values/size.toml".to_owned(), values(spec)),
    ];
    for set in &spec.sets {
        for version in &set.versions {
            let folder = format!("rulesets/{}/{}", set.id, version.id);
            files.push((format!("{folder}/ruleset.toml"), header(set, version)));
            let first = if version.first { "first = true\n" } else { "" };
            files.push((format!("{folder}/rules.toml"), std::iter::once(first.to_owned()).chain(version.rules.iter().map(rule)).collect()));
            files.push((format!("{folder}/options.toml"), version.options.iter().map(option).collect()));
        }
    }
    files
}

fn listed(listed: Listed) -> String {
    let line = |key: &str, day: Option<i64>| day.map_or_else(String::new, |day| format!("{key} = {}\n", date(day)));
    [line("from", listed.from), line("until", listed.until), line("decided", listed.decided)].concat()
}

fn head() -> String {
    let mut text = "name = \"Random\"\nformat = 1\ntime_zone = \"UTC\"\nlanguages = [\"en\"]\n".to_owned();
    for level in &LEVELS[1..] {
        let _ = writeln!(text, "[[level]]\nid = \"{level}\"");
    }
    for rank in RANKS {
        let _ = writeln!(text, "[[rank]]\nid = \"{rank}\"");
    }
    text + "[[unit]]\nid = \"hour\"\n[[role]]\nid = \"host\"\n[[role]]\nid = \"partner\"\n"
}

fn facts() -> String {
    let mut text = String::new();
    for (at, fact) in FACTS.iter().enumerate() {
        let more = match fact.kind {
            Kind::Truth => "type = \"truth\"".to_owned(),
            Kind::Tenths => format!("type = \"number\"\ndecimals = 1\nmin = 0\nmax = {}", literal(at, fact.max, false)),
            Kind::Whole => format!("type = \"whole\"\nmin = 0\nmax = {}", fact.max),
            Kind::Text => format!("type = \"text\"\nvalues = {TEXTS:?}"),
            Kind::OpenText => "type = \"text\"".to_owned(),
            Kind::Day => format!("type = \"day\"\nmin = {}\nmax = {}", date(0), date(fact.max)),
            Kind::Tags => format!("type = \"tags\"\nvalues = {TAGS:?}"),
        };
        let _ = writeln!(text, "[fact.{}]\n{more}", fact.name);
        if fact.from_register && fact.derive.is_none() {
            text.push_str("given_by = \"register\"\n");
        }
        if CHANGEABLE.contains(&at) {
            text.push_str("changeable = true\n");
        }
        if let Some((_, expression, _)) = fact.derive {
            let _ = writeln!(text, "derive = \"{expression}\"");
        }
    }
    text
}

fn domain(spec: &Spec, id: &str, services: &[usize]) -> String {
    let mut text = format!("[domain]\nid = \"{id}\"\n");
    for service in services {
        let name = service_id(*service).split('/').next_back().unwrap_or_default();
        let _ = writeln!(text, "[service.{name}]\nen = \"{name}\"\n{}", listed(spec.services[*service]));
        for (_, required) in REQUIRES.iter().filter(|(requiring, _)| spec.requires && requiring == service) {
            let _ = writeln!(text, "requires = [\"{}\"]", service_id(*required));
        }
    }
    text
}

fn composites(spec: &Spec) -> String {
    let mut text = "[domain]\nid = \"mix\"\n".to_owned();
    for (at, (id, parts, lowest)) in COMPOSITES.into_iter().enumerate() {
        let of: Vec<&str> = parts.iter().map(|part| service_id(*part)).collect();
        let name = id.trim_start_matches("mix/");
        let _ =
            writeln!(text, "[service.{name}]\ncomposite = {{ of = {of:?}, level = \"{}\" }}", if lowest { "lowest" } else { "highest" });
        text += &listed(spec.services[SERVICES.len() + at]);
    }
    text
}

fn values(spec: &Spec) -> String {
    let mut text = String::new();
    for value in &spec.values {
        let _ = writeln!(
            text,
            "[[value]]\nfact = \"{}\"\nvalue = {}\nfrom = {}\ndecided = {}",
            FACTS[value.fact].name,
            value.given,
            date(value.from),
            date(value.decided)
        );
        if let Some(customer) = value.customer {
            let _ = writeln!(text, "customer = \"{}\"", CUSTOMERS[customer].0);
        }
        if let Some(until) = value.until {
            let _ = writeln!(text, "until = {}", date(until));
        }
    }
    text
}

fn header(set: &Set, version: &Version) -> String {
    let mut text = format!("rank = \"{}\"\nfrom = {}\nreference = \"{}\"\n", RANKS[set.rank], date(version.from), set.id);
    if let Some(until) = version.until {
        let _ = writeln!(text, "until = {}", date(until));
    }
    match version.decided {
        Some(day) => text += &format!("decided = {}\n", date(day)),
        None => text += "status = \"proposed\"\n",
    }
    if version.patch {
        text += "patch = true\n";
    }
    text
}

/// Whom and what a rule or an option is about.
fn scope(customers: Option<&str>, services: Option<&str>) -> String {
    let line = |key: &str, value: Option<&str>| value.map_or_else(String::new, |value| format!("{key} = {value}\n"));
    [line("customer", customers), line("service", services)].concat()
}

fn rule(rule: &Rule) -> String {
    let mut text = format!("[[rule]]\nid = \"{}\"\n", rule.id);
    text += &scope(rule.customers_toml.as_deref(), rule.services_toml.as_deref());
    if let Some(from) = rule.from {
        let _ = writeln!(text, "from = {}", date(from));
    }
    if let Some(until) = rule.until {
        let _ = writeln!(text, "until = {}", date(until));
    }
    if !rule.when.is_empty() {
        let tables: Vec<String> = rule
            .when
            .iter()
            .map(|table| {
                let tests: Vec<String> = table.iter().map(|test| format!("{} = {}", FACTS[test.fact].name, test.toml)).collect();
                // A table without tests is no test: any channel will do.
                if tests.is_empty() { "{ channel = \"-\" }".to_owned() } else { format!("{{ {} }}", tests.join(", ")) }
            })
            .collect();
        let _ =
            if let [one] = tables.as_slice() { writeln!(text, "when = {one}") } else { writeln!(text, "when = [{}]", tables.join(", ")) };
    }
    let _ = writeln!(text, "{}", effect(&rule.effect));
    if !rule.overrides.is_empty() {
        let _ = writeln!(text, "overrides = {:?}", rule.overrides);
    }
    let _ = writeln!(text, "because = {{ en = \"{}\" }}", rule.id);
    text
}

fn option(option: &Opt) -> String {
    let mut text = format!("[[option]]\nid = \"{}\"\nplugin = {{ native = \"{}\" }}\n", option.id, option.act.plugin().0);
    text += &scope(option.customers_toml.as_deref(), option.services_toml.as_deref());
    if let Some(until) = option.until {
        let _ = writeln!(text, "until = {}", date(until));
    }
    let config = match option.act {
        Act::Level(level) => format!("level = \"{}\"", LEVELS[level]),
        Act::Quota(amount) => format!("amount = {}", tenths(amount)),
        Act::Oblige => "oblige = true".to_owned(),
        Act::Fault => "fault = true".to_owned(),
        Act::Season(first, last, level) => format!("first = {}, last = {}, level = \"{}\"", date(first), date(last), LEVELS[level]),
        Act::Ask(fact, at, level) => {
            format!("fact = \"{}\", at = \"{}\", level = \"{}\"", FACTS[fact].name, literal(fact, at, true).replace('"', ""), LEVELS[level])
        }
    };
    let on_fault = if option.refuse { "refuse" } else { "keep" };
    let _ = writeln!(
        text,
        "config = {{ {config} }}\norder = {}\non_fault = \"{on_fault}\"\nbecause = {{ en = \"{}\" }}",
        option.order, option.id
    );
    text
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Deny => "deny = true".to_owned(),
        Effect::AsAt(day) => format!("as_at = {}", date(*day)),
        Effect::Bound { at_least, at_most } => {
            let end = |name: &str, level: &Option<usize>| level.map(|level| format!("{name} = \"{}\"", LEVELS[level]));
            format!(
                "bound = {{ {} }}",
                [end("at_least", at_least), end("at_most", at_most)].into_iter().flatten().collect::<Vec<_>>().join(", ")
            )
        }
        Effect::Grant { level, up_to, quota, obligations } => {
            let mut keys = vec![format!("level = \"{}\"", LEVELS[*level])];
            keys.extend(up_to.map(|level| format!("up_to = \"{}\"", LEVELS[level])));
            if let Some(quota) = quota {
                let amount = match quota.amount {
                    Amount::Tenths(tenths) => super::spec::tenths(tenths),
                    Amount::Fact(fact) => format!("\"{}\"", FACTS[fact].name),
                };
                keys.push(format!("quota = {{ amount = {amount}, unit = \"hour\", per = \"{}\" }}", PERIODS[quota.per]));
                keys.extend(
                    quota.beyond.as_ref().map(|(level, obligations)| {
                        format!("beyond = {{ level = \"{}\", obligations = {obligations:?} }}", LEVELS[*level])
                    }),
                );
            }
            if !obligations.is_empty() {
                keys.push(format!("obligations = {obligations:?}"));
            }
            format!("grant = {{ {} }}", keys.join(", "))
        }
    }
}
