//! docs/owner.md is a day that can be lived: each command of it, in order, prints what stands there. `LEIDRAAD_WRITE=1` writes what is printed.

mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

use run::Home;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/owner.md")
}

/// What a line of the page prints in a register's home. A status of 1 says that there is a difference, or no right.
fn printed(home: &Home, line: &str) -> String {
    let command = line.replacen("leidraad ", &format!("'{}' ", env!("CARGO_BIN_EXE_leidraad")), 1);
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(home.0.path())
        .env_remove("LEIDRAAD_REGISTER")
        .env_remove("COLUMNS")
        .env("LC_ALL", "en_GB.UTF-8")
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_day_of_a_contract_owner() {
    let home = Home::new();
    let sheet = "voorschoten.ods";
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(sheet), home.0.path().join(sheet)).unwrap();
    let page_text = std::fs::read_to_string(page()).unwrap();
    let (mut told, mut commands, mut in_console) = (String::new(), 0, false);
    for line in page_text.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        match line.strip_prefix("$ ").filter(|_| in_console) {
            Some(command) => {
                commands += 1;
                told = [told.as_str(), line, "\n", &printed(&home, command)].concat();
            }
            None if in_console && line != "```console" => {}
            None => told = [told.as_str(), line, "\n"].concat(),
        }
    }
    assert!(commands > 10);
    let college = std::fs::read_to_string(home.0.path().join("college.html")).unwrap();
    assert!(college.contains("700 hours per year") && college.contains("a proposal, not decided yet"), "{college}");
    #[allow(clippy::disallowed_methods, reason = "whether to write the page comes from the environment")]
    if std::env::var_os("LEIDRAAD_WRITE").is_some() {
        std::fs::write(page(), told).unwrap();
    } else {
        assert_eq!(told, page_text, "LEIDRAAD_WRITE=1 writes what is printed");
    }
}
