//! Bytes of a component in, something that can be instantiated afresh for every call out.

use std::fmt;
use std::sync::Arc;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, ResourceLimiter, Store};

use super::bindings::PluginPre;
use super::config::{TABLE_ELEMENTS, config};
use crate::model::option::Limits;
use crate::option::ticker::{TICKS, Ticker};

/// What a guest may hand over in one answer, in bytes; an answer of the longest notes and lists stays well below.
const HANDED_OVER: usize = 256 << 10;

/// The one WebAssembly engine of a [`Plugins`](crate::plugin::Plugins), with nothing to link against.
pub(in crate::option) struct Host {
    engine: Engine,
    linker: Linker<Usage>,
    pub(super) ticker: Arc<Ticker>,
}

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
    /// A host; with `cached`, compiled code is kept on disk between processes, in wasmtime's own cache.
    pub(in crate::option) fn new(cached: bool, ticker: Arc<Ticker>) -> Result<Host, String> {
        let engine = Engine::new(&config(Limits::MOST.memory, cached)).map_err(|fault| fault.to_string())?;
        let linker = Linker::new(&engine);
        ticker.tell(engine.weak());
        Ok(Host { engine, linker, ticker })
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
