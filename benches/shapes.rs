//! A dimension and a number in; a register that has so many of it, with a question to it, out. All that can be many in a register comes here
//! once, so that what it costs can be told along a curve.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// A register, the same with one change, and what is asked.
pub struct Shape {
    /// path and text
    pub files: Vec<(String, String)>,
    /// the file that a successor of it has besides
    pub change: (String, String),
    /// the service's id; the customer is always `c0`
    pub service: String,
    /// the day that is asked about
    pub on: Date,
    /// what is told: names and numbers
    pub facts: Vec<(String, i64)>,
    /// how often it is asked, in one batch
    pub lines: usize,
}

/// What can be many, in the order of the table.
pub const DIMENSIONS: [&str; 31] = [
    "customers",
    "services",
    "customers-and-services",
    "roles-and-domains",
    "levels",
    "ranks",
    "facts",
    "values-of-a-text",
    "values-in-a-test",
    "tests-of-a-rule",
    "rules-of-a-cell",
    "rules-that-overlap",
    "first-match-rows",
    "overrides",
    "bounds-of-a-cell",
    "bounds-that-overlap",
    "tags",
    "versions-of-a-set",
    "rule-sets",
    "days-of-knowledge",
    "dated-values",
    "dated-values-of-a-fact",
    "as-at-days",
    "proposals",
    "rules-beside-a-proposal",
    "options-of-a-cell",
    "parts-of-a-composite",
    "requires",
    "missing-facts",
    "matrix-cells",
    "lines-of-a-batch",
];

/// The name of the host's own plugin that options ask for.
pub const PLUGIN: &str = "keep";

/// How many there can be of what has a most.
fn most(dimension: &str) -> usize {
    match dimension {
        "levels" | "tags" => 60,
        "ranks" => 15,
        "parts-of-a-composite" => 250,
        _ => usize::MAX,
    }
}

/// The files of a register as they grow.
struct Files(std::collections::BTreeMap<String, String>);

impl Files {
    fn add(&mut self, path: &str, text: impl AsRef<str>) {
        self.0.entry(path.to_owned()).or_default().push_str(text.as_ref());
    }
    fn set(&mut self, name: &str, from: Date, rules: impl AsRef<str>) {
        self.add(&format!("rulesets/{name}/1/ruleset.toml"), format!("rank = \"agreement\"\ndecided = 2023-12-01\nfrom = {from}\n"));
        self.add(&format!("rulesets/{name}/1/rules.toml"), rules);
    }
    fn facts(&mut self, count: usize, of: &str) {
        (0..count).for_each(|at| self.add("facts.toml", format!("[fact.f{at}]\n{of}\nen = \"f{at}\"\n")));
    }
}

/// A rule of one cell.
fn rule(id: &str, service: &str, more: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\nservice = \"{service}\"\n{more}\nbecause = {{ en = \"{id}\" }}\n\n")
}

const GRANT: &str = "grant = { level = \"standard\" }";
const FIRST: Date = date(2024, 1, 1);

/// So many numbers, told one by one.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// A day so many days after the first.
fn later(days: usize) -> Date {
    FIRST.saturating_add(i64::try_from(days).unwrap_or(i64::MAX).days())
}

