//! Configurations that are refused, each with its reason: nothing that is out of range, or not safe, starts.

use leidraad::Language;
use leidraad_serve::Settings;

const KEY: &str =
    "[[key]]\nname = \"desk\"\nhash = \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\nscopes = [\"ask\"]\n";

fn refused(text: &str) -> String {
    let settings = Settings::read(text).unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
    settings.is_safe().map_or_else(|bad| bad.message(Language::En).to_owned(), |()| String::new())
}

#[test]
fn what_is_not_safe_does_not_start() {
    let oidc = |more: &str| format!("[oidc]\nissuer = \"https://login.leiden.nl\"\n{more}");
    for (text, reason) in [
        (String::new(), ""),
        (KEY.to_owned(), ""),
        (format!("listen = \"0.0.0.0:80\"\n{KEY}"), "reached from elsewhere: give a certificate"),
        ("listen = \"[::]:80\"\nproxies = [\"10.0.0.1\"]\n".to_owned(), "reached from elsewhere: set up keys"),
        (format!("listen = \"0.0.0.0:80\"\nproxies = [\"10.0.0.1\"]\n{KEY}"), ""),
        // On this machine alone, but others reach it through what stands before it.
        ("proxies = [\"127.0.0.1\"]\n".to_owned(), "others reach it"),
        ("public_url = \"https://rechten.leiden.nl\"\n".to_owned(), "others reach it"),
        (format!("public_url = \"https://rechten.leiden.nl\"\n{KEY}"), ""),
        ("public_url = \"rechten\"\n".to_owned(), "has to be an address"),
        (oidc("audience = \"leidraad\"\n"), ""),
        (oidc("audience = \" \"\n"), "`oidc.audience`"),
        (oidc("audience = \"leidraad\"\nalgorithms = []\n"), "`oidc.algorithms`"),
        ("[limits]\nat_once = 0\n".to_owned(), "`limits.at_once` is 0, and has to lie between 4 and 100000"),
        ("[limits]\nconnections = 4611686018427387904\n".to_owned(), "`limits.connections` is 4611686018427387904"),
        ("[limits]\nseconds = 0\n".to_owned(), "`limits.seconds` is 0"),
        ("[limits]\nper_minute = 0\n".to_owned(), "`limits.per_minute` is 0"),
        ("[limits]\nquestions = 0\n".to_owned(), "`limits.questions` is 0"),
        ("[limits]\nbody_bytes = 0\n".to_owned(), "`limits.body_bytes` is 0"),
        (format!("{KEY}{KEY}"), "two keys `desk`"),
        (format!("{KEY}{}", KEY.replace("desk", "other")), "the key `other` has the hash of another one"),
        (KEY.replace("\"ask\"", ""), "opens nothing"),
        (KEY.to_owned() + "customers = []\n", "opens nothing"),
        (KEY.replace("desk", "oidc:someone"), "cannot be called"),
        (KEY.replace("desk", "a\\nb"), "cannot be called"),
        (KEY.replace("desk", " "), "cannot be called"),
        (KEY.replace("aaaa\"", "\""), "has no hash"),
        // The hash of nothing: the header `X-API-Key` without a value would open.
        (KEY.replace(&"a".repeat(64), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "is empty"),
        (KEY.to_owned() + "per_minute = 0\n", "could ask nothing"),
        (KEY.replace("ask", "admin") + "customers = [\"leiden\"]\n", "about all customers"),
    ] {
        let told = refused(&text);
        assert!(if reason.is_empty() { told.is_empty() } else { told.contains(reason) }, "{text}: {told:?}");
    }
}

#[test]
fn a_name_is_no_place_to_listen() {
    let bad = Settings::read("\nlisten = \"localhost:8086\"\n").unwrap_err();
    let told = bad.message(Language::En);
    assert!(told.contains("has to be an address and a port, such as `127.0.0.1:8071`"), "{told}");
    assert_eq!(bad.position(), Some((2, 10)));
}
