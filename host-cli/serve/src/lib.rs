//! Leidraad over HTTP: a JSON API by the NL API Design Rules, AuthZEN, OpenFeature's remote evaluation, and a desk in a browser. A live policy
//! in; a router out, to be served or mounted.
//!
//! ```
//! use std::sync::Arc;
//! use leidraad_live::Live;
//! use leidraad_serve::Service;
//!
//! let live = Live::folder("../../rules").start().unwrap();
//! let router: axum::Router = Service::of(Arc::new(live)).router();
//! ```

mod access;
mod answer;
mod api;
mod asker;
mod authzen;
mod body;
mod cached;
mod desk;
mod door;
mod mcp;
mod object;
mod ofrep;
mod params;
mod problem;
mod question;
mod routes;
mod server;
mod service;
mod settings;
mod share;
mod trace;

pub use access::{Access, Algorithm, ApiKey, NewApiKey, Oidc, Scope};
pub use server::{Certificate, Server};
pub use service::{Limits, Service};
pub use settings::{BadSettings, OnLoss, Settings, Tls};
#[cfg(feature = "otlp")]
pub use trace::Traces;

/// The version of the API, as every answer gives it.
const VERSION: &str = "1.0.0";