/// The register of a dimension with so many of it, or with as many as there can be.
///
/// # Panics
/// There is no such dimension.
pub fn shape(dimension: &str, count: usize) -> Shape {
    let n = count.min(most(dimension));
    let mut files = Files(std::collections::BTreeMap::new());
    let (mut customers, mut services, mut levels, mut ranks) = (3, 1, 3, 2);
    let mut facts: Vec<(String, i64)> = vec![("q".to_owned(), 25), ("used".to_owned(), 1)];
    let mut service = "d/s0".to_owned();
    let mut on = date(2026, 1, 1);
    files.add(
        "facts.toml",
        "[fact.q]\ntype = \"whole\"\nmin = 0\nmax = 1000000\nen = \"q\"\n[fact.used]\ntype = \"whole\"\nmin = 0\nen = \"used\"\n",
    );
    let base = rule("base", "d/s0", GRANT);
    let other = |at: usize| if at.is_multiple_of(2) { "grant = { level = \"standard\" }" } else { "grant = { level = \"plus\" }" };
    let apart = |at: usize| format!("when = {{ q = \"[{}..{}]\" }}", at * 10, at * 10 + 9);
    match dimension {
        "customers" => {
            customers = n;
            files.set("r", FIRST, base);
        }
        "services" => {
            services = n;
            files.set("r", FIRST, rule("all", "d/*", GRANT));
        }
        "customers-and-services" => {
            (customers, services) = (n.isqrt().max(1) * 2, n.isqrt().max(1) * 2);
            files.set("r", FIRST, format!("[[rule]]\nid = \"all\"\n{GRANT}\n"));
        }
        "roles-and-domains" => {
            (customers, services) = (n, 3);
            let roles = n.min(60);
            files.add("register.toml", each(roles, |at| format!("[[role]]\nid = \"role{at}\"\nen = \"role {at}\"\n")));
            let of_role = |at: usize| format!("[[rule]]\nid = \"r{at}\"\ncustomer = \"@role{at}\"\nservice = \"d/*\"\n{}\n", other(at));
            files.set("r", FIRST, each(roles, of_role));
        }
        "levels" => {
            levels = n.max(2);
            files.set(
                "r",
                FIRST,
                each(levels - 1, |at| rule(&format!("r{at}"), "d/s0", &format!("{}\ngrant = {{ level = \"{}\" }}", apart(at), level(at)))),
            );
        }
        "ranks" => {
            ranks = n.max(2);
            for at in 1..ranks {
                let head = format!("rank = \"{}\"\ndecided = 2023-12-01\nfrom = {FIRST}\n", rank(at));
                files.add(&format!("rulesets/r{at}/1/ruleset.toml"), head);
                files.add(&format!("rulesets/r{at}/1/rules.toml"), rule("r", "d/s0", &format!("{}\n{}", apart(at), other(at))));
            }
        }
        "facts" => {
            files.facts(n, "type = \"whole\"");
            files.set("r", FIRST, base);
        }
        "values-of-a-text" => {
            let values: Vec<String> = (0..n).map(|at| format!("\"v{at}\"")).collect();
            files.add("facts.toml", format!("[fact.t]\ntype = \"text\"\nvalues = [{}]\nen = \"t\"\n", values.join(", ")));
            files.set("r", FIRST, rule("r", "d/s0", &format!("when = {{ t = \"v1\" }}\n{GRANT}")));
        }
        "values-in-a-test" => {
            let values: Vec<String> = (0..n).map(|at| (at * 3).to_string()).collect();
            files.set("r", FIRST, rule("r", "d/s0", &format!("when = {{ q = [{}] }}\n{GRANT}", values.join(", "))));
        }
        "tests-of-a-rule" => {
            files.facts(n, "type = \"truth\"");
            let tests: Vec<String> = (0..n).map(|at| format!("f{at} = false")).collect();
            files.set("r", FIRST, rule("r", "d/s0", &format!("when = {{ {} }}\n{GRANT}", tests.join(", "))));
        }
        "rules-of-a-cell" => files.set("r", FIRST, each(n, |at| rule(&format!("r{at}"), "d/s0", &format!("{}\n{}", apart(at), other(at))))),
        "rules-that-overlap" => {
            files.set("r", FIRST, each(n, |at| rule(&format!("r{at}"), "d/s0", &format!("when = {{ q = \">= {at}\" }}\n{GRANT}"))));
        }
        "first-match-rows" => {
            let row = |at: usize| {
                rule(&format!("r{at}"), "d/s0", &format!("when = {{ q = \"[{}..{}]\" }}\n{}", at * 10, at * 10 + 30, other(at)))
            };
            files.set("r", FIRST, format!("first = true\n{}", each(n, row)));
        }
        "overrides" => {
            let over = |at: usize| if at == 0 { String::new() } else { format!("overrides = [\"r{}\"]\n", at - 1) };
            let row = |at: usize| format!("when = {{ q = \"[{}..{}]\" }}\n{}{}", at * 10, at * 10 + 15, over(at), other(at));
            files.set("r", FIRST, each(n, |at| rule(&format!("r{at}"), "d/s0", &row(at))));
        }
        "bounds-of-a-cell" => {
            let bound = |at: usize| rule(&format!("b{at}"), "d/s0", &format!("{}\nbound = {{ at_least = \"plus\" }}", apart(at)));
            files.set("r", FIRST, format!("{base}{}", each(n, bound)));
        }
        "bounds-that-overlap" => {
            let bound =
                |at: usize| rule(&format!("b{at}"), "d/s0", &format!("when = {{ q = \">= {at}\" }}\nbound = {{ at_least = \"plus\" }}"));
            files.set("r", FIRST, format!("{base}{}", each(n, bound)));
        }
        "tags" => {
            let values: Vec<String> = (0..n.max(8)).map(|at| format!("\"t{at}\"")).collect();
            files.add("facts.toml", format!("[fact.tags]\ntype = \"tags\"\nvalues = [{}]\nen = \"tags\"\n", values.join(", ")));
            let tag = |at: usize| format!("\"t{}\"", at % n.max(8));
            let bound = |at: usize| {
                let when = format!("when = {{ tags = {{ all = [{}, {}], none = [{}] }} }}", tag(at * 7), tag(at * 7 + 3), tag(at * 5 + 1));
                rule(&format!("b{at}"), "d/s0", &format!("{when}\nbound = {{ at_most = \"standard\" }}"))
            };
            files.set("r", FIRST, format!("{}{}", rule("base", "d/s0", "grant = { level = \"plus\" }"), each(n / 4, bound)));
        }
        "versions-of-a-set" => {
            for at in 0..n {
                let head = format!("rank = \"agreement\"\ndecided = 2023-12-01\nfrom = {}\nuntil = {}\n", later(at * 7), later(at * 7 + 6));
                files.add(&format!("rulesets/r/v{at}/ruleset.toml"), head);
                files.add(&format!("rulesets/r/v{at}/rules.toml"), rule("r", "d/s0", other(at)));
            }
            on = later((n / 2) * 7);
        }
        "rule-sets" => {
            services = n;
            (0..n).for_each(|at| files.set(&format!("r{at}"), FIRST, rule("r", &format!("d/s{at}"), GRANT)));
        }
        "days-of-knowledge" => {
            for at in 0..n {
                let head = format!("rank = \"agreement\"\ndecided = {}\nfrom = {}\npatch = {}\n", later(at), later(n + at), at > 0);
                files.add(&format!("rulesets/r/v{at}/ruleset.toml"), format!("{head}until = {}\n", later(n + at + 20)));
                files.add(&format!("rulesets/r/v{at}/rules.toml"), rule("r", "d/s0", other(at)));
            }
            on = later(n + n / 2);
        }
        // Four values each, like those of real schemes; each service reads ten facts.
        "dated-values" => {
            services = (n / 40).max(1);
            files.facts(n.div_ceil(4), "type = \"whole\"\ngiven_by = \"register\"");
            let value = |at: usize| dated(at / 4, at % 7, date(i16::try_from(2020 + at % 4).unwrap_or_default(), 1, 1));
            files.add("values/all.toml", each(n, value));
            let bound = |at: usize| {
                let when = format!("when = {{ f{at} = \">= 5\" }}");
                rule(&format!("b{at}"), &format!("d/s{}", at % services), &format!("{when}\nbound = {{ at_least = \"plus\" }}"))
            };
            files.set("r", FIRST, format!("{}{}", rule("base", "d/*", GRANT), each(n.div_ceil(4), bound)));
        }
        "dated-values-of-a-fact" => {
            files.facts(1, "type = \"whole\"\ngiven_by = \"register\"");
            files.add("values/all.toml", each(n, |at| dated(0, at % 7, later(at * 7))));
            let bound = rule("b", "d/s0", "when = { f0 = \">= 5\" }\nbound = { at_least = \"plus\" }");
            files.set("r", FIRST, format!("{base}{bound}"));
            on = later((n / 2) * 7);
        }
        "as-at-days" => {
            files.set("r", FIRST, rule("old", "d/s0", &format!("until = 2024-12-31\n{GRANT}")));
            let row = |at: usize| rule(&format!("r{at}"), "d/s0", &format!("{}\nas_at = {}", apart(at), later(at % 366)));
            files.set("s", date(2025, 1, 1), each(n, row));
        }
        "proposals" => {
            files.set("r", FIRST, base);
            for at in 0..n {
                let head = format!("rank = \"agreement\"\nstatus = \"proposed\"\nfrom = {}\n", later(900));
                files.add(&format!("rulesets/p{at}/1/ruleset.toml"), head);
                files.add(
                    &format!("rulesets/p{at}/1/rules.toml"),
                    rule("r", "d/s0", &format!("{}\noverrides = [\"r#base\"]\n{}", apart(at), other(at))),
                );
            }
        }
        "rules-beside-a-proposal" => {
            services = n;
            files.set("r", FIRST, each(n, |at| rule(&format!("r{at}"), &format!("d/s{at}"), GRANT)));
            files.add("rulesets/p/1/ruleset.toml", format!("rank = \"agreement\"\nstatus = \"proposed\"\nfrom = {}\n", later(900)));
            files.add("rulesets/p/1/rules.toml", rule("r", "d/s0", &format!("overrides = [\"r#r0\"]\n{}", other(0))));
        }
        "options-of-a-cell" => {
            let option = |at: usize| {
                format!("[[option]]\nid = \"o{at}\"\ncustomer = \"c0\"\nservice = \"d/s0\"\nplugin = {{ native = \"{PLUGIN}\" }}\n")
            };
            files.set("r", FIRST, rule("base", "d/s0", "grant = { level = \"standard\", up_to = \"plus\" }"));
            files.add("rulesets/r/1/options.toml", each(n, option));
        }
        "parts-of-a-composite" => {
            services = n;
            let parts: Vec<String> = (0..n).map(|at| format!("\"d/s{at}\"")).collect();
            files.add(
                "services/all.toml",
                format!(
                    "[domain]\nid = \"all\"\nen = \"All\"\n[service.all]\nen = \"All\"\ncomposite = {{ of = [{}], level = \"lowest\" }}\n",
                    parts.join(", ")
                ),
            );
            files.set("r", FIRST, rule("all", "d/*", GRANT));
            "all/all".clone_into(&mut service);
        }
        "requires" => {
            services = n + 1;
            files.set("r", FIRST, rule("all", "d/*", GRANT));
        }
        "missing-facts" => {
            files.facts(n, "type = \"truth\"");
            let bound =
                |at: usize| rule(&format!("b{at}"), "d/s0", &format!("when = {{ f{at} = true }}\nbound = {{ at_least = \"plus\" }}"));
            files.set("r", FIRST, format!("{base}{}", each(n, bound)));
            facts.clear();
        }
        "matrix-cells" => {
            (customers, services) = (n.isqrt().max(1), n.div_ceil(n.isqrt().max(1)));
            let head: String = each(customers, |at| format!(";c{at}"));
            let row = |at: usize| format!("d/s{at}{}\n", ";standard".repeat(customers));
            files.set("r", FIRST, "");
            files.add("rulesets/r/1/matrix.csv", format!("service{head}\n{}", each(services, row)));
        }
        "lines-of-a-batch" => files.set("r", FIRST, base),
        other => panic!("no dimension `{other}`"),
    }
    let requires = dimension == "requires";
    let entry = |at: usize| {
        let requires = if requires && at > 0 { format!("requires = [\"d/s{}\"]\n", at - 1) } else { String::new() };
        format!("[service.s{at}]\nen = \"Service {at}\"\n{requires}")
    };
    files.add("services/d.toml", format!("[domain]\nid = \"d\"\nen = \"D\"\n{}", each(services, entry)));
    let role = |at: usize| if dimension == "roles-and-domains" { format!("role = \"role{}\"\n", at % n.min(60)) } else { String::new() };
    files.add("customers.toml", each(customers, |at| format!("[customer.c{at}]\nname = \"Customer {at}\"\n{}", role(at))));
    let mut head = String::from("name = \"Scale\"\nformat = 1\ntime_zone = \"Europe/Amsterdam\"\nlanguages = [\"en\"]\n");
    head += &each(levels, |at| format!("[[level]]\nid = \"{0}\"\nen = \"{0}\"\n", level(at)));
    head += &each(ranks, |at| format!("[[rank]]\nid = \"{0}\"\nen = \"{0}\"\n", rank(at)));
    let roles = files.0.remove("register.toml").unwrap_or_default();
    files.add("register.toml", head + &roles);
    let change = "rank = \"law\"\ndecided = 2023-12-01\nfrom = 2024-01-01\n";
    files.add("rulesets/change/1/ruleset.toml", change);
    files.add("rulesets/change/1/rules.toml", "");
    let denied = service.as_str().replace("all/all", "d/s0");
    let change =
        ("rulesets/change/1/rules.toml".to_owned(), rule("change", &denied, "customer = \"c0\"\nwhen = { q = \"> 900000\" }\ndeny = true"));
    let lines = if dimension == "lines-of-a-batch" { n } else { 1 };
    Shape { files: files.0.into_iter().collect(), change, service, on, facts, lines }
}

fn level(at: usize) -> String {
    ["standard", "plus", "bespoke"].get(at).map_or_else(|| format!("level{at}"), |&word| word.to_owned())
}

fn rank(at: usize) -> String {
    ["law", "agreement"].get(at).map_or_else(|| format!("rank{at}"), |&word| word.to_owned())
}

fn dated(fact: usize, value: usize, from: Date) -> String {
    format!("[[value]]\nfact = \"f{fact}\"\nvalue = {value}\nfrom = {from}\ndecided = {from}\n")
}
