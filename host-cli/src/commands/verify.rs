//! `leidraad verify FILE`: what a bundle holds, who signed it, and whether it may be used.

use std::path::Path;

use leidraad::Language;
use leidraad_bundle::{Parcel, Trust};

use super::{Context, bundle, date_here, today_here};
use crate::args::{Format, Verify};
use crate::fault::{Fault, Status, report};
use crate::locale::{Key, say};

/// Whose signatures are wanted: the file that is named, nobody's without one.
pub(crate) fn trust(path: Option<&Path>, language: Language) -> Result<Trust, Fault> {
    let Some(path) = path else { return Ok(Trust::default()) };
    let text = std::fs::read_to_string(path).map_err(|cause| Fault::unreadable(path, &cause, language))?;
    Trust::read(&text).map_err(|refused| Fault::refused(path, refused, language))
}

pub(crate) fn run(context: &Context, verify: &Verify) -> Result<Status, Fault> {
    let language = context.spoken();
    let parcel = Parcel::read(&verify.file, context.trust.key_ids()).map_err(|cause| Fault::unreadable(&verify.file, &cause, language))?;
    let on = verify.on.map_or_else(today_here, date_here);
    let refused = |refused| Fault::refused(&verify.file, refused, language);
    let before = verify.after.as_deref().map(|after| bundle::opened(after, language)).transpose()?;
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
