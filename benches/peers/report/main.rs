//! What the peers' programs printed in; tables in Markdown out, on the screen or, where a document is named, between its marks.
//! Usage: report RUN.jsonl [DOCUMENT]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::{env, fs};

use serde::Deserialize;

const BEGIN: &str = "<!-- measured: written by benches/peers/compare -->\n";
const END: &str = "<!-- /measured -->\n";

/// One program's line.
#[derive(Deserialize)]
struct Run {
    peer: String,
    variant: String,
    n: usize,
    universe: String,
    load_ms: f64,
    ns: f64,
    checked: usize,
    agree: usize,
    allocs: f64,
    rss_load_mb: f64,
    loadavg: f64,
}

type World = (usize, &'static str);
const WORLDS: [(World, &str); 8] = [
    ((10, "4x50"), "10"),
    ((100, "4x50"), "100"),
    ((1_000, "4x50"), "1k"),
    ((10_000, "342x1000"), "10k"),
    ((100_000, "342x1000"), "100k"),
    ((1_000_000, "342x1000"), "1M"),
    ((10_000, "4x50"), "10k dense"),
    ((60, "real"), "like a real one"),
];

/// Peer, variant, and what it is.
const ROWS: [(&str, &str, &str); 16] = [
    ("floor", "ids", "**floor, ids**"),
    ("leidraad", "prepared", "**Leidraad, prepared**"),
    ("floor", "strings", "**floor, strings**"),
    ("leidraad", "form", "**Leidraad, a form** (by names)"),
    ("leidraad", "names", "Leidraad, a question (by names)"),
    ("leidraad", "decision", "Leidraad, decision with reasons and days"),
    ("datalogic", "sharded", "datalogic-rs, sharded"),
    ("zen", "expr-sharded", "zen-expression, sharded"),
    ("rhai", "switch", "Rhai, `switch` on the cell"),
    ("cel", "sharded", "CEL, sharded"),
    ("regorus", "index-rvm", "Regorus, indexed data, RVM"),
    ("regorus", "plain-interp", "Regorus, plain rules"),
    ("zen", "first", "Zen engine, one decision table"),
    ("cedar", "sharded", "Cedar, sharded"),
    ("cedar", "plain", "Cedar, plain"),
    ("casbin", "eval", "Casbin, ABAC"),
];

struct Runs(BTreeMap<(String, String, usize, String), Run>);

impl Runs {
    fn get(&self, peer: &str, variant: &str, (n, universe): World) -> Option<&Run> {
        self.0.get(&(peer.to_owned(), variant.to_owned(), n, universe.to_owned()))
    }

    /// The fastest of some peers' ways.
    fn fastest(&self, peers: &[&str], world: World) -> Option<&Run> {
        let runs = self.0.values().filter(|run| peers.contains(&&*run.peer) && (run.n, &*run.universe) == world);
        runs.min_by(|a, b| a.ns.total_cmp(&b.ns))
    }

    fn row(&self, what: &str, cell: impl Fn(World) -> Option<String>) -> Option<String> {
        let cells: Vec<Option<String>> = WORLDS.iter().map(|(world, _)| cell(*world)).collect();
        cells
            .iter()
            .any(Option::is_some)
            .then(|| cells.into_iter().fold(format!("| {what} |"), |row, cell| format!("{row} {} |", cell.unwrap_or_default())) + "\n")
    }

    fn table(&self, first: &str, rows: impl IntoIterator<Item = Option<String>>) -> String {
        let heads: Vec<&str> = WORLDS.iter().map(|(_, head)| *head).collect();
        let mut table = format!("| {first} | {} |\n|{}\n", heads.join(" | "), " --- |".repeat(WORLDS.len() + 1));
        rows.into_iter().flatten().for_each(|row| table.push_str(&row));
        table
    }

    fn times(&self) -> String {
        self.table(
            "ns a question",
            ROWS.iter().map(|(peer, variant, what)| {
                self.row(what, |world| {
                    let run = self.get(peer, variant, world)?;
                    Some(format!("{}{}", number(run.ns), if run.agree < run.checked { " !" } else { "" }))
                })
            }),
        )
    }

    fn ratios(&self) -> String {
        let of = |a: Option<&Run>, b: Option<&Run>| Some(format!("{:.1}", a?.ns / b?.ns));
        let well_known = ["cedar", "regorus", "zen"];
        let others = ["datalogic", "zen", "rhai", "cel", "regorus", "cedar", "casbin"];
        let own = |variant: &'static str| move |world| self.get("leidraad", variant, world);
        let (prepared, form) = (own("prepared"), own("form"));
        self.table(
            "times",
            [
                self.row("prepared / floor, ids (wanted: at most 1.5; dense below 1)", |world| {
                    of(prepared(world), self.get("floor", "ids", world))
                }),
                self.row("form / floor, strings (wanted: at most 1.5)", |world| of(form(world), self.get("floor", "strings", world))),
                self.row("best peer / prepared (wanted: at least 5)", |world| of(self.fastest(&others, world), prepared(world))),
                self.row("best peer / form, both by names", |world| of(self.fastest(&others, world), form(world))),
                self.row("best of Cedar, Regorus and Zen / prepared (wanted: at least 100)", |world| {
                    of(self.fastest(&well_known, world), prepared(world))
                }),
            ],
        )
    }

    fn loads(&self) -> String {
        let rows = [
            ("floor", "ids"),
            ("leidraad", "prepared"),
            ("datalogic", "sharded"),
            ("regorus", "index-rvm"),
            ("zen", "first"),
            ("cedar", "sharded"),
        ];
        self.table(
            "load, ms; memory it keeps, MB; allocations a question",
            rows.iter().map(|(peer, variant)| {
                self.row(&format!("{peer}, {variant}"), |world| {
                    let run = self.get(peer, variant, world)?;
                    Some(format!("{:.0}; {:.0}; {:.1}", run.load_ms, run.rss_load_mb, run.allocs))
                })
            }),
        )
    }
}

/// Three digits are as many as repeats agree on.
fn number(ns: f64) -> String {
    match ns {
        ..100.0 => format!("{ns:.1}"),
        ..10_000.0 => format!("{ns:.0}"),
        ..1_000_000.0 => format!("{:.1}k", ns / 1e3),
        _ => format!("{:.1}M", ns / 1e6),
    }
}

/// The versions of the peers, as they are locked.
fn versions() -> String {
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let named = ["casbin", "cedar-policy", "cel", "datalogic-rs", "leidraad", "regorus", "rhai", "zen-engine", "zen-expression"];
    let version = |name: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", rest.split('"').next()?))
    };
    named.iter().filter_map(|name| version(name)).collect::<Vec<_>>().join(", ")
}

