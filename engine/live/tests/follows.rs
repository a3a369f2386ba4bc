//! A register that changes under a live policy, in all the ways in which people and systems change one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use leidraad::{Question, Sources, date};
use leidraad_bundle::{NewKey, SecretKey, Trust};
use leidraad_live::{Event, Live};

/// A register of one rule: what the rule grants is what changes.
struct Home(tempfile::TempDir);

const RULES: &str = "rulesets/dvo/1/rules.toml";

fn rule(level: &str) -> String {
    format!("[[rule]]\nid = 'all'\ngrant = {{ level = '{level}' }}\nbecause = {{ nl = 'x', en = 'x' }}\n")
}

impl Home {
    fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        home.lay("rules", "standard");
        home
    }
    fn rules(&self) -> PathBuf {
        self.0.path().join("rules")
    }
    /// A register in a folder of this name.
    fn lay(&self, name: &str, level: &str) {
        let levels = ["standard", "plus"].map(|id| format!("{{ id = '{id}', nl = '{id}', en = '{id}' }}")).join(", ");
        let head = format!(
            "name = 'Tiny'\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\nlevel = [{levels}]\nrank = [{{ id = 'agreement', nl = 'a', en = 'a' }}]\n"
        );
        let rules = rule(level);
        let files = [
            ("register.toml", head.as_str()),
            ("customers.toml", "customer.leiden.name = 'Leiden'"),
            ("facts.toml", ""),
            ("services/legal.toml", "domain = { id = 'legal', nl = 'l', en = 'l' }\nservice.advice = { nl = 'a', en = 'a' }"),
            ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01"),
            (RULES, rules.as_str()),
        ];
        for (path, text) in files {
            let path = self.0.path().join(name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    fn live(&self) -> Live {
        Live::folder(self.rules()).poll(Duration::from_millis(300)).quiet(Duration::from_millis(20)).start().unwrap()
    }
    fn save(&self, text: &str) {
        fs::write(self.rules().join(RULES), text).unwrap();
    }
}

fn level(live: &Live) -> String {
    live.policy().decide(&Question::new("leiden", "legal/advice", date(2026, 7, 1))).unwrap().level_id().unwrap_or_default().to_owned()
}

/// Waits until a level is granted; a change that is never picked up fails.
fn becomes(live: &Live, wanted: &str) {
    let began = Instant::now();
    while level(live) != wanted {
        assert!(began.elapsed() < Duration::from_secs(20), "{wanted} is not in force: {:?}", live.health());
        std::thread::sleep(Duration::from_millis(5));
    }
}

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
    let scratch = home.0.path().join("scratch");
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
    fs::rename(home.rules(), home.0.path().join("away")).unwrap();
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Refused { .. }));
    assert_eq!(level(&live), "standard");
    home.lay("next", "plus");
    fs::rename(home.0.path().join("next"), home.rules()).unwrap();
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
    let at = |name: &str| home.0.path().join(name);
    symlink("one", at("..data")).unwrap();
    symlink("..data", at("mounted")).unwrap();
    let live = Live::folder(at("mounted")).poll(Duration::from_millis(300)).quiet(Duration::from_millis(20)).start().unwrap();
    assert_eq!(level(&live), "standard");
    symlink("two", at("..tmp")).unwrap();
    fs::rename(at("..tmp"), at("..data")).unwrap();
    becomes(&live, "plus");
}

fn bundle(folder: &Path, to: &Path, number: u64) {
    let scratch = to.with_extension("new");
    fs::write(&scratch, leidraad_bundle::pack(&Sources::folder(folder), "Tiny", number).unwrap()).unwrap();
    fs::rename(scratch, to).unwrap();
}

#[test]
fn a_bundle_that_is_replaced_is_followed_and_one_that_is_cut_off_is_not() {
    let home = Home::new();
    let file = home.0.path().join("rules.bundle");
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
    assert!(told.contains("it is number 1; number 2 is in force"), "{told}");
    assert_eq!(level(&live), "plus");
    let first = live.history().into_iter().find(|digest| *digest != second).unwrap();
    live.roll_back(&first).unwrap();
    assert_eq!((level(&live).as_str(), live.health().bundle), ("standard", Some(1)));
}

