//! A register that changes under a live policy, in all the ways in which people and systems change one.

mod home;

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use leidraad_bundle::{NewKey, SecretKey, Trust};
use leidraad_live::{Event, Live};

use home::{Answering, Home, RULES, becomes, bundle, level, rule, turn};

#[test]
fn what_is_saved_in_place_comes_in_force() {
    let home = Home::new();
    let live = home.live();
    assert_eq!(level(&live), "standard");
    home.save(&rule("plus"));
    becomes(&live, "plus");
}

#[test]
fn what_is_renamed_into_place_comes_in_force() {
    let home = Home::new();
    let live = home.live();
    let scratch = home.path("scratch");
    fs::write(&scratch, rule("plus")).unwrap();
    fs::rename(&scratch, home.rules().join(RULES)).unwrap();
    becomes(&live, "plus");
}

#[test]
fn a_bad_successor_is_told_and_the_last_good_one_stays() {
    let home = Home::new();
    let live = home.live();
    let events = live.subscribe();
    let before = live.health().digest;
    home.save("[[rule]]\nid = 'all'\ngrant = { level = 'gold' }\n");
    let Event::Refused { report } = events.recv_timeout(Duration::from_secs(20)).unwrap() else { panic!("it is in force") };
    assert!(report.to_string().contains("unknown level `gold`"), "{report}");
    let health = live.health();
    assert_eq!((health.digest.as_str(), level(&live).as_str()), (before.as_str(), "standard"));
    assert!(health.refused.is_some() && health.last.is_some_and(|last| !last.has_loaded));
    // What was mended by taking the change back is told, too; what was mended otherwise comes in force.
    home.save(&rule("standard"));
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Restored));
    assert!(live.health().refused.is_none());
    home.save(&rule("plus"));
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::InForce { before: told, .. } if told == before));
    assert_eq!(level(&live), "plus");
}

#[test]
fn a_folder_that_is_removed_and_made_anew_is_followed() {
    let home = Home::new();
    let live = home.live();
    let events = live.subscribe();
    fs::rename(home.rules(), home.path("away")).unwrap();
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Refused { .. }));
    assert_eq!(level(&live), "standard");
    home.lay("next", "plus");
    fs::rename(home.path("next"), home.rules()).unwrap();
    becomes(&live, "plus");
}

/// As Kubernetes mounts files: a link to a link to a folder, of which the inner one is swapped.
#[cfg(unix)]
#[test]
fn a_link_that_is_swapped_is_followed() {
    use std::os::unix::fs::symlink;
    let home = Home::new();
    home.lay("one", "standard");
    home.lay("two", "plus");
    let at = |name: &str| home.path(name);
    symlink("one", at("..data")).unwrap();
    symlink("..data", at("mounted")).unwrap();
    let live = Live::folder(at("mounted")).poll(Duration::from_millis(300)).quiet(Duration::from_millis(20)).start().unwrap();
    assert_eq!(level(&live), "standard");
    symlink("two", at("..tmp")).unwrap();
    fs::rename(at("..tmp"), at("..data")).unwrap();
    becomes(&live, "plus");
}

#[test]
fn a_bundle_that_is_replaced_is_followed_and_one_that_is_cut_off_is_not() {
    let home = Home::new();
    let file = home.path("rules.bundle");
    bundle(&home.rules(), &file, 1);
    let live = Live::bundle(&file).poll(Duration::from_millis(300)).quiet(Duration::from_millis(20)).start().unwrap();
    let events = live.subscribe();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Refused { .. }));
    assert_eq!(level(&live), "standard");
    // All its files are there, and its end is not; then its end is.
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Refused { .. }));
    fs::write(&file, &whole).unwrap();
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Restored));
    home.save(&rule("plus"));
    bundle(&home.rules(), &file, 2);
    becomes(&live, "plus");
    assert_eq!(live.health().bundle, Some(2));
    // An older one is refused, unless it is gone back to on purpose.
    let second = live.health().digest;
    fs::write(&file, &whole).unwrap();
    let told = loop {
        if let Event::Refused { report } = events.recv_timeout(Duration::from_secs(20)).unwrap() {
            break report.to_string();
        }
    };
    assert!(told.contains("this bundle has number 1, which is lower than number 2, now in force"), "{told}");
    assert_eq!(level(&live), "plus");
    let first = live.history().into_iter().find(|digest| *digest != second).unwrap();
    live.roll_back(&first).unwrap();
    assert_eq!((level(&live).as_str(), live.health().bundle), ("standard", Some(1)));
}

