//! The bytes of components in; plugins out. What they run on, what is kept of them, and those that are open: one for all policies of a host.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::host::{Host, Unfit};
use super::{Component, Guest, Opened, Unopened};
use crate::diagnostic::Code;
use crate::model::option::Limits;
use crate::model::value::shorten;
use crate::option::contract::{Description, Fault, FaultKind, Plugin};
use crate::option::refused::{Refused, clipped, sensible};
use crate::text::{Bilingual, both};

/// The form in which descriptions are kept.
const FORM: u8 = 1;

/// What opens components, and those that are open.
#[derive(Default)]
pub(in crate::option) struct Components {
    host: Arc<Running>,
    described: Option<Arc<dyn Descriptions>>,
    guests: Mutex<BTreeMap<String, Weak<Guest>>>,
}

/// What components run on: found when it is first needed, and held from then on. All of a process share it.
#[derive(Default)]
struct Running {
    cache: Option<Box<dyn Fn() -> Option<PathBuf> + Send + Sync>>,
    host: OnceLock<Arc<Host>>,
}

/// Where a host keeps what components said of themselves, so that the next process opens one when it is first called, and not to load a
/// register. The engine itself keeps nothing.
///
/// It has to be as well kept as compiled code is: a component that describes itself otherwise once it is opened is at fault (S8), but one
/// that is never called is taken at its word. What was false is then put right.
///
/// ```
/// use std::{collections::BTreeMap, sync::Mutex};
/// use leidraad::{Policy, Sources, plugin::{Descriptions, Plugins}};
///
/// #[derive(Default)]
/// struct Kept(Mutex<BTreeMap<String, String>>);
/// impl Descriptions for Kept {
///     fn get(&self, name: &str) -> Option<String> {
///         self.0.lock().unwrap().get(name).cloned()
///     }
///     fn put(&self, name: &str, described: &str) {
///         self.0.lock().unwrap().insert(name.to_owned(), described.to_owned());
///     }
/// }
/// Policy::loader().plugins(&Plugins::new().described(Kept::default())).load(&Sources::folder("rules")).unwrap();
/// ```
pub trait Descriptions: Send + Sync {
    /// What was kept under a name. Names are of ASCII letters, digits, `-`, `.` and `+`.
    fn get(&self, name: &str) -> Option<String>;
    /// Keeps something under a name, where that can be done.
    fn put(&self, name: &str, described: &str);
}

impl Components {
    /// Keeps compiled components in a folder.
    pub(in crate::option) fn cache(&mut self, folder: impl Fn() -> Option<PathBuf> + Send + Sync + 'static) {
        self.host = Arc::new(Running { cache: Some(Box::new(folder)), ..Running::default() });
    }
    /// Keeps what components say of themselves.
    pub(in crate::option) fn describe(&mut self, kept: Arc<dyn Descriptions>) {
        self.described = Some(kept);
    }
    /// Opens a component's file.
    pub(in crate::option) fn open(&self, path: &str, digest: &str, bytes: &[u8], limits: Limits) -> Result<Arc<dyn Plugin>, Refused> {
        let guest = self.guest(digest, bytes).map_err(|refused| refusal(path, refused))?;
        Ok(Arc::new(Component { guest, limits }))
    }

    /// The guest of these bytes, whose SHA-256 this is: opened now, or before, or, where it described itself before, by its first call.
    pub(in crate::option) fn guest(&self, digest: &str, bytes: &[u8]) -> Result<Arc<Guest>, Unopened> {
        let known = self.guests.lock().unwrap_or_else(PoisonError::into_inner).get(digest).and_then(Weak::upgrade);
        if let Some(guest) = known {
            return Ok(guest);
        }
        let guest = Arc::new(self.guest_of(digest, bytes)?);
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|_, guest| guest.strong_count() > 0);
        guests.insert(digest.to_owned(), Arc::downgrade(&guest));
        Ok(guest)
    }

    fn guest_of(&self, digest: &str, bytes: &[u8]) -> Result<Guest, Unopened> {
        // Where no component can be run at all, that is said now.
        let host = &self.host.get()?;
        let Some(kept) = &self.described else { return Ok(Guest::opened(Opened::of(host, bytes)?)) };
        let name = format!("{digest}-{FORM}-{}", env!("CARGO_PKG_VERSION"));
        let known: Option<Description> = kept.get(&name).and_then(|text| serde_json::from_str(&text).ok());
        let Some(known) = known.filter(|known| sensible(known).is_ok()) else {
            let opened = Opened::of(host, bytes)?;
            keep(&**kept, &name, &opened.description);
            return Ok(Guest::opened(opened));
        };
        let (running, kept, bytes, before) = (Arc::clone(&self.host), Arc::clone(kept), bytes.to_vec(), known.clone());
        let open = move || {
            let opened = running.get().and_then(|host| Opened::of(&host, &bytes)).map_err(unopened)?;
            if opened.description != before {
                keep(&*kept, &name, &opened.description);
                return Err(Fault::new(FaultKind::BadOutput, "it does not describe itself as it did before"));
            }
            Ok(opened)
        };
        Ok(Guest::closed(known, open))
    }
}