/// A bundle that lost its signature, or came with one over something else, is refused; so is an older one after a start.
#[test]
fn a_bundle_has_to_be_signed_as_its_reader_wants() {
    let home = Home::new();
    let (file, kept) = (home.0.path().join("rules.bundle"), home.0.path().join("kept"));
    let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    let trust = Trust::read(&format!("need = 1\n[signer.leiden]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    let signature = file.with_extension("bundle.minisig");
    let sign = || fs::write(&signature, key.sign(&fs::read(&file).unwrap(), "rules.bundle").unwrap()).unwrap();
    let start = || Live::bundle(&file).trust(trust.clone()).quiet(Duration::from_millis(20)).kept_in(&kept).start();
    bundle(&home.rules(), &file, 1);
    assert!(start().unwrap_err().to_string().contains("1 signers are wanted; signed by: -"));
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
    refused("is over something else than this bundle");
    assert_eq!(level(&live), "standard");
    fs::remove_file(&signature).unwrap();
    refused("1 signers are wanted");
    sign();
    becomes(&live, "plus");
    drop(live);
    fs::write(&file, first.0).unwrap();
    fs::write(&signature, first.1).unwrap();
    let live = start().unwrap();
    let health = live.health();
    assert!(health.is_from_kept && health.refused.unwrap().to_string().contains("it is number 1; number 2 is in force"));
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
    let kept = home.0.path().join("kept");
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
/// `LEIDRAAD_CHANGES=500 cargo test --release -p leidraad-live -- --nocapture` is the long run, with its times.
#[test]
fn answers_go_on_while_the_register_changes() {
    let changes: u64 = std::env::var("LEIDRAAD_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let home = Home::new();
    let live = Arc::new(Live::folder(home.rules()).poll(Duration::from_millis(200)).quiet(Duration::from_millis(2)).start().unwrap());
    let events = live.subscribe();
    // Each digest with the level that it grants.
    let known = Arc::new(Mutex::new(std::collections::BTreeMap::from([(live.health().digest, "standard".to_owned())])));
    let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (live, stop, answers) = (Arc::clone(&live), Arc::clone(&stop), Arc::clone(&answers));
            std::thread::spawn(move || {
                let question = Question::new("leiden", "legal/advice", date(2026, 7, 1));
                let mut given = std::collections::BTreeMap::<String, String>::new();
                let mut took: Vec<u64> = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let policy = live.policy();
                    let decision = policy.decide(&question).unwrap();
                    took.push(u64::try_from(began.elapsed().as_nanos()).unwrap());
                    let level = decision.level_id().unwrap_or_default();
                    let known = given.entry(policy.digest().to_owned()).or_insert_with(|| level.to_owned());
                    assert_eq!(known, level, "one policy gives two answers");
                    answers.fetch_add(1, Ordering::Relaxed);
                }
                (given, took)
            })
        })
        .collect();
    let mut live_after: Vec<Duration> = Vec::new();
    let mut bad = 0;
    for at in 0..changes {
        let is_bad = at % 10 == 9;
        let level = if at % 2 == 0 { "plus" } else { "standard" };
        let text = if is_bad { "bad = \n".to_owned() } else { format!("# {at}\n{}", rule(level)) };
        let began = Instant::now();
        if at % 3 == 0 {
            home.save(&text);
        } else {
            let scratch = home.0.path().join("scratch");
            fs::write(&scratch, &text).unwrap();
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
                known.lock().unwrap().insert(digest, level.to_owned());
            }
            other => panic!("{other:?}"),
        }
    }
    stop.store(true, Ordering::Relaxed);
    let known = known.lock().unwrap();
    let mut took: Vec<u64> = Vec::new();
    for thread in threads {
        let (given, own) = thread.join().unwrap();
        took.extend(own);
        for (digest, level) in given {
            assert_eq!(known.get(&digest), Some(&level), "{digest} was never in force");
        }
    }
    assert_eq!(bad, changes / 10);
    live_after.sort();
    took.sort_unstable();
    let share = |list: &[u64], of: usize| list.get((list.len() * of / 1000).min(list.len() - 1)).copied().unwrap_or_default();
    println!(
        "{} answers, p50 {} ns, p99.9 {} ns; {changes} changes, {bad} bad; save to live: median {:?}, worst {:?}",
        answers.load(Ordering::Relaxed),
        share(&took, 500),
        share(&took, 999),
        live_after[live_after.len() / 2],
        live_after.last().unwrap()
    );
}
