//! The command as its users meet it: the whole printed text, in both languages, and the exit status.

mod run;

use run::{dialogue, leidraad, on_terminal, printed};

/// A snapshot of what a command prints and how it ends.
macro_rules! prints {
    ($name:ident: $($command:literal),+ $(,)?) => {
        #[test]
        fn $name() {
            let commands = [$($command),+];
            let text: Vec<String> = commands.iter().map(|command| printed(command)).collect();
            insta::assert_snapshot!(stringify!($name), text.join("\n"));
        }
    };
}

prints!(ask_within_and_beyond_the_quota:
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01",
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01 --lang en",
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01 --why",
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01 --format json",
);
prints!(ask_as_it_was_known:
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01 --known 2025-02-15",
    "ask leiderdorp 'legal advice' quantity=20 used=592 --on 2025-02-01 --known 2025-02-15 --lang en",
    "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01 --known 9999-02-15",
    "when leiderdorp back-up --known 9999-02-15 --lang en",
);
prints!(ask_with_a_fact_missing:
    "ask leiderdorp 'juridisch advies' quantity=20 --on 2025-02-01",
    "ask leiderdorp 'juridisch advies' quantity=20 --on 2025-02-01 --lang en",
);
prints!(ask_what_is_refused:
    "ask 'Holland Rijnland' ict/workplace --on 2026-07-01",
    "ask 'Holland Rijnland' ict/workplace --on 2026-07-01 --lang en",
    "ask zoeterwoude information/datalab --on 2026-06-30",
);
prints!(findings_are_explained:
    "explain version-lapses",
    "explain bad-day",
    "explain rule-conflit --lang en",
);
prints!(ask_what_would_have_to_be_different:
    "ask 'serviceorganisatie zorg' 'service desk' channel=phone --on 2026-05-01 --why",
    "ask 'serviceorganisatie zorg' 'service desk' channel=phone --on 2026-05-01 --why --lang en --format json",
    "ask zoeterwoude 'legal advice' quantity=30 used=140 --on 2026-05-01 --why --lang en",
    "ask leiderdorp datalab --on 2026-05-01 --why",
    "ask leiderdorp back-up --on 2026-05-01 --want maatwerk",
    "ask leiderdorp back-up --on 2026-05-01 --want gold --lang en",
);
prints!(ask_what_is_pending:
    "ask leiderdorp communication/advice --on 2026-11-24",
    "ask leiderdorp communication/advice --on 2026-11-24 --lang en",
    "ask leiderdorp communication/advice --on 2026-11-24 --proposed --lang en",
);
prints!(ask_about_a_composite:
    "ask oegstgeest hrm/joiner-mover-leaver --on 2026-07-01",
    "ask oegstgeest hrm/joiner-mover-leaver --on 2026-07-01 --lang en",
);
prints!(ask_where_a_floor_overrules:
    "ask zoeterwoude information/ciso --on 2026-07-01 --why",
    "ask zoeterwoude information/ciso --on 2026-07-01 --why --lang en",
);
prints!(ask_where_an_option_counts:
    "ask oegstgeest workplace fte=100 quantity=5 used=107 --on 2026-11-24 --why --lang en",
    "ask oegstgeest werkplek fte=100 quantity=5 used=107 --on 2026-11-24",
    "ask oegstgeest werkplek quantity=5 used=107 --on 2026-11-24",
    "ask zoeterwoude bodedienst notice_received=2024-12-31 --on 2026-01-01",
);
prints!(ask_where_an_option_is_overruled:
    "ask leiderdorp datalab --on 2026-08-01",
    "ask leiderdorp datalab --on 2026-08-01 --lang en",
    "ask zoeterwoude back-up --on 2026-03-01 --why",
);
prints!(list_of_a_customer: "list zoeterwoude --on 2026-07-01", "list zoeterwoude --on 2026-07-01 --lang en");
prints!(list_as_json: "list zoeterwoude --on 2026-07-01 --format json");
prints!(matrix_of_all: "matrix --on 2026-07-01", "matrix --on 2026-07-01 --known 2022-06-01 --lang en");
prints!(when_along_the_days:
    "when oegstgeest information/datalab",
    "when oegstgeest information/datalab --lang en",
    "when leiderdorp 'juridisch advies' --known 2025-02-15 --lang en",
    "when leiderdorp ict/service-desk opened=2022-11-01 --format json",
    "when oegstgeest ict/service-desk opened=2026-01-01",
    "when zoeterwoude messenger notice_received=2025-01-02 --lang en",
);
prints!(names_are_forgiven_and_mistakes_explained:
    "ask GM0547 JURIST quantity=1 used=0 --on 2025-02-01",
    "ask leiderdrop 'juridisch advies'",
    "ask leiderdrop 'juridisch advies' --lang en",
    "ask leiderdorp advies --lang en",
    "ask leiderdorp 'juridisch advies' quantity=veel",
    "ask leiderdorp 'juridisch advies' quantity=0.125 --lang en",
    "ask leiderdorp 'juridisch advies' quantity=-1 --lang en",
    "ask leiderdorp 'juridisch advies' inhabitants=5 --lang en",
    "ask leiderdorp 'juridisch advies' colour=red --lang en",
    "ask leiderdorp 'juridisch advies' --on 2025-02-30 --lang en",
    "ask leiderdorp 'juridisch advies' quantity --lang en",
    "ask leiderdorp --lang en",
    "--register /nowhere ask leiderdorp 'juridisch advies' --lang en",
    "ask --batch /nowhere.ndjson --lang en",
);
prints!(what_changed_between_two_days:
    "changes oegstgeest --since 2026-06-15 --until 2026-12-01",
    "changes --since '1 juni 2026' --until 1-8-2026 --domain Informatie --lang en",
    "changes leiden --since 2026-01-02 --until 2026-01-02",
    "changes leiden --since 2026-01-02 --until 2026-01-01",
    "changes oegstgeest --since 2026-06-15 --until 2026-12-01 --format json",
);
prints!(lists_are_filtered:
    "list zoeterwoude --domain ict --on 2026-07-01",
    "list zoeterwoude --outcome refused --on 2026-07-01",
    "matrix --text advies --on 2026-07-01 --lang en",
    "list zoeterwoude --domain niets",
    "list zoeterwoude --text niets --on 2026-07-01",
    "list zoeterwoude --domain ict --on 2026-07-01 --format csv",
    "matrix --domain ict --on 2026-07-01 --format csv",
    "when zoeterwoude datalab --format csv",
);
prints!(words_as_people_write_them:
    "ask zoeterwoude 'de bode dienst' opgezegd=nee --on 1-7-2026",
    "ask laptop 0547 --on '1 juli 2026'",
    "ask leiderdorp jurist hoeveelheid=20uur gebruikt=592 --on 1-2-2025",
    "ask leiderdorp laptop hoeveelheid=20uur --on 1-2-2025",
    "ask soz helpdesk kanaal=telefoon --on 2026-07-01",
    "ask oegstgeest werkplek fte=1.000 --on 2026-07-01",
    "ask leiderdorp communicatie",
    "ask leiderdorp belasting --on 2026-07-01",
    "ask leiderdorp 'in- door- en uitstroom' --on 2026-07-01",
    "ask leiderdorp datalab --on 2026-08-01 --copy",
);
prints!(errors_as_json:
    "ask leiderdrop jurist --format json",
    "ask leiderdorp jurist hoeveelheid=veel --format json --lang en",
    "list niemand --format json",
    "--register /nowhere ask leiderdorp jurist --format json --lang en",
);
prints!(calls_that_are_wrong:
    "lijst --lang nl",
    "ask leiderdorp jurist --onn 2026-01-01 --lang nl",
    "list --lang nl",
    "ask leiderdorp jurist --on morgenochtend --lang nl",
    "ask leiderdorp jurist --format woord --lang nl",
    "ask leiderdorp jurist --lang nl --on",
    "ask --lang nl --batch x leiderdorp",
    "ask --lang nl",
    "list --lang en",
    "ask --lang en",
);
prints!(check_of_the_shipped_register: "check --lang nl", "check --lang en", "check --format json");
prints!(check_of_ten_mistakes: "--register TEN check --lang en", "--register TEN check --format json", "--register TEN ask leiden legal/advice --lang en");
prints!(findings_in_dutch: "--register TEN check --lang nl", "explain version-lapses --lang nl", "explain --lang nl");
prints!(help_in_both_languages: "--help --lang nl", "ask --help --lang nl", "ask --help --lang en", "plugin --help --lang nl", "plugin run --help --lang en", "--version");

