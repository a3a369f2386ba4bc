//! `leidraad verify FILE`: what a bundle holds, who signed it, and whether it may be used.

use std::path::Path;

use leidraad::Language;
use leidraad_bundle::{Parcel, Trust};

use super::{Context, bundle, today_here};
use crate::args::{Day, Format, Verify};
use crate::fault::{Fault, Status, report};
use crate::locale::{Key, say};

/// Whose signatures are wanted: the file that is named, nobody's without one.
pub(crate) fn trust(path: Option<&Path>, language: Language) -> Result<Trust, Fault> {
    let Some(path) = path else { return Ok(Trust::default()) };
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| Fault::File { path: shown(), cause: cause.to_string(), language })?;
    Trust::read(&text).map_err(|refused| Fault::Bundle { path: shown(), refused: Box::new(refused), language })
}

pub(crate) fn run(context: &Context, verify: &Verify) -> Result<Status, Fault> {
    let language = context.spoken();
    let path = || verify.file.display().to_string();
    let parcel = Parcel::read(&verify.file, context.trust.key_ids()).map_err(|cause| Fault::File {
        path: path(),
        cause: cause.to_string(),
        language,
    })?;
    let on = match verify.on {
        None => today_here(),
        Some(Day::Date(day)) => day,
        Some(Day::FromToday(days)) => today_here().saturating_add(jiff::Span::new().days(days)),
    };
    let refused = |refused| Fault::Bundle { path: path(), refused: Box::new(refused), language };
    let before = verify.after.as_deref().map(|after| in_force(after, language)).transpose()?;
    match context.trust.accept(&parcel, on, before.as_ref().map(leidraad_bundle::Bundle::manifest)) {
        // It may not be used: as findings of a register, that is no fault of the call.
        Err(reason) => {
            report(&refused(reason), context.format);
            Ok(Status::Refused)
        }
        Ok(accepted) => {
            let names: Vec<String> = context.trust.signers(&parcel, on).map_err(refused)?.into_iter().map(str::to_owned).collect();
            let lines = if context.format == Format::Json { names } else { vec![signed(context, &names, language)] };
            bundle::told(context.format, &verify.file, parcel.file().len(), accepted.manifest(), &lines, language)
        }
    }
}

fn signed(context: &Context, names: &[String], language: Language) -> String {
    if context.trust.key_ids().next().is_none() {
        return say(language, Key::BundleUnwanted, &[]);
    }
    let all = if names.is_empty() { say(language, Key::BundleNobody, &[]) } else { names.join(", ") };
    format!("{}; {}", say(language, Key::BundleSigned, &[("names", &all)]), say(language, Key::BundleMay, &[]))
}

fn in_force(path: &Path, language: Language) -> Result<leidraad_bundle::Bundle, Fault> {
    let parcel = bundle::read(path, language)?;
    leidraad_bundle::Bundle::read(parcel.file()).map_err(|refused| Fault::Bundle {
        path: path.display().to_string(),
        refused: Box::new(refused),
        language,
    })
}