/// A bundle that lost its signature, or came with one over something else, is refused; so is an older one after a start.
#[test]
fn a_bundle_has_to_be_signed_as_its_reader_wants() {
    let home = Home::new();
    let (file, kept) = (home.path("rules.bundle"), home.path("kept"));
    let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    let trust = Trust::read(&format!("need = 1\n[signer.leiden]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    let signature = file.with_extension("bundle.minisig");
    let sign = || fs::write(&signature, key.sign(&fs::read(&file).unwrap(), "rules.bundle").unwrap()).unwrap();
    let start = || Live::bundle(&file).trust(trust.clone()).quiet(Duration::from_millis(20)).kept_in(&kept).start();
    bundle(&home.rules(), &file, 1);
    assert!(start().unwrap_err().to_string().contains("signers required: 1; signed by: nobody"));
    sign();
    let first = (fs::read(&file).unwrap(), fs::read(&signature).unwrap());
    let live = start().unwrap();
    home.save(&rule("plus"));
    let events = live.subscribe();
    bundle(&home.rules(), &file, 2);
    let refused = |says: &str| loop {
        if let Event::Refused { report } = events.recv_timeout(Duration::from_secs(20)).unwrap() {
            assert!(report.to_string().contains(says), "{report}");
            break;
        }
    };
    refused("belongs to something other than this bundle");
    assert_eq!(level(&live), "standard");
    fs::remove_file(&signature).unwrap();
    refused("signers required: 1");
    sign();
    becomes(&live, "plus");
    drop(live);
    fs::write(&file, first.0).unwrap();
    fs::write(&signature, first.1).unwrap();
    let live = start().unwrap();
    let health = live.health();
    assert!(
        health.is_from_kept
            && health.refused.unwrap().to_string().contains("this bundle has number 1, which is lower than number 2, now in force")
    );
    assert_eq!((level(&live).as_str(), health.bundle), ("plus", Some(2)));
}

#[test]
fn a_policy_is_rolled_back_to_and_stays_until_it_is_followed_again() {
    let home = Home::new();
    let live = home.live();
    let first = live.health().digest;
    home.save(&rule("plus"));
    becomes(&live, "plus");
    let second = live.health().digest;
    assert_eq!(live.history(), [second.clone(), first.clone()]);
    live.roll_back(&first).unwrap();
    assert_eq!(level(&live), "standard");
    home.save(&format!("# again\n{}", rule("plus")));
    live.look();
    assert_eq!(level(&live), "standard", "it is pinned");
    assert!(live.health().last.is_some_and(|last| last.has_loaded && last.digest != second));
    live.follow();
    assert_eq!(level(&live), "plus");
    // Nothing is saved in between: what the source holds comes in force again all the same.
    live.roll_back(&first).unwrap();
    live.look();
    assert_eq!(level(&live), "standard");
    live.follow();
    assert_eq!(level(&live), "plus");
    assert!(live.roll_back("sha256:0").is_err());
}

#[test]
fn without_a_good_source_it_starts_from_what_was_kept() {
    let home = Home::new();
    let kept = home.path("kept");
    drop(Live::folder(home.rules()).kept_in(&kept).start().unwrap());
    home.save("no toml");
    assert!(Live::folder(home.rules()).start().is_err());
    let live = Live::folder(home.rules()).quiet(Duration::from_millis(20)).kept_in(&kept).start().unwrap();
    assert!(live.health().is_from_kept && live.health().refused.is_some());
    assert_eq!(level(&live), "standard");
    home.save(&rule("plus"));
    becomes(&live, "plus");
    assert!(!live.health().is_from_kept);
}

/// Two threads answer as fast as they can while the register is changed, every tenth change a bad one: no answer fails, each is one that was in
/// force when it was given, and each bad change is told.
///
/// `LEIDRAAD_CHANGES=500 cargo test --release -p leidraad-live --test follows -- --nocapture answers` is the long run, with its times.
#[test]
fn answers_go_on_while_the_register_changes() {
    let changes: u64 = std::env::var("LEIDRAAD_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let home = Home::new();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=x", "-c", "user.email=x", "-c", "init.defaultBranch=main"]).arg("-C").arg(home.rules()).args(arguments);
        git.output().is_ok_and(|output| output.status.success())
    };
    let has_git = git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-qm", "first"]);
    let text = |at: u64| {
        let level = turn(at);
        if at % 10 == 9 { "bad = \n".to_owned() } else { format!("# {at}\n{}", rule(level)) }
    };
    let by_git = |at: u64| has_git && at % 5 == 2;
    // Each checkout goes to a commit that was made before.
    for at in (0..changes).filter(|at| by_git(*at)) {
        home.save(&text(at));
        assert!(git(&["commit", "-qam", "next"]) && git(&["tag", &format!("t{at}")]));
    }
    home.save(&rule("standard"));
    let live = Arc::new(Live::folder(home.rules()).poll(Duration::from_millis(200)).quiet(Duration::from_millis(2)).start().unwrap());
    let events = live.subscribe();
    let answering = Answering::begin(&live);
    let mut live_after: Vec<Duration> = Vec::new();
    let mut bad = 0;
    for at in 0..changes {
        let is_bad = at % 10 == 9;
        let began = Instant::now();
        if by_git(at) {
            assert!(git(&["checkout", "-qf", &format!("t{at}")]));
        } else if at % 3 == 0 {
            home.save(&text(at));
        } else {
            let scratch = home.path("scratch");
            fs::write(&scratch, text(at)).unwrap();
            fs::rename(&scratch, home.rules().join(RULES)).unwrap();
        }
        let event = events.recv_timeout(Duration::from_secs(20)).unwrap();
        match event {
            Event::Refused { .. } => {
                assert!(is_bad);
                bad += 1;
            }
            Event::InForce { digest, .. } => {
                assert!(!is_bad);
                live_after.push(began.elapsed());
                answering.knows(digest, turn(at));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bad, changes / 10);
    println!("{changes} changes, {bad} bad; {}", answering.end(live_after));
}

/// Who may change a rule set is asked of what changed: also after a start, of what was accepted under the same setting, and of nothing else.
#[test]
fn a_role_is_asked_of_what_was_accepted_before() {
    let home = Home::new();
    let (file, kept) = (home.path("rules.bundle"), home.path("kept"));
    let keys = [(); 2].map(|()| SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap());
    let [one, other] = keys.each_ref().map(|key| format!("[{{ public = '{}' }}]", key.public()));
    let role = "[[role]]\nruleset = 'dvo'\nsigners = ['one', 'other']";
    let trust = Trust::read(&format!("need = 1\n[signer]\none.key = {one}\nother.key = {other}\n{role}")).unwrap();
    let publish = |number: u64, by: &[SecretKey]| {
        bundle(&home.rules(), &file, number);
        for key in &keys {
            let _ = fs::remove_file(home.path(&format!("rules.bundle.{}.minisig", key.id())));
        }
        for key in by {
            let signature = key.sign(&fs::read(&file).unwrap(), "rules.bundle").unwrap();
            fs::write(home.path(&format!("rules.bundle.{}.minisig", key.id())), signature).unwrap();
        }
    };
    let quiet = Duration::from_millis(20);
    let start = || Live::bundle(&file).trust(trust.clone()).quiet(quiet).kept_in(&kept).start();
    // What was kept without a setting proves nothing: beside it, all of it is new.
    drop(Live::folder(home.rules()).quiet(quiet).kept_in(&kept).start().unwrap());
    publish(1, &keys[..1]);
    assert!(start().unwrap_err().to_string().contains("required for `dvo`"));
    publish(1, &keys);
    drop(start().unwrap());
    // Another file changes, and one of them signs it.
    fs::write(home.rules().join("README.md"), "x").unwrap();
    publish(2, &keys[..1]);
    let live = start().unwrap();
    assert_eq!((live.health().bundle, live.health().is_from_kept), (Some(2), false));
    drop(live);
    // It was in force: without its source, it is started from.
    fs::remove_file(&file).unwrap();
    let live = start().unwrap();
    assert_eq!((live.health().bundle, live.health().is_from_kept), (Some(2), true));
    drop(live);
    home.save(&rule("plus"));
    publish(3, &keys[..1]);
    assert_eq!(start().unwrap().health().bundle, Some(2), "one alone changes the rule set");
}
