//! What happens to lines in; metrics for those who watch over a log out, where the feature `observe` is on, and nothing at all where it is not.
//!
//! | name | what it tells |
//! | --- | --- |
//! | `leidraad_log_lines_total` | lines that are as safe as the settings promise |
//! | `leidraad_log_waiting_bytes` | what waits to be written: how far the log lags behind |
//! | `leidraad_log_failures_total` | how often lines could not be written |
//! | `leidraad_log_lost_total` | answers that were lost and counted |

#[cfg(feature = "observe")]
mod on {
    pub(crate) fn waiting(bytes: usize) {
        #[allow(clippy::cast_precision_loss, reason = "nobody counts the bytes of gigabytes")]
        metrics::gauge!("leidraad_log_waiting_bytes").set(bytes as f64);
    }
    pub(crate) fn written(lines: u64) {
        metrics::counter!("leidraad_log_lines_total").increment(lines);
    }
    pub(crate) fn failed(cause: &str, lost: u64) {
        tracing::error!(lost, "the log cannot be written: {cause}");
        metrics::counter!("leidraad_log_failures_total").increment(1);
        metrics::counter!("leidraad_log_lost_total").increment(lost);
    }
}

#[cfg(not(feature = "observe"))]
mod on {
    pub(crate) fn waiting(_: usize) {}
    pub(crate) fn written(_: u64) {}
    pub(crate) fn failed(_: &str, _: u64) {}
}

pub(crate) use on::{failed, waiting, written};
