//! A thread that counts ticks, so that a call which takes far longer than any may can be ended. Nothing else in the engine knows of time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(100);
/// The most ticks that a call may take, ten minutes: fuel ends every call long before, on a machine ten times as slow, too.
pub(super) const TICKS: u64 = 6_000;

/// The one of this process, for as long as somebody holds it.
static SHARED: Mutex<Weak<Ticker>> = Mutex::new(Weak::new());

/// Tells somebody of a tick; false when nobody is left to tell.
type Tell = Box<dyn Fn() -> bool + Send>;

/// Counts ticks for as long as somebody holds it.
#[derive(Default)]
pub(super) struct Ticker {
    count: AtomicU64,
    /// Those who count for themselves are told of each tick, until they say that they are gone.
    told: Mutex<Vec<Tell>>,
}

impl Ticker {
    /// A ticker that runs; where no thread can be had, it stands still, and only fuel ends a call.
    pub(super) fn shared() -> Arc<Ticker> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ticker) = shared.upgrade() {
            return ticker;
        }
        let ticker = Arc::new(Ticker::default());
        *shared = Arc::downgrade(&ticker);
        let watched = Arc::downgrade(&ticker);
        let tick = move || {
            while let Some(ticker) = watched.upgrade() {
                ticker.count.fetch_add(1, Ordering::Relaxed);
                ticker.told.lock().unwrap_or_else(PoisonError::into_inner).retain(|tell| tell());
                drop(ticker);
                std::thread::sleep(TICK);
            }
        };
        // Without it there is one bound less, and the deterministic one stays.
        let _ = std::thread::Builder::new().name("leidraad-ticker".to_owned()).spawn(tick);
        ticker
    }
    #[cfg(feature = "rhai")]
    pub(super) fn now(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
    /// Tells somebody of each tick, too.
    #[cfg(feature = "wasm")]
    pub(super) fn tell(&self, tell: impl Fn() -> bool + Send + 'static) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(tell));
    }
}
