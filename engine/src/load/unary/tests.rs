//! Tests in; what they accept, and the bad character, out.

use super::super::texts::Named;
use super::test::*;
use super::*;
use crate::model::fact::{Fact, Kind};

fn fact(kind: Kind, values: &[&str]) -> Fact {
    Fact::sample(kind, (-1000, 1000), values.iter().collect())
}

#[test]
fn tests_accept_what_they_say() {
    let cases: &[(&str, &[(i64, i64)])] = &[
        ("5", &[(50, 50)]),
        (">= 5", &[(50, 1000)]),
        ("< 5", &[(-1000, 49)]),
        ("[1..2)", &[(10, 19)]),
        ("]1..2]", &[(11, 20)]),
        ("(1..2[", &[(11, 19)]),
        ("1, 3, > 90", &[(10, 10), (30, 30), (901, 1000)]),
        ("not(1, 2)", &[(-1000, 9), (11, 19), (21, 1000)]),
        ("-5", &[(-50, -50)]),
        ("= 5", &[(50, 50)]),
        ("!= 5", &[(-1000, 49), (51, 1000)]),
        ("[1, 3]", &[(10, 10), (30, 30)]),
        ("not([1, 3])", &[(-1000, 9), (11, 29), (31, 1000)]),
    ];
    for (text, parts) in cases {
        let accepted = parse(text, &fact(Kind::Number { decimals: 1, whole: false }, &[]), &mut Named::default()).unwrap().unwrap();
        assert_eq!(accepted.parts(), *parts, "{text}");
    }
    assert!(parse(" - ", &fact(Kind::Day, &[]), &mut Named::default()).unwrap().is_none());
    let texts = &fact(Kind::Text, &["a", "b", "c"]);
    assert_eq!(parse("\"a\", \"c\"", texts, &mut Named::default()).unwrap().unwrap().parts(), [(0, 0), (2, 2)]);
    for (test, parts) in [
        ("not(\"a\")", vec![(1, 2)]),
        ("'a', 'c'", vec![(0, 0), (2, 2)]),
        ("[\"a\", 'c']", vec![(0, 0), (2, 2)]),
        ("= \"b\"", vec![(1, 1)]),
        ("!= 'b'", vec![(0, 0), (2, 2)]),
        ("b", vec![(1, 1)]),
        ("\"\\u0061\"", vec![(0, 0)]),
    ] {
        assert_eq!(parse_text(test, texts, &mut Named::default()).unwrap().unwrap().parts(), parts, "{test}");
    }
    for test in [" b", "“b”", "a, b", "(\"a\"..\"b\")", "<= \"a\"", "d", "=", "== 'a'", "\"\\q\"", "['a'", "[]", "'a' 'b'"] {
        assert!(parse_text(test, texts, &mut Named::default()).is_err(), "{test}");
    }
}

#[test]
fn the_bad_character_is_named() {
    let cases = [
        (">= ", 3),
        ("[1.2]", 4),
        ("[1..2", 5),
        ("== 5", 1),
        ("= ", 2),
        ("5 6", 2),
        ("abc", 0),
        ("not 5", 4),
        ("1,,2", 2),
        ("<> 5", 1),
        ("\"5\"", 0),
        ("[5..1]", 0),
        ("> 5000", 0),
        ("0.25", 0),
        ("> 1.000", 2),
        ("5,6", 1),
        ("[5,6..8]", 4),
    ];
    for (text, at) in cases {
        let fault = parse(text, &fact(Kind::Number { decimals: 1, whole: false }, &[]), &mut Named::default()).unwrap_err();
        assert_eq!(fault.from, at, "{text}: {:?}", fault.message);
    }
}
