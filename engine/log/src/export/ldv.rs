//! A log in; spans as Logius' standard Logboek dataverwerkingen has them, in OTLP's JSON, out: a line for each thousand.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::LogError;
use crate::line::Recorded;
use crate::scan::scan;

/// So many spans stand on a line: what a collector takes at a time.
const SHARE: usize = 1000;

/// What the standard wants to know, and a receipt does not.
///
/// ```
/// use leidraad_log::export::Ldv;
/// let ldv = Ldv { activity: "https://register.example.nl/verwerkingen/17", service: "leidraad", subject: Some("bsn") };
/// assert!(ldv.activity.starts_with("https:"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ldv<'o> {
    /// `dpl.core.processing_activity_id`: the address of the activity in the register of processing activities
    pub activity: &'o str,
    /// `service.name`: the application that logs
    pub service: &'o str,
    /// the fact that names the person whom an answer is about: its masked value is `dpl.core.data_subject_id`
    pub subject: Option<&'o str>,
}

/// Writes a log as spans. A refusal is no error: only a question that could not be answered is one.
pub fn ldv(folder: &Path, options: Ldv<'_>, out: &mut dyn Write) -> Result<u64, LogError> {
    let (mut log, mut spans, mut count, mut failed) = (String::new(), Vec::new(), 0, None);
    scan(folder, |scanned| {
        let Some(recorded) = Recorded::read(scanned.line) else { return };
        if recorded.kind == "open" {
            log = recorded.log.clone().into_owned();
        }
        if recorded.is_receipt() && failed.is_none() {
            spans.push(span(&recorded, &log, options));
            count += 1;
            if spans.len() == SHARE {
                failed = write(&std::mem::take(&mut spans), options, out).err();
            }
        }
    })?;
    if !spans.is_empty() && failed.is_none() {
        failed = write(&spans, options, out).err();
    }
    failed.map_or(Ok(count), |cause| Err(LogError::of(folder, cause)))
}

fn write(spans: &[Value], options: Ldv<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let resource = json!({ "attributes": [text("service.name", options.service)] });
    let scope = json!({ "name": "leidraad", "version": leidraad::VERSION });
    let all = json!({ "resourceSpans": [{ "resource": resource, "scopeSpans": [{ "scope": scope, "spans": spans }] }] });
    writeln!(out, "{all}")
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn span(recorded: &Recorded<'_>, log: &str, options: Ldv<'_>) -> Value {
    let own = hex::encode(Sha256::digest(format!("{log} {}", recorded.n)));
    let is_trace = |trace: &&str| trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    let trace = recorded.trace.as_deref().filter(is_trace).map_or_else(|| own.get(32..).unwrap_or_default().to_owned(), str::to_lowercase);
    let nanoseconds = recorded.at.as_nanosecond().to_string();
    let mut attributes = vec![
        text("dpl.core.processing_activity_id", options.activity),
        text("leidraad.receipt", &recorded.n.to_string()),
        text("leidraad.policy", &recorded.policy),
        text("leidraad.result", &recorded.result),
        text("enduser.id", &recorded.actor),
        text("leidraad.origin", &recorded.origin),
    ];
    let question: Value = recorded.question.and_then(|question| serde_json::from_str(question.get()).ok()).unwrap_or_default();
    for (key, name) in [("leidraad.customer", "customer"), ("leidraad.service", "service"), ("leidraad.on", "on")] {
        attributes.extend(question.get(name).and_then(Value::as_str).map(|value| text(key, value)));
    }
    let subject = options.subject.and_then(|fact| Some((fact, question.get("facts")?.get(fact)?.get("masked")?.as_str()?)));
    if let Some((fact, masked)) = subject {
        attributes.push(text("dpl.core.data_subject_id", masked));
        attributes.push(text("dpl.core.data_subject_id_type", fact));
    }
    // Codes of OTLP: 0 is not set, which the standard wants where nothing went wrong; 2 is an error; of a kind, 1 is internal.
    let status = recorded.error.as_ref().map_or_else(|| json!({ "code": 0 }), |error| json!({ "code": 2, "message": error }));
    json!({
        "traceId": trace,
        "spanId": own.get(..16),
        "name": recorded.kind,
        "kind": 1,
        "startTimeUnixNano": nanoseconds,
        "endTimeUnixNano": nanoseconds,
        "attributes": attributes,
        "status": status,
    })
}
