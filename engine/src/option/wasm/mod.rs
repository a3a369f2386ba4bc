//! A component in; a plugin that is called on a fresh instance every time out.

mod bindings;
mod components;
mod config;
mod faults;
mod host;
mod shape;
mod wire;

use std::fmt;
use std::sync::{Arc, OnceLock};

use wasmtime::{PoolConcurrencyLimitError, Store};

use super::contract::{Description, Fault, FaultKind, Input, Plugin, Reply, Run};
use crate::model::option::Limits;
use bindings::PluginPre;
use bindings::exports::leidraad::option::contract as wire_types;
use host::Usage;
use host::{Host, Unfit};

pub(super) use components::Components;
pub use components::Descriptions;
pub(super) use shape::outside;

/// What `describe` may use: no register has said yet how much this plugin may have.
const DESCRIBING: Limits = Limits { fuel: 10_000_000, memory: 16 << 20 };

/// A component that exports the contract.
pub(crate) struct Guest {
    description: Description,
    state: State,
}

enum State {
    Open(Ready),
    /// It is opened by its first call; nothing is locked meanwhile, and what failed is tried again by the next one.
    Closed {
        open: Box<dyn Fn() -> Result<Opened, Fault> + Send + Sync>,
        ready: OnceLock<Ready>,
    },
}

/// A component that was compiled, and the host that runs it.
struct Ready {
    plugin: PluginPre<Usage>,
    _host: Arc<Host>,
}

/// The same with what it says of itself.
pub(super) struct Opened {
    pub(super) description: Description,
    ready: Ready,
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest").field("description", &self.description).finish_non_exhaustive()
    }
}

/// Why bytes did not become a guest.
#[derive(Debug)]
pub(in crate::option) enum Unopened {
    /// Looked at from outside, it is no plugin.
    Unfit(Unfit),
    /// `describe` failed.
    Describe(Fault),
}

impl Opened {
    /// Looks at a component, compiles it, and asks it to describe itself.
    pub(super) fn of(host: &Arc<Host>, bytes: &[u8]) -> Result<Opened, Unopened> {
        let outside = shape::shape(bytes).map_err(Unopened::Unfit)?;
        shape::fit(&outside).map_err(Unopened::Unfit)?;
        let plugin = host.prepare(bytes).map_err(Unopened::Unfit)?;
        let run = call(&plugin, DESCRIBING, |plugin, store| plugin.leidraad_option_contract().call_describe(store));
        let description = run.0.map(wire::description).map_err(Unopened::Describe)?;
        Ok(Opened { description, ready: Ready { plugin, _host: Arc::clone(host) } })
    }
}

impl Guest {
    pub(super) fn opened(opened: Opened) -> Guest {
        Guest { description: opened.description, state: State::Open(opened.ready) }
    }
    /// A component that described itself before; who opens it sees whether it does so again.
    pub(super) fn closed(description: Description, open: impl Fn() -> Result<Opened, Fault> + Send + Sync + 'static) -> Guest {
        Guest { description, state: State::Closed { open: Box::new(open), ready: OnceLock::new() } }
    }

    fn ready(&self) -> Result<&PluginPre<Usage>, Fault> {
        let (open, ready) = match &self.state {
            State::Open(ready) => return Ok(&ready.plugin),
            State::Closed { open, ready } => (open, ready),
        };
        if let Some(ready) = ready.get() {
            return Ok(&ready.plugin);
        }
        let opened = open()?;
        Ok(&ready.get_or_init(|| opened.ready).plugin)
    }
}

/// A guest with what one binding lets it use.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) guest: Arc<Guest>,
    pub(super) limits: Limits,
}

impl Plugin for Component {
    fn description(&self) -> &Description {
        &self.guest.description
    }

    fn decide(&self, input: &Input<'_>) -> Run {
        let ready = match self.guest.ready() {
            Ok(ready) => ready,
            Err(fault) => return Run::uncounted(Err(fault)),
        };
        let on = input.query.on.map(|day| day.to_string());
        let lent: Vec<wire::Lent<'_>> = input.query.facts.iter().map(|(name, value)| wire::Lent::of(name, value)).collect();
        let facts: Vec<_> = lent.iter().map(wire::Lent::entry).collect();
        let settings: Vec<wire::Lent<'_>> = input.config.iter().map(|(name, value)| wire::Lent::of(name, value)).collect();
        let config: Vec<_> = settings.iter().map(wire::Lent::entry).collect();
        let amount = input.standing.quota.map(|quota| wire::decimal(quota.amount)).unwrap_or_default();
        let obligations: Vec<&str> = input.standing.obligations.iter().map(|id| &**id).collect();
        let question =
            wire_types::Question { customer: input.query.customer, service: input.query.service, on: on.as_deref(), facts: &facts };
        let standing = wire_types::Standing {
            base: input.standing.base,
            level: input.standing.level,
            room: input.standing.room,
            quota: input.standing.quota.map(|quota| wire_types::QuotaParam { amount: &amount, unit: quota.unit, per: quota.per }),
            obligations: &obligations,
        };
        let (answer, fuel, memory) =
            call(ready, self.limits, |plugin, store| plugin.leidraad_option_contract().call_decide(store, question, standing, &config));
        let reply: Result<Reply, Fault> =
            answer.and_then(|answer| wire::reply(answer).map_err(|message| Fault::new(FaultKind::BadOutput, message)));
        Run { reply, fuel, memory }
    }
}

/// Calls a fresh instance, which is gone afterwards: the answer, the fuel and the memory that it took.
fn call<T>(
    ready: &PluginPre<Usage>,
    limits: Limits,
    work: impl FnOnce(&bindings::Plugin, &mut Store<Usage>) -> wasmtime::Result<T>,
) -> (Result<T, Fault>, u64, u64) {
    let mut store = host::store(ready.engine(), limits);
    let answer = loop {
        match ready.instantiate(&mut store) {
            Ok(plugin) => break work(&plugin, &mut store),
            // All places are taken: every call is bounded, so one of them is free soon.
            Err(fault) if fault.is::<PoolConcurrencyLimitError>() => {
                std::thread::yield_now();
                store = host::store(ready.engine(), limits);
            }
            Err(fault) => break Err(fault),
        }
    };
    let fuel = limits.fuel.saturating_sub(store.get_fuel().unwrap_or_default());
    (answer.map_err(|fault| faults::name(&fault, limits)), fuel, store.data().memory)
}
