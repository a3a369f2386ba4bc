//! `cargo run --example rebuilt -- FOLDER`: do the guests in a folder, built anew from source, decide as the approved ones do?
//!
//! Every scenario of the shipped register and some thousand random questions are asked of both; only digests may differ.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use leidraad::catalogue::{Customer, Service};
use leidraad::plugin::{Inspection, Plugins};
use leidraad::{Decimal, FactValue, Language, Policy, Question, Sources, date};

type Files = BTreeMap<String, Vec<u8>>;

const QUESTIONS: usize = 4_000;

fn read(root: &Path, folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display())) {
        let path = entry.unwrap_or_else(|fault| panic!("{fault}")).path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display())));
        }
    }
}

/// The register with the guests of a folder in place of the approved ones; how many were replaced.
fn replaced(mut files: Files, folder: &Path, plugins: &Plugins) -> (Files, usize) {
    let mut rebuilt = Files::new();
    read(folder, folder, &mut rebuilt);
    let mut count = 0;
    for (name, bytes) in rebuilt.into_iter().filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_lowercase())) {
        let Some(approved) = files.get(&format!("plugins/{name}")).cloned() else { continue };
        let digest = |bytes: &[u8]| Inspection::of(&name, bytes, plugins).digest;
        let (old, new) = (digest(&approved), digest(&bytes));
        println!("{name}: {}", if old == new { "the same bytes" } else { "other bytes" });
        for text in files.iter_mut().filter(|(path, _)| path.starts_with("rulesets/")).map(|(_, text)| text) {
            *text = String::from_utf8_lossy(text).replace(&old, &new).into_bytes();
        }
        files.insert(format!("plugins/{name}"), bytes);
        count += 1;
    }
    // Its digests are those of versions that name the approved guests.
    files.remove("register.lock");
    (files, count)
}

/// Numbers that look random, and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n
    }
}

fn questions(policy: &Policy) -> Vec<Question> {
    let mut all: Vec<Question> = policy.scenarios().map(|scenario| scenario.question().clone()).collect();
    let customers: Vec<&str> = policy.catalogue().customers().map(Customer::id).collect();
    let services: Vec<&str> = policy.catalogue().services().map(Service::id).collect();
    let bound = ["ict/workplace", "facilities/access-passes", "ict/service-desk", "facilities/messenger", "ict/backup", "ict/hosting"];
    let mut numbers = Numbers(7);
    for _ in 0..QUESTIONS {
        let service = if numbers.below(3) > 0 { bound[numbers.below(bound.len())] } else { services[numbers.below(services.len())] };
        let day = date(2024, 1, 1).saturating_add(days_as_time(numbers.below(1_500)));
        let mut question = Question::new(customers[numbers.below(customers.len())], service, day);
        let tenths = |numbers: &mut Numbers| FactValue::Number(Decimal::new(i64::try_from(numbers.below(5_000)).unwrap_or(0), 1));
        for name in ["fte", "quantity", "used"] {
            if numbers.below(3) > 0 {
                question = question.fact(name, tenths(&mut numbers));
            }
        }
        if numbers.below(2) > 0 {
            let notice = date(2024, 1, 1).saturating_add(days_as_time(numbers.below(900)));
            question = question.fact("notice_received", notice).fact("opened", notice);
        }
        all.push(question);
    }
    all
}

fn days_as_time(days: usize) -> std::time::Duration {
    std::time::Duration::from_secs(86_400 * u64::try_from(days).unwrap_or(0))
}

/// A decision without the digests in it.
fn decided(policy: &Policy, question: &Question) -> String {
    let json = policy.decide(question).map_or_else(|error| error.to_string(), |decision| decision.to_json(Language::En));
    json.split("\"sha256:").enumerate().map(|(at, piece)| if at == 0 { piece } else { piece.get(65..).unwrap_or(piece) }).collect()
}

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| panic!("name the folder of the rebuilt guests")));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    let (plugins, mut approved) = (Plugins::new(), Files::new());
    read(&root, &root, &mut approved);
    let (rebuilt, count) = replaced(approved.clone(), &folder, &plugins);
    let load = |files| Policy::loader().plugins(&plugins).load(&Sources::memory(files)).unwrap_or_else(|report| panic!("{report}"));
    let (approved, rebuilt) = (load(approved), load(rebuilt));
    let questions = questions(&approved);
    let mut differ = 0;
    for question in &questions {
        let (one, other) = (decided(&approved, question), decided(&rebuilt, question));
        if one != other {
            println!("{one}\n{other}\n");
            differ += 1;
        }
    }
    println!("{count} guests rebuilt; {} questions, of which {differ} are answered otherwise", questions.len());
    if count == 4 && differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