#[test]
fn on_a_terminal_of_80_columns() {
    let commands = [
        "ask leiderdorp 'juridisch advies' quantity=20 used=592 --on 2025-02-01",
        "ask leiderdorp 'juridisch advies' quantity=20 used=600 --on 2025-02-01 --lang en",
        "matrix --on 2026-07-01",
        "--register TEN check --lang en",
    ];
    let text: Vec<String> = commands.iter().map(|command| on_terminal(command, &[])).collect();
    insta::assert_snapshot!(text.join("\n"));
    let plain = on_terminal(commands[0], &[("NO_COLOR", "1")]);
    assert!(!plain.contains("\\e["), "NO_COLOR is not respected: {plain}");
}

#[test]
fn at_a_terminal_what_is_missing_is_asked_for() {
    let said = dialogue("ask leiderdorp --on 2025-02-01", &[("planning en control)", "jurid"), ("jurid\u{1b}", "\r")]);
    assert!(said.contains("Dezelfde vraag in één keer: leidraad ask leiderdorp legal/advice --on 2025-02-01"), "{said}");
    let asked = "ask leiderdorp jurist quantity=20 --on 2025-02-01";
    let said = dialogue(asked, &[("al is gebruikt", "592\r")]);
    assert!(said.contains("8 uur: basis") && said.contains("quantity=20 used=592"), "{said}");
    // What is not known stays open, and what cannot be is asked for again.
    let said = dialogue(asked, &[("al is gebruikt", "veel\r"), ("is geen getal", "\u{15}\r")]);
    assert!(said.contains("gebruikt: hoeveel er in de periode al is gebruikt"), "{said}");
}

