//! What long runs of random registers showed to be wrong, each as the smallest register that shows it.

use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, Reply};
use leidraad::{Code, Language, Outcome, Policy, Question, Report, Sources, View, date};

const REGISTER: &str = r"
name = 'Corners'
format = 1
time_zone = 'Europe/Amsterdam'
languages = ['en']
[[level]]
id = 'standard'
en = 'standard'
[[rank]]
id = 'law'
en = 'law'
[[role]]
id = 'partner'
en = 'partner'
";
const CUSTOMERS: &str =
    "[customer.ada]\nname = 'Ada'\n[customer.bob]\nname = 'Bob'\nrole = 'partner'\n[customer.cor]\nname = 'Cor'\nrole = 'partner'\n";
const FACTS: &str = r"
[fact.quantity]
type = 'number'
decimals = 1
min = 0
[fact.used]
type = 'number'
decimals = 1
min = 0
[fact.count]
type = 'whole'
min = 0
max = 4
[fact.urgent]
type = 'truth'
";
const LEGAL: &str = "[domain]\nid = 'legal'\nen = 'Legal'\n[service.advice]\nen = 'Advice'\nunit = 'hour'\n";
const NET: &str = "[domain]\nid = 'net'\nen = 'Net'\n[service.desk]\nen = 'Desk'\nunit = 'hour'\n";

/// A register of these rule sets: the name of each, its head, and its rules and options.
fn register(sets: &[(&str, &str, &str)]) -> Sources {
    let files = [
        ("register.toml", REGISTER),
        ("customers.toml", CUSTOMERS),
        ("facts.toml", FACTS),
        ("services/legal.toml", LEGAL),
        ("services/net.toml", NET),
    ];
    sets.iter().fold(Sources::memory(files), |sources, (name, head, rules)| {
        let folder = format!("rulesets/{name}/1");
        sources
            .with(format!("{folder}/ruleset.toml"), format!("rank = 'law'\ndecided = 2024-01-01\n{head}"))
            .with(format!("{folder}/rules.toml"), *rules)
    })
}

/// So many texts, one after the other.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect::<Vec<_>>().concat()
}

/// What the findings of a kind say.
fn messages(report: &Report, code: Code) -> Vec<&str> {
    report.diagnostics().iter().filter(|finding| finding.code() == code).map(|finding| finding.message(Language::En)).collect()
}

