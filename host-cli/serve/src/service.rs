//! What is served, and to whom: a live policy, a log, who may come in, and how much they may ask.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leidraad::{Date, Policy};
use leidraad_live::{Current, Live};
use leidraad_log::Log;

use crate::access::{Access, Who};
use crate::share::{MANY, Shares};

/// How much may be asked, at once and in a while.
///
/// ```
/// use leidraad_serve::Limits;
/// assert_eq!(Limits::default().questions, 1_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// the bytes of a body
    pub body: usize,
    /// the questions of one request
    pub questions: usize,
    /// how long a request may take, its body included
    pub time: Duration,
    /// the requests that are answered at the same time
    pub at_once: usize,
    /// the requests of one key or token in a minute; of this machine without keys, there is no limit
    pub per_minute: u32,
}

impl Default for Limits {
    /// 1 MiB, 1,000 questions, 30 seconds, 256 at once, 6,000 a minute.
    fn default() -> Limits {
        Limits { body: 1 << 20, questions: 1_000, time: Duration::from_secs(30), at_once: 256, per_minute: 6_000 }
    }
}

/// What is served.
///
/// ```
/// use std::sync::Arc;
/// use leidraad_live::Live;
/// use leidraad_serve::Service;
/// let live = Live::folder("../../rules").start().unwrap();
/// let router: axum::Router = Service::of(Arc::new(live)).router();
/// ```
#[derive(Debug)]
#[must_use]
pub struct Service {
    pub(crate) live: Arc<Live>,
    pub(crate) log: Option<Arc<Log>>,
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    pub(crate) public_url: Option<url::Url>,
    pub(crate) metrics: Option<Metrics>,
    now: fn() -> Timestamp,
}

/// What tells the metrics, as Prometheus reads them.
#[derive(Clone)]
pub(crate) struct Metrics(pub(crate) Arc<dyn Fn() -> String + Send + Sync>);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Service {
    /// Serves a live policy to this machine alone, and logs nothing.
    pub fn of(live: Arc<Live>) -> Service {
        Service {
            live,
            log: None,
            access: Access::default(),
            limits: Limits::default(),
            public_url: None,
            metrics: None,
            now: Timestamp::now,
        }
    }
    /// Every decision is in this log before anybody reads it.
    pub fn log(self, log: Arc<Log>) -> Service {
        Service { log: Some(log), ..self }
    }
    /// Who may come in.
    pub fn access(self, access: Access) -> Service {
        Service { access, ..self }
    }
    /// How much may be asked.
    pub fn limits(self, limits: Limits) -> Service {
        Service { limits, ..self }
    }
    /// The address at which others reach it, where a proxy stands before it: `https://rechten.leiden.nl`.
    pub fn public_url(self, public_url: url::Url) -> Service {
        Service { public_url: Some(public_url), ..self }
    }
    /// What `/metrics` tells, to whoever has the scope `admin`: what an exporter renders.
    ///
    /// | name | what it tells |
    /// | --- | --- |
    /// | `leidraad_http_requests_total{route,status}` | requests, by what they asked for and what came of it |
    /// | `leidraad_http_seconds{route}` | how long they took |
    ///
    /// With those of `leidraad-live` and `leidraad-log`: decisions by outcome, faults of plugins, reloads, the age of the policy, the log.
    pub fn metrics(self, render: impl Fn() -> String + Send + Sync + 'static) -> Service {
        Service { metrics: Some(Metrics(Arc::new(render))), ..self }
    }
    /// Another clock: what a question without a day is about, and what the log says.
    pub fn clock(self, now: fn() -> Timestamp) -> Service {
        Service { now, ..self }
    }
    /// It as a router, to be served or mounted by others.
    pub fn router(self) -> axum::Router {
        crate::routes::all(Shared(Arc::new(Running::of(self))))
    }
}

/// What every request is given.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Running>);

impl std::ops::Deref for Shared {
    type Target = Running;
    fn deref(&self) -> &Running {
        &self.0
    }
}

#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) service: Service,
    pub(crate) shares: Shares,
    /// who asked how often of late, by how often in a minute they may
    rates: Mutex<BTreeMap<u32, Arc<DefaultKeyedRateLimiter<String>>>>,
}

impl Running {
    fn of(service: Service) -> Running {
        Running { shares: Shares::of(service.limits.at_once, service.access.is_open()), rates: Mutex::default(), service }
    }
    /// The address at which others reach it, without a slash at its end; `None` if nobody said.
    pub(crate) fn base(&self) -> Option<String> {
        self.service.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned())
    }
    /// The policy in force at this moment.
    pub(crate) fn policy(&self) -> Current {
        self.service.live.policy()
    }
    pub(crate) fn now(&self) -> Timestamp {
        (self.service.now)()
    }
    /// Today where the register is.
    pub(crate) fn today(&self, policy: &Policy) -> Date {
        zone(policy).to_datetime(self.now()).date()
    }
    /// Whether somebody may ask again already; if not, in how long.
    pub(crate) fn rate(&self, who: &Who) -> Result<(), Duration> {
        if self.service.access.is_open() {
            return Ok(());
        }
        let now = DefaultClock::default().now();
        let per_minute = who.per_minute.unwrap_or(self.service.limits.per_minute);
        let rate = {
            let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
            let quota = || Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
            Arc::clone(rates.entry(per_minute).or_insert_with(|| Arc::new(RateLimiter::keyed(quota()))))
        };
        if rate.len() > MANY {
            rate.retain_recent();
        }
        rate.check_key(&who.name).map_err(|until| until.wait_time_from(now))
    }
}

/// The time zone of a register; one that is not known here is taken for UTC.
pub(crate) fn zone(policy: &Policy) -> TimeZone {
    TimeZone::get(policy.time_zone()).unwrap_or(TimeZone::UTC)
}

/// Reading more bytes than this takes a while.
const MUCH: usize = 64 << 10;

/// Answers one question in so many bytes: here, unless reading it takes so long that others would wait.
pub(crate) fn light<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    if bytes > MUCH { aside(work) } else { work() }
}

/// Does what takes a while without keeping others waiting.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
