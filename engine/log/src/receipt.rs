//! A decision in; all that it takes to give it again out, as a line of a log has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leidraad::catalogue::Fact;
use leidraad::{Answer, Decision, Error, FORMAT, Language, Outcome, Policy, Question, VERSION};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::mask::MaskKey;
use crate::settings::{Detail, Settings};

/// What is known of an answer that was given: what it takes to give it again, who asked, and when.
///
/// ```
/// use leidraad::{Language, Policy, Question, Sources, date};
/// use leidraad_log::{Receipt, Settings};
/// let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let receipt = Receipt::of(&policy, &decision, Language::Nl);
/// let receipt = receipt.at("2026-07-01T09:00:00Z".parse().unwrap()).actor("desk-3").origin("web").id("case 17").trace("0af7651916cd43dd8448eb211c80319c");
/// let json: serde_json::Value = serde_json::from_slice(&receipt.to_json(&Settings::default())).unwrap();
/// assert_eq!((&json["result"], &json["object"], &json["actor"]), (&"granted".into(), &"hrm/payroll".into(), &"desk-3".into()));
/// assert!(json["decision"].as_str().unwrap().starts_with("sha256:"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Receipt<'d> {
    policy: &'d Policy,
    question: Question,
    language: Language,
    came: Came<'d>,
    at: Timestamp,
    actor: &'d str,
    origin: &'d str,
    id: Option<&'d str>,
    trace: Option<&'d str>,
}

/// What came of a question.
#[derive(Debug, Clone)]
enum Came<'d> {
    Decided { outcome: Outcome, level: Option<&'d str>, rules: Vec<&'d str>, options: BTreeMap<&'d str, &'d str>, json: Vec<u8> },
    Failed(&'d str),
}