/// S5: a rule that another beats everywhere still beats what is behind it, though all of them stand in a circle of scopes and lists.
#[test]
fn what_is_beaten_still_beats() {
    let circle = [
        (
            "circle",
            "from = 2024-01-06\nuntil = 2024-01-06",
            "[[rule]]\nid = 'partners'\ncustomer = '@partner'\ngrant = { level = 'standard' }\n",
        ),
        (
            "list",
            "from = 2024-01-01",
            "first = true\n[[rule]]\nid = 'all'\nuntil = 2024-01-05\ngrant = { level = 'standard' }\n[[rule]]\nid = 'law'\nservice = 'legal/*'\ndeny = true\n[[rule]]\nid = 'both'\ncustomer = '@partner'\nservice = 'legal/*'\ngrant = { level = 'standard' }\n",
        ),
    ];
    let policy = Policy::load(&register(&circle)).unwrap_or_else(|report| panic!("{report}"));
    let decision = policy.decide(&Question::new("bob", "legal/advice", date(2024, 1, 6))).unwrap();
    assert_eq!(decision.outcome(), Outcome::Refused, "{}", decision.to_json(Language::En));
    assert!(decision.to_json(Language::En).contains(r#""because":[{"rule":"list@1#law""#));
}

/// S8, S11: an option that is told a quota which depends on a missing fact has its say in every completion.
#[test]
fn an_option_has_its_say_once_a_missing_quota_is_supposed() {
    let description = Description {
        name: "ask".into(),
        version: "1".into(),
        reads: vec!["urgent".into()],
        sets: Choices { level: true, ..Choices::default() },
        ..Description::default()
    };
    let plugins = Plugins::new().native("ask", description, |input: &Input<'_>| match input.query.facts.first() {
        None => Reply::Needs(vec!["urgent".into()], None),
        Some(_) => Reply::Proposal(Proposal { level: Some("none".into()), ..Proposal::default() }),
    });
    let rules = "[[rule]]\nid = 'counted'\nservice = 'legal/advice'\ngrant = { level = 'standard', quota = { amount = 'count', unit = 'hour', per = 'day' } }\n[[option]]\nid = 'ask'\nplugin = { native = 'ask' }\nservice = 'legal/advice'\n";
    let sources = register(&[("set", "from = 2024-01-01", rules)]);
    let policy = Policy::loader().plugins(&plugins).load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let decision = policy.decide(&Question::new("bob", "legal/advice", date(2024, 1, 6))).unwrap();
    let json = decision.to_json(Language::En);
    assert_eq!(decision.outcome(), Outcome::Refused, "{json}");
    assert!(json.contains(r#""option":"set@1#ask""#), "{json}");
}

/// A region that differs within a quota alone is shown by a question for which something is left of it.
#[test]
fn what_differs_within_a_quota_is_shown_by_a_quota_that_has_some_left() {
    let grant = "[[rule]]\nid = 'counted'\nservice = 'legal/advice'\ngrant = { level = 'standard', quota = { amount = 'count', unit = 'hour', per = 'day' } }\n";
    let (old, new) = (register(&[("set", "from = 2024-01-01", "")]), register(&[("set", "from = 2024-01-01", grant)]));
    let [old, new] = [old, new].map(|sources| Policy::load(&sources).unwrap_or_else(|report| panic!("{report}")));
    let records = old.at(View::default()).differences(&new.at(View::default())).records(Language::En);
    assert!(!records.is_empty() && records.iter().all(|record| record.witness.is_some()), "{records:#?}");
}

/// Findings by the hundred thousand, all on one line: the first thousand are told, each at its place, and how many more there are.
#[test]
fn of_too_many_findings_the_first_are_told() {
    let cells = 20_000;
    let matrix = format!("service{}\nlegal/advice{}\n", ";é".repeat(cells), ";standard".repeat(cells));
    let sources = register(&[("dvo", "from = 2024-01-01", "")]).with("rulesets/dvo/1/matrix.csv", matrix);
    let report = Policy::loader().check(&sources);
    assert_eq!(report.diagnostics().len(), 1_001);
    assert!(report.errors() >= cells, "all are counted: {}", report.errors());
    let columns: Vec<usize> = report
        .diagnostics()
        .iter()
        .filter(|finding| finding.message(Language::En).contains('é'))
        .filter_map(|finding| Some(finding.position()?.1))
        .collect();
    assert!(columns.len() > 900 && columns.windows(2).all(|two| two[1] == two[0] + 2), "{:?}", &columns[..9]);
    let last = report.diagnostics().last().unwrap();
    assert_eq!((last.code(), last.position()), (Code::MoreFindings, None));
    assert!(last.message(Language::En).contains("more findings are not listed"), "{}", last.message(Language::En));
}

/// As many changeable facts as one likes stand in the way: sets of them that cannot do are not even built.
#[test]
fn why_not_looks_at_no_set_that_cannot_do() {
    let facts: Vec<String> = (0..200).map(|at| format!("[fact.f{at}]\ntype = 'truth'\nchangeable = true\n")).collect();
    let facts = facts.concat();
    let when: Vec<String> = (0..200).map(|at| format!("f{at} = false")).collect();
    let rules = format!("[[rule]]\nid = 'all'\nwhen = {{ {} }}\ngrant = {{ level = 'standard' }}\n", when.join(", "));
    let sources = register(&[("dvo", "from = 2024-01-01", &rules)]).with("facts.toml", format!("{FACTS}{facts}"));
    let policy = Policy::load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let ask = |wrong: usize| {
        let question = Question::new("bob", "legal/advice", date(2025, 1, 1));
        (0..200).fold(question, |question, at| question.fact(format!("f{at}"), at < wrong))
    };
    let why_not = policy.why_not(&ask(200), None).unwrap().unwrap();
    assert_eq!((why_not.fewest(), why_not.is_whole()), (None, false));
    assert_eq!(policy.why_not(&ask(3), None).unwrap().unwrap().fewest(), Some(3));
}

/// A first-match list takes as much room as its rules do, and answers as one would read it: from above.
#[test]
fn a_long_list_is_read_from_above() {
    let rows: Vec<String> = (0..3_000)
        .map(|at| {
            let effect = if at % 3 == 0 { "deny = true" } else { "grant = { level = 'standard' }" };
            format!("[[rule]]\nid = 'r{at}'\nwhen = {{ used = '[{at}..{}]' }}\n{effect}\n", at + 7)
        })
        .collect();
    let sources = register(&[("dvo", "from = 2024-01-01", &format!("first = true\n{}", rows.concat()))]);
    let policy = Policy::load(&sources).unwrap_or_else(|report| panic!("{report}"));
    for used in [0, 8, 9, 10, 1_500, 2_999] {
        let question = Question::new("bob", "legal/advice", date(2025, 1, 1)).fact("used", used);
        let first = (used - 7).max(0);
        let verdict = policy.prepare(&question).unwrap().verdict();
        assert_eq!(verdict.rule(), Some(format!("dvo@1#r{first}").as_str()));
        assert_eq!(verdict.outcome(), if first % 3 == 0 { Outcome::Refused } else { Outcome::Granted });
    }
}

/// What a rule tests of the register is looked at along the days on which its value changes, and of each fact apart: never all facts at once.
#[test]
fn dated_values_of_many_facts_are_checked() {
    let facts = each(60, |at| format!("[fact.f{at}]\ntype = 'whole'\ngiven_by = 'register'\n"));
    let value = |fact: usize, at: usize| {
        format!("[[value]]\nfact = 'f{fact}'\nvalue = {}\nfrom = {}-01-01\ndecided = {}-02-01\n", at % 7, 1980 + at, 1979 + at)
    };
    let values: String = (0..60).flat_map(|fact| (0..60).map(move |at| value(fact, at))).collect();
    let rule = |at: usize| format!("[[rule]]\nid = 'r{at}'\nwhen = {{ f{at} = '> 4' }}\nbound = {{ at_least = 'standard' }}\n");
    let never = "[[rule]]\nid = 'never'\nwhen = { f0 = 7 }\nbound = { at_least = 'standard' }\n";
    let rules: String = (0..60).map(rule).chain([never.to_owned()]).collect();
    let sources =
        register(&[("dvo", "from = 1980-01-01", &rules)]).with("facts.toml", format!("{FACTS}{facts}")).with("values/all.toml", values);
    let report = Policy::loader().check(&sources);
    assert_eq!(report.errors(), 0, "{report}");
    assert_eq!(messages(&report, Code::RuleUnreachable), ["`never` never decides: no value that the register gives meets its conditions"]);
    // In 2034 the values are 54 % 7 = 5, and before February of 2033 nobody knew.
    let policy = Policy::load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let outcome = |question: Question| policy.prepare(&question).unwrap().verdict().outcome();
    let asked = |year: i16| Question::new("bob", "legal/advice", date(year, 6, 1));
    assert_eq!(outcome(asked(2031)), Outcome::Refused);
    assert_eq!(outcome(asked(2034)), Outcome::Granted);
    assert_eq!(outcome(asked(2034).known(date(2033, 1, 1))), Outcome::Refused);
    assert_eq!(outcome(asked(2035).known(date(2034, 1, 1))), Outcome::Granted);
}

/// Bounds over forty tags: what differs is found, whole, though the tags have as many sets as there are grains of sand.
#[test]
fn tags_by_the_dozen_are_compared() {
    let tags: Vec<String> = (0..40).map(|at| format!("'t{at}'")).collect();
    let facts = format!("{FACTS}[fact.m]\ntype = 'tags'\nvalues = [{}]\n", tags.join(", "));
    let rule = |at: usize| {
        let (all, none) = ([at * 7, at * 7 + 3, at * 7 + 6], [at * 5 + 1, at * 11 + 12, at * 11 + 23]);
        let names = |tags: [usize; 3]| tags.map(|tag| format!("'t{}'", tag % 40)).join(", ");
        format!(
            "[[rule]]\nid = 'r{at}'\nwhen = {{ m = {{ all = [{}], none = [{}] }} }}\nbound = {{ at_most = 'none' }}\n",
            names(all),
            names(none)
        )
    };
    let rules: String = (0..5).map(rule).chain(["[[rule]]\nid = 'g'\ngrant = { level = 'standard' }\n".to_owned()]).collect();
    let load = |rules: &str| {
        let sources = register(&[("dvo", "from = 2024-01-01", rules)]).with("facts.toml", facts.clone());
        Policy::load(&sources).unwrap_or_else(|report| panic!("{report}"))
    };
    let (old, new) = (load("[[rule]]\nid = 'g'\ngrant = { level = 'standard' }\n"), load(&rules));
    let records = old.at(View::default()).differences(&new.at(View::default())).records(Language::En);
    assert!(!records.is_empty() && records.iter().all(|record| record.witness.is_some()), "{records:#?}");
}

/// Options of one cell by the thousand: one question tells of all of them.
#[test]
fn options_of_one_cell_by_the_thousand_are_checked() {
    let option = |at: usize| {
        let plugin = if at.is_multiple_of(100) { "bad" } else { "good" };
        format!("[[option]]\nid = 'o{at}'\ncustomer = 'bob'\nservice = 'legal/advice'\nplugin = {{ native = '{plugin}' }}\n")
    };
    let grant = "[[rule]]\nid = 'g'\ngrant = { level = 'standard' }\n".to_owned();
    let rules: String = [grant].into_iter().chain((0..2_000).map(option)).collect();
    let sources = register(&[("dvo", "from = 2024-01-01", &rules)]);
    let description = |name: &str| Description {
        name: name.into(),
        version: "1".into(),
        sets: Choices { level: true, ..Choices::default() },
        ..Description::default()
    };
    let wants = |level: Option<&str>| Reply::Proposal(Proposal { level: level.map(Into::into), ..Proposal::default() });
    let plugins = Plugins::new().native("good", description("good"), move |_: &Input<'_>| wants(None)).native(
        "bad",
        description("bad"),
        move |_: &Input<'_>| wants(Some("gold")),
    );
    let report = Policy::loader().plugins(&plugins).check(&sources);
    assert_eq!(report.diagnostics().iter().filter(|finding| finding.code() == Code::OptionFaults).count(), 20, "{report}");
}

/// Bounds that allow as much as others, or more, are not cut by: what is left does not depend on them.
#[test]
fn many_bounds_with_few_levels_are_checked() {
    let facts = each(20, |at| format!("[fact.f{at}]\ntype = 'truth'\n"));
    let rule = |at: usize| {
        let when: Vec<String> = (0..4).map(|more| format!("f{} = {}", (at * 3 + more) % 20, (at >> more) & 1 == 1)).collect();
        format!("[[rule]]\nid = 'r{at}'\nwhen = {{ {} }}\nbound = {{ at_most = 'none' }}\n", when.join(", "))
    };
    let rules: String = (0..80).map(rule).chain(["[[rule]]\nid = 'g'\ngrant = { level = 'standard' }\n".to_owned()]).collect();
    let sources = register(&[("dvo", "from = 2024-01-01", &rules)]).with("facts.toml", format!("{FACTS}{facts}"));
    let report = Policy::loader().check(&sources);
    assert_eq!(report.errors(), 0, "{report}");
    assert!(report.diagnostics().iter().all(|finding| finding.code() != Code::BoundIdle), "{report}");
}

/// A row that says what the next one says anyway is told; not where something else comes in between, or where it gives another reason.
#[test]
fn redundant_rows_are_told() {
    let row = |id: &str, least: usize, because: &str| {
        format!("[[rule]]\nid = '{id}'\nwhen = {{ used = '>= {least}' }}\ngrant = {{ level = 'standard' }}\nbecause.en = '{because}'\n")
    };
    let deny = "[[rule]]\nid = 'deny'\nwhen = { used = '[50..60]' }\ndeny = true\n";
    let rows = [row("a", 90, "x"), row("b", 80, "x"), row("c", 70, "y"), row("d", 60, "y"), deny.to_owned(), row("e", 40, "y")];
    let sources = register(&[("dvo", "from = 2024-01-01", &format!("first = true\n{}", rows.concat()))]);
    let report = Policy::loader().check(&sources);
    assert_eq!(
        messages(&report, Code::RuleRedundant),
        [
            "`a` changes nothing: `b` comes next, matches wherever it does, and says the same",
            "`c` changes nothing: `d` comes next, matches wherever it does, and says the same",
        ]
    );
}

/// A fact of the register that has no value can be anything: where that is too much to look at, an answer may be another one, and nothing less.
#[test]
fn what_is_not_looked_at_may_be_anything() {
    let rules = |base: &str| {
        let row = |at: usize| {
            format!(
                "[[rule]]\nid = 'r{at}'\nwhen = {{ size = {at} }}\ngrant = {{ level = 'standard', quota = {{ amount = {}, unit = 'hour', per = 'year' }} }}\n",
                at + 1
            )
        };
        format!("first = true\n{}[[rule]]\nid = 'base'\n{base}\n", each(400, row))
    };
    let sources = |base: &str| {
        register(&[("law", "from = 2024-01-01", &rules(base))])
            .with("facts.toml", format!("{FACTS}[fact.size]\ntype = 'whole'\nmin = 0\ngiven_by = 'register'\n"))
    };
    let load = |base: &str| Policy::load(&sources(base)).unwrap_or_else(|report| panic!("{report}"));
    let (old, new) = (load("grant = { level = 'standard' }"), load("deny = true"));
    let records = old.at(View::default()).differences(&new.at(View::default())).records(Language::En);
    let perhaps = records.iter().filter(|record| format!("{record:?}").contains("perhaps")).count();
    assert_eq!((records.len(), perhaps), (6, 6), "{records:#?}");
}

/// A large file of rules is read in pieces: what stands in it means what it means in several files, and a mistake has its own line.
#[test]
fn a_large_file_is_read_in_pieces() {
    let head = "from = 2024-01-01";
    let rule = |at: usize| format!("[[rule]]\nid = 'r{at}'\nwhen = {{ place = 'p{}' }}\ngrant = {{ level = 'standard' }}\n\n", at % 97);
    let count = 12_000;
    let whole = each(count, rule);
    let facts = "[fact.place]\ntype = 'text'\n";
    let one = register(&[("dvo", head, whole.as_str())]).with("facts.toml", facts);
    let halves = [each(count / 2, rule), (count / 2..count).map(rule).collect()];
    let two =
        register(&[("dvo", head, halves[0].as_str())]).with("facts.toml", facts).with("rulesets/dvo/1/second.toml", halves[1].as_str());
    let [one, two] = [one, two].map(|sources| (Policy::load(&sources).unwrap(), sources));
    for place in ["p0", "p96", "elsewhere"] {
        let question = Question::new("ada", "legal/advice", date(2026, 7, 1)).fact("place", place);
        let level = |policy: &Policy| policy.decide(&question).unwrap().level_id().map(str::to_owned);
        assert_eq!(level(&one.0), level(&two.0), "{place}");
        assert_eq!(level(&one.0).as_deref(), Some(if place == "elsewhere" { "none" } else { "standard" }));
    }
    // What changed is read as a whole, and makes the same policy.
    let edited = one.1.clone().with("rulesets/dvo/1/rules.toml", whole.replace("id = 'r7'", "id = 'seven'"));
    let plugins = Plugins::new();
    let again = one.0.reload(&edited, &plugins).unwrap();
    assert_eq!(again.marks(), Policy::load(&edited).unwrap().marks());
    let broken = one.1.with("rulesets/dvo/1/rules.toml", whole.replacen("id = 'r9000'", "id = r9000", 1));
    let report = Policy::loader().check(&broken);
    let finding = report.diagnostics().iter().find(|finding| finding.code() == Code::TomlSyntax).unwrap();
    assert_eq!(finding.position(), Some((9_000 * 5 + 2, 6)));
}

/// S2: of two proposals of one rule set, one that the other covers would still change the answer by itself; where it contradicts what is adopted,
/// nothing is certain (S5).
#[test]
fn a_proposal_that_another_covers_is_told() {
    let rule =
        |id: &str, service: &str, effect: &str| format!("[[rule]]\nid = '{id}'\ncustomer = 'ada'\nservice = '{service}'\n{effect}\n");
    let (grant, deny) = ("grant = { level = 'standard' }", "deny = true");
    let question = Question::new("ada", "legal/advice", date(2026, 6, 1));
    for (adopted, effect, outcome) in [(None, grant, Outcome::Granted), (Some(grant), deny, Outcome::Undetermined)] {
        for decided in ["", "decided = 2025-06-01\n"] {
            let elsewhere = rule("desk", "net/desk", grant);
            let other = adopted.map(|effect| rule("own", "legal/advice", effect)).unwrap_or_default();
            let sources = register(&[("a", "from = 2024-01-01", &elsewhere), ("b", "from = 2024-01-01", &other)])
                .with("rulesets/a/2/ruleset.toml", format!("rank = 'law'\nstatus = 'proposed'\n{decided}from = 2026-01-01"))
                .with("rulesets/a/2/rules.toml", rule("r", "legal/advice", effect))
                .with("rulesets/a/3/ruleset.toml", "rank = 'law'\nstatus = 'proposed'\nfrom = 2026-01-01")
                .with("rulesets/a/3/rules.toml", &*elsewhere);
            let policy = Policy::load(&sources).unwrap_or_else(|report| panic!("{report:?}"));
            let more = format!("{elsewhere}{}", rule("more", "net/desk", "bound = { at_most = 'standard' }"));
            let reloaded = policy.reload(&sources.with("rulesets/a/3/rules.toml", more), &Plugins::new()).unwrap();
            for policy in [&policy, &reloaded] {
                let decision = policy.decide(&question).unwrap();
                let pending: Vec<_> =
                    decision.pending().map(|proposal| (proposal.version().key().to_owned(), proposal.outcome())).collect();
                assert_eq!(pending, [("a@2".to_owned(), outcome)], "{adopted:?} {decided}");
            }
        }
    }
}
