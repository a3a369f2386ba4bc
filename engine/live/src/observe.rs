//! What happens in; metrics and spans for those who watch over it out, where the feature `observe` is on, and nothing at all where it is not.
//!
//! | name | what it tells |
//! | --- | --- |
//! | `leidraad_decisions_total{outcome}` | answers of [`Current::decide`](crate::Current): `granted`, `refused`, `undetermined`, `error` |
//! | `leidraad_plugin_faults_total{kind}` | options that failed in such answers, by kind |
//! | `leidraad_reloads_total{result}` | successors: `in_force`, `refused`, `restored`, `waiting` |
//! | `leidraad_policy_since_seconds` | since when the policy in force is, in seconds of Unix time |
//! | `leidraad_policy_confirmed_seconds` | when the source was last seen to be what is in force: now less this is its age |
//!
//! Spans: `leidraad.decide`, `leidraad.reload`.

#[cfg(feature = "observe")]
mod on {
    use jiff::Timestamp;
    use leidraad::{Answer, Decision, Error, Policy, Question};

    use crate::Current;

    impl Current {
        /// Answers a question as [`Policy::decide`] does, counts what came of it, and stands in a span.
        ///
        /// ```
        /// use leidraad::{Question, date};
        /// let live = leidraad_live::Live::folder("../../rules").start().unwrap();
        /// let policy = live.policy();
        /// assert!(policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).is_ok());
        /// ```
        pub fn decide(&self, question: &Question) -> Result<Decision<'_>, Error> {
            let _span = tracing::debug_span!("leidraad.decide", customer = %question.customer, service = %question.service).entered();
            let decided = Policy::decide(self, question);
            count(&decided);
            decided
        }
    }

    /// Counts what came of a question: for hosts that ask a policy itself, in batches, say.
    ///
    /// ```
    /// use leidraad::{Question, date};
    /// let live = leidraad_live::Live::folder("../../rules").start().unwrap();
    /// let policy = live.policy();
    /// leidraad_live::count(&policy.batch().decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))));
    /// ```
    pub fn count(decided: &Result<Decision<'_>, Error>) {
        let outcome = decided.as_ref().map_or("error", |decision| decision.outcome().word());
        metrics::counter!("leidraad_decisions_total", "outcome" => outcome).increment(1);
        if let Ok(decision) = decided
            && decision.is_degraded()
        {
            faults(decision.answer());
        }
    }

    /// Counts the options that failed, of a composite's parts, too.
    fn faults(answer: Answer<'_>) {
        for fault in answer.options().filter_map(leidraad::Consulted::fault) {
            metrics::counter!("leidraad_plugin_faults_total", "kind" => fault.kind.word()).increment(1);
        }
        answer.parts().for_each(faults);
    }

    /// A policy is in force since a moment.
    pub(crate) fn in_force(digest: &str, since: Timestamp) {
        tracing::info!(digest, "a policy is in force");
        metrics::counter!("leidraad_reloads_total", "result" => "in_force").increment(1);
        metrics::gauge!("leidraad_policy_since_seconds").set(since.as_duration().as_secs_f64());
    }

    /// The source is what is in force, as far as is known at a moment.
    pub(crate) fn confirmed(at: Timestamp) {
        metrics::gauge!("leidraad_policy_confirmed_seconds").set(at.as_duration().as_secs_f64());
    }

    /// Something else became of a successor.
    pub(crate) fn reload(result: &'static str, told: &dyn std::fmt::Display) {
        tracing::warn!(result, "{told}");
        metrics::counter!("leidraad_reloads_total", "result" => result).increment(1);
    }

    /// While a successor is tried out.
    pub(crate) fn trying() -> tracing::span::EnteredSpan {
        tracing::info_span!("leidraad.reload").entered()
    }
}

#[cfg(not(feature = "observe"))]
mod on {
    use jiff::Timestamp;

    pub(crate) fn in_force(_: &str, _: Timestamp) {}
    pub(crate) fn confirmed(_: Timestamp) {}
    pub(crate) fn reload(_: &'static str, _: &dyn std::fmt::Display) {}
    /// No span.
    pub(crate) struct Unseen;

    pub(crate) fn trying() -> Unseen {
        Unseen
    }
}

#[cfg(feature = "observe")]
pub use on::count;
pub(crate) use on::{confirmed, in_force, reload, trying};
