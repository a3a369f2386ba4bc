//! The examples of docs/format.md are one register: it loads without a finding, its scenario holds, and the JSON printed there is what the command prints.

mod run;

use std::path::{Path, PathBuf};

use leidraad::Code;
use run::leidraad;

/// The fenced blocks of a page: what stands behind the opening fence, and the text.
fn blocks() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/format.md")).unwrap();
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push((info.to_owned(), text.join("\n") + "\n"));
        }
    }
    blocks
}

fn register() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mut files = 0;
    for (info, text) in blocks() {
        if let Some((_, path)) = info.split_once(' ').filter(|(kind, _)| ["toml", "csv", "rhai"].contains(kind)) {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            files += 1;
        }
    }
    assert!(files >= 10, "only {files} files");
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn the_example_register_is_sound_and_its_scenario_holds() {
    let (_folder, path) = register();
    let policy = leidraad::Policy::loader()
        .plugins(&leidraad::plugin::Plugins::new())
        .warnings()
        .load(&leidraad::Sources::folder(&path))
        .unwrap_or_else(|report| panic!("{report}"));
    // It shows a fact of every type, a grant that a law holds back, and an agreement that reaches back; its lock is told of, and not shown whole.
    let shown = [Code::FactUnused, Code::GrantClamped, Code::LockMissing, Code::VersionRetroactive];
    assert!(policy.warnings().diagnostics().iter().all(|finding| shown.contains(&finding.code())), "{}", policy.warnings());
    for scenario in policy.scenarios() {
        let mismatches = scenario.compare(&policy.decide(scenario.question()).unwrap());
        assert!(mismatches.is_empty(), "{}: {mismatches:?}", scenario.id());
    }
}

#[test]
fn the_json_of_the_page_is_what_the_command_prints() {
    let (_folder, path) = register();
    let mut compared = 0;
    for (info, expected) in blocks() {
        let Some(command) = info.strip_prefix("json ") else { continue };
        let output = leidraad(command).args(["--format", "json", "--lang", "en", "--register"]).arg(&path).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let digest =
            printed.rsplit_once("\"policy\":{\"format\":1,\"digest\":\"").map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
        let printed = digest.map_or(printed.clone(), |digest| printed.replace(&digest, "sha256:…"));
        let join = |text: &str| text.lines().map(str::trim).collect::<String>();
        assert_eq!(join(&printed), join(&expected), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        compared += 1;
    }
    assert_eq!(compared, 7);
}
