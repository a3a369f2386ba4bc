//! Bytes of a component in, something that can be instantiated afresh for every call out.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, ResourceLimiter, Store};

use super::bindings::PluginPre;
use super::config::{TABLE_ELEMENTS, config};
use crate::model::option::Limits;
use crate::option::ticker::{TICKS, Ticker};

/// What a guest may hand over in one answer, in bytes; an answer of the longest notes and lists stays well below.
const HANDED_OVER: usize = 256 << 10;

/// The WebAssembly engine of this process, with nothing to link against.
pub(in crate::option) struct Host {
    engine: Engine,
    linker: Linker<Usage>,
    /// Where its compiled code is kept.
    cache: Option<PathBuf>,
    _ticker: Arc<Ticker>,
}

/// Those in use, one for each place where compiled code is kept: each reserves address space for the memories of its guests.
static SHARED: Mutex<Vec<Weak<Host>>> = Mutex::new(Vec::new());

/// Why a component cannot be used.
#[derive(Debug)]
pub(in crate::option) enum Unfit {
    /// It is no component at all.
    NotComponent(String),
    /// It imports these.
    Imports(Vec<String>),
    /// It exports no contract; it exports these.
    Exports(Vec<String>),
    /// It exports a contract of another version.
    Version(String),
    /// No component can be run by this process.
    Host(String),
    /// It asks for more than any plugin may have, or is otherwise not to be run here.
    Refused(String),
}

/// What one call uses, and may use.
#[derive(Debug)]
pub(super) struct Usage {
    most: u64,
    pub(super) memory: u64,
}

/// A guest asked for more than it may have.
#[derive(Debug, thiserror::Error)]
pub(super) enum OverLimit {
    #[error("it asked for {asked} bytes of memory and may have {most}")]
    Memory { asked: u64, most: u64 },
    #[error("it asked for a table of {asked} elements and may have {TABLE_ELEMENTS}")]
    Table { asked: usize },
}

impl ResourceLimiter for Usage {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let asked = self.memory.saturating_add(desired.saturating_sub(current) as u64);
        if asked > self.most {
            return Err(OverLimit::Memory { asked, most: self.most }.into());
        }
        self.memory = asked;
        Ok(true)
    }
    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            return Err(OverLimit::Table { asked: desired }.into());
        }
        Ok(true)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// The host that keeps compiled code there, if anywhere: the one that is in use, or else a new one.
    pub(in crate::option) fn shared(cache: Option<&Path>) -> Result<Arc<Host>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|host| host.strong_count() > 0);
        if let Some(host) = shared.iter().filter_map(Weak::upgrade).find(|host| host.cache.as_deref() == cache) {
            return Ok(host);
        }
        let host = Arc::new(Host::new(cache)?);
        shared.push(Arc::downgrade(&host));
        Ok(host)
    }

    fn new(cache: Option<&Path>) -> Result<Host, String> {
        let cores = available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
        let at_once = cores.saturating_mul(4).max(8).min(64);
        let engine = |at_once| Engine::new(&config(Limits::MOST.memory, at_once, cache));
        // Where memories cannot be reserved ahead, guests do without: slower, and with the same answers.
        let engine = engine(Some(at_once)).or_else(|_| engine(None)).map_err(|fault| reason(&fault))?;
        let linker = Linker::new(&engine);
        let ticker = Ticker::shared();
        let weak = engine.weak();
        ticker.tell(move || {
            weak.upgrade().is_some_and(|engine| {
                engine.increment_epoch();
                true
            })
        });
        Ok(Host { engine, linker, cache: cache.map(Path::to_owned), _ticker: ticker })
    }

    /// Compiles a component, once looked at: it must export the contract, and import nothing.
    pub(super) fn prepare(&self, bytes: &[u8]) -> Result<PluginPre<Usage>, Unfit> {
        let component = Component::from_binary(&self.engine, bytes).map_err(|fault| Unfit::Refused(reason(&fault)))?;
        let ready = self.linker.instantiate_pre(&component).map_err(|fault| Unfit::Refused(reason(&fault)))?;
        PluginPre::new(ready).map_err(|fault| Unfit::Refused(reason(&fault)))
    }
}

/// A store for one call.
pub(super) fn store(engine: &Engine, limits: Limits) -> Store<Usage> {
    let mut store = Store::new(engine, Usage { most: limits.memory, memory: 0 });
    store.limiter(|usage| usage);
    store.set_hostcall_fuel(HANDED_OVER);
    store.set_epoch_deadline(TICKS);
    // A store of this engine counts fuel, so setting it cannot fail; with none, its first instruction would.
    let _ = store.set_fuel(limits.fuel);
    store
}

/// The whole chain of causes in one line.
pub(super) fn reason(fault: &wasmtime::Error) -> String {
    let chain: Vec<String> = fault.chain().map(|cause| cause.to_string().lines().collect::<Vec<_>>().join(" ")).collect();
    chain.join(": ")
}
