//! A quota in; how much it is, how much of it is left and until when, in words, out.

use rust_decimal::Decimal;

use super::keys;
use super::words::Speaker;
use crate::decide::{Answer, Decision, Prepared};
use crate::model::day::Days;
use crate::semantics::period;
use crate::text::{Key, day, say};

impl Speaker<'_> {
    pub(super) fn quota(self, answer: &Answer<'_>) -> Vec<String> {
        answer.quota.iter().map(|quota| self.counted(quota.amount, quota.unit, quota.per)).collect()
    }

    /// `600 uur per jaar`
    pub(super) fn counted(self, amount: Decimal, unit: &str, per: &str) -> String {
        let quantity = self.quantity(amount, Some(unit));
        if per == "term" {
            return say(self.language, Key::QuotaTerm, &[("quantity", &quantity)]);
        }
        say(self.language, Key::Quota, &[("quantity", &quantity), ("period", &keys::period(self.language, per))])
    }

    /// The quota, with what is left of it, until when, and whether there is a new one after that.
    pub(super) fn quota_and_used(self, decision: &Decision<'_>, answer: &Answer<'_>) -> Vec<String> {
        let (Some(quota), Some(left)) = (&answer.quota, decision.settled.allowance.left) else { return self.quota(answer) };
        let Prepared { view, known, on, .. } = &decision.prepared;
        let counted = decision.settled.allowance.period;
        let period =
            if counted == Days::EVER { period(self.world.register, view.proposals, *known, quota.per, None, *on) } else { counted };
        let is_new = decision.settled.allowance.renews.is_some() || decision.holds.until > period.until;
        let key = match (period.last(), is_new, left == Decimal::ZERO) {
            (None, _, false) => Key::QuotaLeft,
            (None, _, true) => Key::QuotaGone,
            (Some(_), false, false) => Key::QuotaLeftUntil,
            (Some(_), false, true) => Key::QuotaGoneUntil,
            (Some(_), true, false) => Key::QuotaLeftThenNew,
            (Some(_), true, true) => Key::QuotaGoneThenNew,
        };
        let used = decision.prepared.used().map(|used| self.quantity(used, Some(quota.unit))).unwrap_or_default();
        let since = period.first().map(|first| day(self.language, first)).unwrap_or_default();
        let until = period.last().map(|last| day(self.language, last)).unwrap_or_default();
        let left = self.quantity(left, Some(quota.unit));
        self.quota(answer)
            .iter()
            .map(|quota| {
                say(self.language, key, &[("quota", quota), ("used", &used), ("left", &left), ("since", &since), ("until", &until)])
            })
            .collect()
    }
}
