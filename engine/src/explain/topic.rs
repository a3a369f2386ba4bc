//! What a note of an explanation is about, and what people call that.

use crate::text::{Key, Language, say};

/// What a note of an explanation is about, so that a host can choose which notes it shows and where.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, Topic, date};
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let explanation = decision.explain(Language::En);
/// let why = explanation.notes.iter().find(|note| note.topic == Topic::Why).unwrap();
/// assert_eq!(why.label, Topic::Why.label(Language::En));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// what to know of the answer before anything else: an option that failed, a fact that could not be computed
    Remark,
    /// how much is delivered at which level (S9)
    Delivery,
    /// the quota, and what is left of it (S9)
    Quota,
    /// what is asked in return
    Condition,
    /// the facts that a question can give and did not
    Needed,
    /// the facts that the register should give and does not
    Lacking,
    /// the levels that are possible as long as facts are missing
    Possible,
    /// the parts of a composite service (S10)
    Parts,
    /// the rules and options that decided
    Why,
    /// what options say of the answer (S8)
    Option,
    /// what was asked for and not granted, since a bound holds it back (S4, S7)
    Limited,
    /// the rules that would have answered otherwise (S5)
    Overruled,
    /// the facts that were given and play no part
    Idle,
    /// the levels that an option could choose from (S7)
    Room,
    /// the options that were asked
    Plugins,
    /// the days on which the answer is the same
    Applies,
    /// what becomes of the answer after that
    Then,
    /// what proposals would make of it
    Proposed,
    /// what would have to be different for it to be granted
    Would,
    /// from when it is granted by itself
    Later,
    /// the rules that stand in the way
    InWay,
    /// the register that answered
    Register,
}

impl Topic {
    /// What people call it, in a word or two.
    pub fn label(self, language: Language) -> String {
        let key = match self {
            Topic::Remark => Key::LabelKnown,
            Topic::Delivery => Key::LabelLines,
            Topic::Quota => Key::LabelQuota,
            Topic::Condition => Key::LabelConditions,
            Topic::Needed => Key::LabelNeeds,
            Topic::Lacking => Key::LabelLacking,
            Topic::Possible => Key::LabelPossible,
            Topic::Parts => Key::LabelParts,
            Topic::Why => Key::LabelWhy,
            Topic::Option => Key::LabelOption,
            Topic::Limited => Key::LabelLimited,
            Topic::Overruled => Key::LabelLost,
            Topic::Idle => Key::LabelIdle,
            Topic::Room => Key::LabelRoom,
            Topic::Plugins => Key::LabelPlugins,
            Topic::Applies => Key::LabelHolds,
            Topic::Then => Key::LabelThen,
            Topic::Proposed => Key::LabelPending,
            Topic::Would => Key::LabelWould,
            Topic::Later => Key::LabelLater,
            Topic::InWay => Key::LabelInWay,
            Topic::Register => Key::LabelRegister,
        };
        say(language, key, &[])
    }
}