impl<'d> Receipt<'d> {
    /// The receipt of an answer, whose texts were in this language.
    pub fn of(policy: &'d Policy, decision: &'d Decision<'d>, language: Language) -> Receipt<'d> {
        let answer = decision.answer();
        let (mut rules, mut options) = (Vec::new(), BTreeMap::new());
        gather(answer, &mut rules, &mut options);
        let mut json = Vec::new();
        decision.write_json(&mut json, language);
        let came = Came::Decided { outcome: decision.outcome(), level: decision.level_id(), rules, options, json: without_question(json) };
        Receipt::new(policy, decision.question(), language, came)
    }
    /// The receipt of a question that could not be answered.
    ///
    /// ```
    /// use leidraad::{Language, Policy, Question, Sources, date};
    /// use leidraad_log::{Receipt, Settings};
    /// let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
    /// let question = Question::new("nobody", "hrm/payroll", date(2026, 7, 1));
    /// let error = policy.decide(&question).unwrap_err();
    /// let json = Receipt::failed(&policy, &question, &error, Language::En).to_json(&Settings::default());
    /// assert!(String::from_utf8(json).unwrap().contains(r#""result":"error","error":"unknown-name""#));
    /// ```
    pub fn failed(policy: &'d Policy, question: &Question, error: &'d Error, language: Language) -> Receipt<'d> {
        Receipt::new(policy, question.clone(), language, Came::Failed(error.code()))
    }
    fn new(policy: &'d Policy, question: Question, language: Language, came: Came<'d>) -> Receipt<'d> {
        Receipt { policy, question, language, came, at: Timestamp::UNIX_EPOCH, actor: "", origin: "", id: None, trace: None }
    }
    /// When it was given.
    pub fn at(self, at: Timestamp) -> Receipt<'d> {
        Receipt { at, ..self }
    }
    /// Who asked.
    pub fn actor(self, actor: &'d str) -> Receipt<'d> {
        Receipt { actor, ..self }
    }
    /// From where it was asked: an application, an address.
    pub fn origin(self, origin: &'d str) -> Receipt<'d> {
        Receipt { origin, ..self }
    }
    /// What the caller calls it by.
    pub fn id(self, id: &'d str) -> Receipt<'d> {
        Receipt { id: Some(id), ..self }
    }
    /// The trace that it is part of: 32 hexadecimal digits, as in `traceparent`.
    pub fn trace(self, trace: &'d str) -> Receipt<'d> {
        Receipt { trace: Some(trace), ..self }
    }
    pub(crate) fn when(&self) -> Timestamp {
        self.at
    }

    /// It as one object of JSON: what a log writes of it, without its number and its seal.
    pub fn to_json(&self, settings: &Settings) -> Vec<u8> {
        let body = Body {
            kind: "decision",
            at: self.at,
            actor: self.actor,
            origin: self.origin,
            action: "decide",
            object: &self.question.service,
            result: "error",
            error: None,
            level: None,
            id: self.id,
            trace: self.trace,
            question: self.question(settings.mask.as_ref()),
            language: self.language.code(),
            policy: self.policy.digest(),
            format: FORMAT,
            engine: VERSION,
            options: None,
            rules: &[],
            decision: None,
        };
        let body = match &self.came {
            Came::Failed(code) => Body { error: Some(code), ..body },
            Came::Decided { outcome, level, rules, options, json } => Body {
                result: outcome.word(),
                level: *level,
                options: Some(options).filter(|options| !options.is_empty()),
                rules,
                decision: Some(told(json, settings.detail)),
                ..body
            },
        };
        // Texts and numbers alone: there is nothing that could not be written.
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// The question, with what is personal in it masked.
    fn question(&self, key: Option<&MaskKey>) -> Asked<'_> {
        let catalogue = self.policy.catalogue();
        // What nobody knows may say anything of anybody.
        let is_personal = |name: &str| catalogue.fact(name).map_or(true, Fact::is_personal);
        if !self.question.facts.keys().any(|name| is_personal(name)) {
            return Asked::Open(&self.question);
        }
        let mut value = serde_json::to_value(&self.question).unwrap_or_default();
        if let Some(Value::Object(facts)) = value.get_mut("facts") {
            for (name, value) in facts.iter_mut().filter(|(name, _)| is_personal(name)) {
                let masked = key.map(|key| key.mask(name, &value.to_string()));
                *value = serde_json::json!({ "masked": masked });
            }
        }
        Asked::Masked(value)
    }
}

/// The keys of the rules that decided, and the digests of the options that were asked, of the parts of a composite, too.
fn gather<'d>(answer: Answer<'d>, rules: &mut Vec<&'d str>, options: &mut BTreeMap<&'d str, &'d str>) {
    rules.extend(answer.reasons().map(leidraad::Reason::key));
    options.extend(answer.options().map(|option| (option.key(), option.digest().unwrap_or("host"))));
    answer.parts().for_each(|part| gather(part, rules, options));
}

/// A decision without its first member, which is the question: that stands by itself, masked where it has to be.
pub(crate) fn without_question(mut json: Vec<u8>) -> Vec<u8> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let end = json.iter().position(|byte| {
        if quoted {
            (quoted, escaped) = (*byte != b'"' || escaped, *byte == b'\\' && !escaped);
            return false;
        }
        match byte {
            b'"' => quoted = true,
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' => return depth == 1,
            _ => {}
        }
        false
    });
    if let Some(end) = end {
        json.drain(1..=end);
    }
    json
}

/// An answer as it is kept.
fn told(json: &[u8], detail: Detail) -> Box<RawValue> {
    let text = match detail {
        Detail::Whole => String::from_utf8_lossy(json).into_owned(),
        Detail::Digest => format!("\"{}\"", digest(json)),
    };
    // What the engine wrote is JSON.
    RawValue::from_string(text).unwrap_or_default()
}

/// `sha256:…` of a decision without its question.
pub(crate) fn digest(json: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(json)))
}

/// A question as it is logged.
#[derive(Serialize)]
#[serde(untagged)]
enum Asked<'q> {
    Open(&'q Question),
    Masked(Value),
}

/// The fields that BIO2 8.15 asks for come first: when, who, from where, what was done to what, with which result.
#[derive(Serialize)]
struct Body<'r> {
    kind: &'static str,
    at: Timestamp,
    actor: &'r str,
    origin: &'r str,
    action: &'static str,
    object: &'r str,
    result: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'r str>,
    question: Asked<'r>,
    language: &'r str,
    policy: &'r str,
    format: u32,
    engine: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'r BTreeMap<&'r str, &'r str>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    rules: &'r [&'r str],
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Box<RawValue>>,
}
