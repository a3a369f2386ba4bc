//! A thread that counts ticks, so that a call which takes far longer than any may can be ended. Nothing else in the engine knows of time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use wasmtime::EngineWeak;

const TICK: Duration = Duration::from_millis(100);
/// So many ticks at the most may a call take: fuel ends every call long before.
pub(super) const TICKS: u64 = 100;

/// Counts ticks for as long as somebody holds it.
#[derive(Default)]
pub(super) struct Ticker {
    count: AtomicU64,
    /// Components count for themselves; they are told of each tick.
    components: OnceLock<EngineWeak>,
}

impl Ticker {
    /// A ticker that runs; where no thread can be had, it stands still, and only fuel ends a call.
    pub(super) fn start() -> Arc<Ticker> {
        let ticker = Arc::new(Ticker::default());
        let watched = Arc::downgrade(&ticker);
        let tick = move || {
            while let Some(ticker) = watched.upgrade() {
                ticker.count.fetch_add(1, Ordering::Relaxed);
                if let Some(engine) = ticker.components.get().and_then(EngineWeak::upgrade) {
                    engine.increment_epoch();
                }
                drop(ticker);
                std::thread::sleep(TICK);
            }
        };
        // Without it there is one bound less, and the deterministic one stays.
        let _ = std::thread::Builder::new().name("leidraad-ticker".to_owned()).spawn(tick);
        ticker
    }
    pub(super) fn now(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
    /// Tells this engine, too.
    pub(super) fn tell(&self, engine: EngineWeak) {
        let _ = self.components.set(engine);
    }
}
