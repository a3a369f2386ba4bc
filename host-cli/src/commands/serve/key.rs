//! `leidraad serve key NAME`: a key for an application, and the lines for the configuration that let it in.

use leidraad_serve::{NewApiKey, Scope};

use crate::args::{Day, Format};
use crate::commands::{Context, date_here};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};

use super::settings;

pub(super) fn make(
    context: &Context,
    name: &str,
    scopes: &[Scope],
    customers: &[String],
    per_minute: Option<u32>,
    until: Option<Day>,
) -> Result<Status, Fault> {
    let language = context.spoken();
    let mut key = NewApiKey::new(name);
    if !scopes.is_empty() {
        key = key.scopes(scopes.iter().copied());
    }
    if !customers.is_empty() {
        key = key.customers(customers.iter().cloned());
    }
    if let Some(per_minute) = per_minute {
        key = key.per_minute(per_minute);
    }
    if let Some(until) = until {
        key = key.until(date_here(until));
    }
    let (kept, secret) = key.make()?;
    kept.check().map_err(|bad| settings::fault(None, &bad, language))?;
    if context.format == Format::Json {
        let record = serde_json::json!({ "secret": secret, "key": kept });
        return print_json(&format!("{record}\n"), Status::Granted);
    }
    let lines = format!("[[key]]\n{}", toml::to_string(&kept).unwrap_or_default());
    print(&(say(language, Key::ServeKey, &[("secret", &secret), ("lines", &lines)]) + "\n"), Status::Granted)
}