#[test]
fn the_locale_chooses_the_language() {
    let first = |locale: &str| {
        let output = leidraad("ask leiderdorp legal/advice quantity=1 used=0 --on 2025-02-01").env("LC_ALL", locale).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split(':').next().unwrap().to_owned()
    };
    assert_eq!(first("en_GB.UTF-8"), "Yes");
    assert_eq!(first("nl_NL.UTF-8"), "Ja");
    assert_eq!(first("C"), "Ja", "else the register's first language");
}

#[test]
fn completions_and_manual_are_printed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(printed(&format!("completions {shell}")).contains("leidraad"), "{shell}");
    }
    let manual = printed("man");
    assert!(manual.contains(".TH") && manual.contains("batch"));
    let manual = printed("man --lang nl");
    assert!(manual.contains(".SH NAAM") && manual.contains(".SH OPTIES") && !manual.contains(".SH NAME"), "{manual}");
}

/// As bash asks: the word to complete is the last one.
#[test]
fn a_shell_completes_the_names_of_the_register() {
    let completed = |line: &str| {
        let last = line.split(' ').count();
        let output = leidraad(&format!("-- leidraad {line}"))
            .envs([("COMPLETE", "bash"), ("_CLAP_IFS", "\n"), ("_CLAP_COMPLETE_COMP_TYPE", "9"), ("_CLAP_COMPLETE_SPACE", "false")])
            .env("_CLAP_COMPLETE_INDEX", last.to_string())
            .env("LC_ALL", "nl_NL.UTF-8")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(|word| word.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(completed("ask leid"), ["leiden", "leiderdorp"]);
    assert_eq!(completed("ask GM0547 legal/"), ["legal/advice", "legal/foi", "legal/insurance", "legal/litigation", "legal/objections"]);
    assert_eq!(completed("ask leiden jurist hoe"), ["hoeveelheid="]);
    assert_eq!(completed("ask leiden jurist kanaal=t"), ["kanaal=telefoon"]);
    assert_eq!(completed("explain rule-c"), ["rule-conflict"]);
    assert_eq!(completed("version adopt centrumregeling@2026"), ["centrumregeling@2026-1"]);
    assert!(completed("--register /nowhere ask l").is_empty(), "a register that is not there has no names");
}

/// Bash takes words apart at `=` and `@`; the script that it sources puts them together.
#[cfg(unix)]
#[test]
fn bash_completes_behind_signs_at_which_it_takes_words_apart() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("leidraad.bash");
    std::fs::write(&script, leidraad("completions bash").output().unwrap().stdout).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_leidraad"), folder.path().join("leidraad")).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let completed = |words: &str| {
        let line = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_TYPE=9; _leidraad; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let mut bash = std::process::Command::new("bash");
        bash.args(["-c", &line]).env("PATH", &path).env("LEIDRAAD_REGISTER", run::rules()).env("LC_ALL", "nl_NL.UTF-8");
        String::from_utf8(bash.output().unwrap().stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(completed("leidraad ask leid"), ["leiden", "leiderdorp"]);
    assert_eq!(completed("leidraad ask leiden jurist kanaal '=' t"), ["telefoon"]);
    assert_eq!(completed("leidraad ask leiden jurist kanaal '='").len(), 7);
    assert_eq!(completed("leidraad version adopt centrumregeling '@' 20"), ["2023-1", "2026-1"]);
    assert_eq!(completed("leidraad --register '=' /nowhere ask l"), [""]);
}

#[test]
fn a_bundle_answers_as_its_folder_does() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("rules.bundle");
    assert!(leidraad("bundle").arg(run::rules()).arg(&bundle).status().unwrap().success());
    let ask = "ask leiderdorp legal/advice quantity=20 used=592 --on 2025-02-01 --format json";
    let bundled = leidraad(ask).arg("--register").arg(&bundle).output().unwrap();
    let plain = leidraad(ask).output().unwrap();
    assert_eq!(String::from_utf8(bundled.stdout).unwrap(), String::from_utf8(plain.stdout).unwrap());
}

/// Where proposals contradict each other in one cell, that cell says so, all others are answered, and the status tells that something is missing.
#[test]
fn one_cell_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let named = |kind: &str, id: &str| format!("[[{kind}]]\nid = '{id}'\nen = '{id}'\nnl = '{id}'\n");
    let head = "name = 'Clash'\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\n";
    write("register.toml", &[head, &named("level", "standard"), &named("level", "plus"), &named("rank", "law")].concat());
    write("customers.toml", "[customer.a]\nname = 'A'\n[customer.b]\nname = 'B'\n");
    write("facts.toml", "");
    write("services/d.toml", "[domain]\nid = 'd'\nen = 'D'\nnl = 'D'\n[service.s]\nen = 'S'\nnl = 'S'\n[service.t]\nen = 'T'\nnl = 'T'\n");
    for (set, status, rule) in [
        ("all", "", "[[rule]]\nid = 'all'\ngrant = { level = 'standard' }\n"),
        ("one", "status = 'proposed'\n", "[[rule]]\nid = 'r'\ncustomer = 'a'\nservice = 'd/s'\ngrant = { level = 'plus' }\n"),
        ("two", "status = 'proposed'\n", "[[rule]]\nid = 'r'\ncustomer = 'a'\nservice = 'd/s'\ndeny = true\n"),
    ] {
        let decided = if status.is_empty() { "decided = 2024-01-01\n" } else { "" };
        write(&format!("rulesets/{set}/1/ruleset.toml"), &format!("rank = 'law'\n{status}{decided}from = 2024-01-01\n"));
        write(&format!("rulesets/{set}/1/rules.toml"), rule);
    }
    let said = |line: &str| {
        let output =
            leidraad(&format!("{line} --proposed --on 2026-01-01 --lang en --register {}", folder.path().display())).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    let [matrix, list, json] = ["matrix", "list a", "list a --format json"].map(said);
    for (text, status) in [&matrix, &list] {
        assert!(text.contains("standard") && text.contains("! A, S: the proposed versions contradict each other here"), "{text}");
        assert_eq!(*status, Some(2));
    }
    let cells: serde_json::Value = serde_json::from_str(&json.0).unwrap();
    assert_eq!((&cells[0]["error"]["code"], &cells[0]["service"], json.1), (&"contested".into(), &"d/s".into(), Some(2)));
    assert_eq!(cells[1]["level"], "standard");
}

#[test]
fn the_first_answer_of_the_readme_is_what_is_printed() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```console\n$ cargo run -- ").nth(1).and_then(|text| text.split("```").next()).unwrap();
    let (command, answer) = shown.split_once('\n').unwrap();
    let output = leidraad(&command.replace('"', "'")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), answer);
}