/// What the run was made on.
fn machine() -> String {
    let told = |command: &mut Command| String::from_utf8_lossy(&command.output().unwrap().stdout).trim().to_owned();
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).map_or("", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = cpus.lines().filter(|line| line.starts_with("processor")).count();
    format!("{cores} cores of {model}, {}", told(Command::new("rustc").arg("--version")))
}

fn main() {
    let mut arguments = env::args().skip(1);
    let lines = fs::read_to_string(arguments.next().expect("usage: report RUN.jsonl [DOCUMENT]")).unwrap();
    let runs: Vec<Run> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let busiest = runs.iter().map(|run| run.loadavg).fold(0.0, f64::max);
    let wrong = runs.iter().filter(|run| run.agree < run.checked).count();
    let runs = Runs(runs.into_iter().map(|run| ((run.peer.clone(), run.variant.clone(), run.n, run.universe.clone()), run)).collect());
    let mut told = String::new();
    writeln!(told, "## Measured on {}\n", jiff::Zoned::now().date()).unwrap();
    writeln!(told, "{}; {}.", machine(), versions()).unwrap();
    writeln!(
        told,
        "Medians of one run of `benches/peers/compare`, one thread, load average at most {busiest}; {}.\n",
        match wrong {
            0 => "every decision was the reference's".to_owned(),
            wrong => format!("in {wrong} runs (marked `!`) some decision was not the reference's"),
        }
    )
    .unwrap();
    write!(told, "{}\n{}\n{}", runs.times(), runs.ratios(), runs.loads()).unwrap();
    let Some(document) = arguments.next() else { return print!("{told}") };
    let text = fs::read_to_string(&document).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the document has no mark");
    let (_, after) = rest.split_once(END).expect("the document has no second mark");
    fs::write(document, format!("{before}{BEGIN}{told}{END}{after}")).unwrap();
}