impl Running {
    /// What could not be had is tried again by the next one who needs it.
    fn get(&self) -> Result<Arc<Host>, Unopened> {
        if let Some(host) = self.host.get() {
            return Ok(Arc::clone(host));
        }
        let folder = self.cache.as_ref().and_then(|folder| folder());
        let host = Host::shared(folder.as_deref()).map_err(|reason| Unopened::Unfit(Unfit::Host(reason)))?;
        Ok(Arc::clone(self.host.get_or_init(|| host)))
    }
}

fn keep(kept: &dyn Descriptions, name: &str, description: &Description) {
    if let Ok(text) = serde_json::to_string(description) {
        kept.put(name, &text);
    }
}

/// A component that was opened before, and now cannot be.
fn unopened(refused: Unopened) -> Fault {
    let (kind, reason) = match refused {
        Unopened::Describe(fault) => (fault.kind, fault.message),
        Unopened::Unfit(Unfit::NotComponent(reason) | Unfit::Host(reason) | Unfit::Refused(reason)) => (FaultKind::Trap, reason),
        Unopened::Unfit(Unfit::Imports(_) | Unfit::Exports(_) | Unfit::Version(_)) => (FaultKind::Trap, "it is no plugin".to_owned()),
    };
    Fault::new(kind, format!("it cannot be opened: {}", clipped(&reason)))
}

fn refusal(path: &str, refused: Unopened) -> Refused {
    let list = |names: &[String]| names.iter().take(4).map(|name| format!("`{}`", shorten(name))).collect::<Vec<_>>().join(", ");
    let build =
        || both!("build it against wasm-plugins/wit/option.wit of this engine", "bouw hem met wasm-plugins/wit/option.wit van deze motor");
    match refused {
        Unopened::Unfit(Unfit::NotComponent(reason)) => {
            let reason = clipped(&reason);
            let message = both!("`{path}` is no WebAssembly component: {reason}", "`{path}` is geen WebAssembly-component: {reason}");
            Refused::new(Code::OptionNotComponent, message).help(both!(
                "build it as docs/options.md says; `leidraad plugin inspect` shows what a file is",
                "bouw hem zoals docs/options.md zegt; `leidraad plugin inspect` toont wat een bestand is"
            ))
        }
        Unopened::Unfit(Unfit::Imports(names)) => {
            let more = if names.len() > 4 { both!(", and more", ", en meer") } else { Bilingual::default() };
            let names = list(&names);
            let message = both!(
                [more] "`{path}` imports {names}{more}: a plugin reaches nothing outside itself",
                "`{path}` vraagt {names}{more}: een plugin kan nergens buiten zichzelf bij"
            );
            Refused::new(Code::OptionImports, message)
                .help(both!("build it without WASI, as docs/options.md says", "bouw hem zonder WASI, zoals docs/options.md zegt"))
        }
        Unopened::Unfit(Unfit::Exports(names)) => {
            let what = if names.is_empty() { both!("nothing", "niets") } else { Bilingual::same(list(&names)) };
            let message = both!(
                [what] "`{path}` exports {what}, and not `leidraad:option/contract@1.0.0`",
                "`{path}` biedt {what} aan, en niet `leidraad:option/contract@1.0.0`"
            );
            Refused::new(Code::OptionExport, message).help(build())
        }
        Unopened::Unfit(Unfit::Version(version)) => {
            let version = shorten(&version);
            let message = both!(
                "`{path}` was built for version {version} of the contract; this engine speaks version 1",
                "`{path}` is gebouwd voor versie {version} van het contract; deze motor spreekt versie 1"
            );
            Refused::new(Code::OptionVersion, message).help(build())
        }
        Unopened::Unfit(Unfit::Host(reason)) => {
            let reason = clipped(&reason);
            let message = both!("no component can be run by this process: {reason}", "dit proces kan geen component draaien: {reason}");
            Refused::new(Code::OptionRefused, message).help(both!(
                "it needs address space (not memory) for compiled code and the memories of guests: see `ulimit -v`",
                "er is adresruimte nodig (geen geheugen) voor vertaalde code en de geheugens van plugins: zie `ulimit -v`"
            ))
        }
        Unopened::Unfit(Unfit::Refused(reason)) => {
            let reason = clipped(&reason);
            let message = both!("`{path}` cannot be run here: {reason}", "`{path}` kan hier niet draaien: {reason}");
            Refused::new(Code::OptionRefused, message).help(both!(
                "build it against wasm-plugins/wit/option.wit, without threads, and small",
                "bouw hem met wasm-plugins/wit/option.wit, zonder threads, en klein"
            ))
        }
        Unopened::Describe(fault) => {
            let reason = clipped(&fault.to_string());
            let message = both!("`{path}` does not describe itself: {reason}", "`{path}` beschrijft zichzelf niet: {reason}");
            Refused::new(Code::OptionDescription, message)
        }
    }
}
