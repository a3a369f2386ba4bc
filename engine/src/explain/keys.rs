//! A value in; the text that names it out.

use crate::model::rule::Effect;
use crate::option::FaultKind;
use crate::text::{Key, Language, say};

/// What kind of rule has this effect.
pub(super) fn effect(effect: &Effect) -> Key {
    match effect {
        Effect::Grant(_) => Key::EffectGrant,
        Effect::Deny => Key::EffectDeny,
        Effect::AsAt(_) => Key::EffectAsAt,
        Effect::Bound { .. } => Key::EffectBound,
    }
}

/// The period of a quota: one of [`PERIODS`](crate::PERIODS), or whatever else a rule set says.
pub(super) fn period(language: Language, per: &str) -> String {
    let key = match per {
        "day" => Key::PeriodDay,
        "week" => Key::PeriodWeek,
        "month" => Key::PeriodMonth,
        "quarter" => Key::PeriodQuarter,
        "year" => Key::PeriodYear,
        "term" => Key::PeriodTerm,
        other => return other.to_owned(),
    };
    say(language, key, &[])
}

/// In which way an option failed.
pub(super) fn fault(kind: FaultKind) -> Key {
    match kind {
        FaultKind::Trap => Key::FaultTrap,
        FaultKind::OutOfFuel => Key::FaultOutOfFuel,
        FaultKind::OutOfMemory => Key::FaultOutOfMemory,
        FaultKind::Deadline => Key::FaultDeadline,
        FaultKind::BadOutput => Key::FaultBadOutput,
        FaultKind::Invalid => Key::FaultInvalid,
        FaultKind::Absent => Key::FaultAbsent,
    }
}
