//! `leidraad plugin …` as those who make plugins meet it.

mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

use run::leidraad;

/// What a command prints, and how it ends; from a folder of its own.
fn said(folder: &Path, line: &str) -> String {
    let output = leidraad(line).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    format!("$ leidraad {line}\n{}{}[{}]\n", text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn shipped(name: &str) -> PathBuf {
    run::rules().join("plugins").join(name)
}

/// Times differ, digests change with every build, and so do the units that a compiler's code takes.
fn settled(text: &str) -> String {
    let blank = |line: &str| {
        let measured = ["fuel ", "time ", "size ", "digest "].iter().any(|name| line.starts_with(name));
        if measured { format!("{:13}…", line.split(' ').next().unwrap()) } else { line.to_owned() }
    };
    let lines: Vec<String> = text.lines().map(blank).collect();
    lines.join("\n").replace('\r', "")
}

#[test]
fn a_new_script_passes_its_own_test() {
    let folder = tempfile::tempdir().unwrap();
    assert!(said(folder.path(), "plugin new early-bird --lang rhai").contains("[0]"));
    let test = folder.path().join("early-bird/test");
    let output = Command::new("sh").arg(test).env("LEIDRAAD", env!("CARGO_BIN_EXE_leidraad")).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), printed.matches("ok: ").count()), (Some(0), 3), "{printed}");
}

#[test]
fn a_new_plugin_in_rust_has_all_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    assert!(said(folder.path(), "plugin new early-bird").contains("[0]"));
    let root = folder.path().join("early-bird");
    for file in ["Cargo.toml", "README.md", "src/lib.rs", "tests/decide.rs", "wit/option.wit", "sdk/src/memory.rs", ".cargo/config.toml"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(
            !text.contains("{name}") && !text.contains("{Name}") && !text.contains("{snake}"),
            "{file} has a place that was not filled in"
        );
    }
    let library = std::fs::read_to_string(root.join("src/lib.rs")).unwrap();
    assert!(library.contains("leidraad_option::export!(EarlyBird);"), "{library}");
}

#[test]
fn what_plugin_makers_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["workplace-growth.wasm", "messenger-exit.rhai"] {
        std::fs::copy(shipped(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("broken.rhai"), "fn describe() {\n    #{ name: \"x\" \n").unwrap();
    std::fs::write(folder.path().join("text.wasm"), "no component").unwrap();
    std::fs::write(folder.path().join("module.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let commands = [
        "plugin inspect workplace-growth.wasm",
        "plugin inspect messenger-exit.rhai",
        "plugin inspect broken.rhai",
        "plugin inspect text.wasm",
        "plugin inspect module.wasm",
        "plugin inspect nothing.wasm",
        "plugin run workplace-growth.wasm --question '{\"facts\":{\"fte\":100.5}}' --config '{\"factor\":1.1}'",
        "plugin run workplace-growth.wasm --config '{\"factor\":1.1}'",
        "plugin run workplace-growth.wasm --question '{\"facts\":{\"fte\":100}}'",
        "plugin run workplace-growth.wasm --question '{\"facts\":{\"fte\":100}}' --config '{\"factor\":1.1}' --fuel 100",
        "plugin run messenger-exit.rhai --question '{\"facts\":{\"notice_received\":\"2024-12-31\"}}' --config '{\"months\":12,\"since\":\"2024-11-26\"}'",
        "plugin run messenger-exit.rhai --question '{\"on\":\"2026-01-01\",\"facts\":{\"notice_received\":\"2024-12-31\"}}' --config '{\"months\":12,\"since\":\"2024-11-26\"}'",
        "plugin run messenger-exit.rhai --question '{\"day\":1}'",
        "plugin run broken.rhai",
        "plugin pack text.wasm out.wasm",
        "plugin pack module.wasm out.wasm",
        "plugin new Early",
        "ask leiden legal/advice --lang rust",
    ];
    let text: String = commands.iter().map(|command| said(folder.path(), command) + "\n").collect();
    insta::assert_snapshot!(settled(&text));
}

/// The user's cache folder is found this way on Linux.
#[cfg(target_os = "linux")]
#[test]
fn what_components_said_of_themselves_is_kept_between_runs() {
    let cache = tempfile::tempdir().unwrap();
    let ask = || {
        let mut command = leidraad("ask oegstgeest ict/workplace fte=100 --on 2026-03-01 --why --lang en");
        let output = command.env("XDG_CACHE_HOME", cache.path()).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    let first = ask();
    assert!(first.0.contains("workplace-growth") && first.1 == Some(0), "{first:?}");
    for (folder, least) in [("described", 4), ("compiled", 1)] {
        let folder = cache.path().join("leidraad").join(folder);
        let paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let kept = || paths.iter().map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>();
        let before = kept();
        assert!(before.len() >= least, "{paths:?}");
        assert_eq!((ask(), kept()), (first.clone(), before.clone()));
        // What is damaged, cut off, or another's is made anew.
        for (path, bytes) in paths.iter().zip(&before) {
            let mut flipped = bytes.clone();
            flipped[bytes.len() / 2] ^= 1;
            for damaged in [flipped, bytes[..bytes.len() / 2].to_vec(), before[0].iter().rev().copied().collect(), Vec::new()] {
                std::fs::write(path, damaged).unwrap();
                assert_eq!(ask(), first, "{}", path.display());
            }
        }
        // It is there for its owner alone.
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&folder).unwrap()) & 0o777, 0o700);
    }
}
