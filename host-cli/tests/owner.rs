//! What a contract owner begins and edits without writing TOML: a register, a customer, a rule set, a matrix in a spreadsheet.

mod run;

use std::path::PathBuf;

use run::{Home, leidraad};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[test]
fn a_matrix_that_comes_back_as_it_went_changes_nothing() {
    let home = Home::new();
    for format in ["xlsx", "csv"] {
        let matrix = home.0.path().join(format!("matrix.{format}"));
        assert_eq!(home.run(&format!("matrix --on 2027-01-01 --format {format} --output {}", matrix.display())).1, 0);
        let (told, status) = home.run(&format!("version new dvo-zoeterwoude --from 2027-01-01 --lang nl --matrix {}", matrix.display()));
        assert!(status == 0 && told.contains("Gewijzigde cellen: 0."), "{told}");
        assert_eq!(home.run("diff --change dvo-zoeterwoude@2027-1").1, 0);
        assert_eq!(home.run("version withdraw dvo-zoeterwoude@2027-1 --yes").1, 0);
    }
}

#[test]
fn a_matrix_that_was_edited_changes_what_was_edited() {
    for file in ["edited-in-libreoffice.xlsx", "edited-in-libreoffice.ods"] {
        let home = Home::new();
        let (told, status) =
            home.run(&format!("version new dvo-zoeterwoude --from 2027-01-01 --lang nl --matrix {}", data(file).display()));
        assert!(status == 0 && told.contains("Gewijzigde cellen: 1."), "{told}");
        let (told, status) = home.run("diff --change dvo-zoeterwoude@2027-1 --lang nl");
        assert!(status == 1 && told.contains("Zoeterwoude: Salarisadministratie\n+ vanaf 1 januari 2027: basis → plus"), "{told}");
        assert!(told.contains("1 gebied verschilt: 1 meer, 0 minder, 0 anders; 1 klant, 1 dienst."), "{told}");
    }
}

#[test]
fn what_cannot_be_read_or_met_is_told_by_its_cell() {
    let home = Home::new();
    let matrix = home.0.path().join("matrix.csv");
    let told = |text: &str| {
        std::fs::write(&matrix, text).unwrap();
        let line = format!("version new dvo-zoeterwoude --from 2027-01-01 --lang nl --matrix {}", matrix.display());
        home.run(&line).0
    };
    let wrong =
        told("\u{feff}sep=;\nDienst;Zoeterwoude;Xx\n;;\nSalarisadm;basis;basis\nPay\u{a0}roll;heel goed;\nhrm/payroll;basis;;plus\n");
    let unmet = told("Dienst,holland rijnland\nSalarisadministratie,plus\nIn- door- en uitstroom,-\n");
    let composite = told("Dienst,Zoeterwoude\nIn- door- en uitstroom,plus\n");
    insta::assert_snapshot!([wrong, unmet, composite].join("\n"));
    assert_eq!(home.run("version new dvo-zoeterwoude --from 2027-01-01 --matrix /nowhere.xlsx").1, 2);
}

#[test]
fn a_register_is_begun_and_grows() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    let run = |line: &str| {
        let output = leidraad(&format!("--register {} --lang nl {line}", rules.display())).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        format!("$ leidraad {line}\n{}\n", text.replace(&folder.path().display().to_string(), "HOME"))
    };
    let begun = run(&format!("new register {} --name Streek", rules.display()));
    let lines = [
        "version lock",
        "check",
        "new customer voorschoten --name Voorschoten --code GM0626 --from 2027-01-01",
        "new customer voorschoten --name Voorschoten",
        "new service general/courier --nl Koerier --unit hour --from 2027-01-01",
        "new ruleset dvo-voorschoten --rank agreement --from 2027-01-01 --title 'DVO Voorschoten'",
        "new ruleset dvo-voorschoten --rank agreement --from 2027-01-01 --title 'DVO Voorschoten'",
        "new ruleset other --rank gewoonte --from 2027-01-01 --title Ander",
        "new scenario example-advice example advies hoeveelheid=5uur gebruikt=0 --on 2026-07-01 --title Advies",
        "new customer Zonder-Naam",
        "new customer zonder-naam",
        "check",
        "test",
        "version list",
        "ask 0626 koerier --on 2027-02-01",
    ];
    let told: String = std::iter::once(begun.replace(&folder.path().display().to_string(), "HOME")).chain(lines.map(run)).collect();
    let today = told.split("decided = ").count();
    assert_eq!(today, 1, "what is written is not printed");
    insta::assert_snapshot!(told);
}
