//! `leidraad check`: every finding at once, in file order.

use leidraad::Policy;

use super::{Context, plugins};
use crate::args::Format;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::{layout, progress};

pub(crate) fn run(context: &Context) -> Result<Status, Fault> {
    let language = context.spoken();
    let checking = say(language, Key::Checking, &[]);
    let sources = context.sources();
    let (report, policy) = match progress::shown(checking, || Policy::loader().plugins(plugins()).warnings().load(&sources)) {
        Ok(policy) => (policy.warnings().clone(), Some(policy)),
        Err(report) => (report, None),
    };
    let status = match &report {
        report if report.is_empty() => Status::Granted,
        // What is no register at all is no finding of one.
        _ if sources.is_empty() => Status::Error,
        _ => Status::Refused,
    };
    if context.format == Format::Json {
        let records: Vec<String> =
            report.diagnostics().iter().map(|finding| serde_json::to_string(&finding.in_language(language)).unwrap_or_default()).collect();
        return print_json(&format!("[{}]\n", records.join(",\n ")), status);
    }
    let mut text = layout::report(&report, language);
    if let Some(policy) = policy.filter(|_| report.is_empty()) {
        let counts = [policy.catalogue().customers().count(), policy.catalogue().services().count(), policy.scenarios().count()]
            .map(|count| count.to_string());
        text += &say(language, Key::CheckClean, &[("customers", &counts[0]), ("services", &counts[1]), ("scenarios", &counts[2])]);
    } else {
        let (errors, warnings) = (report.errors().to_string(), report.warnings().to_string());
        text += &say(language, Key::CheckSum, &[("errors", &errors), ("warnings", &warnings)]);
    }
    text.push('\n');
    print(&text, status)
}
