//! The stable words that findings are known by, and how grave each is.

use std::fmt;

/// How grave a finding is.
///
/// ```
/// use leidraad::{Code, Severity};
/// assert_eq!(Code::RuleConflict.severity(), Severity::Error);
/// assert_eq!(Severity::Error.word(), "error");
/// assert!(Code::ALL.iter().all(|code| !code.summary().is_empty()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The register does not load.
    Error,
    /// The register loads; its owner should look.
    Warning,
}

impl Severity {
    /// `error` or `warning`
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $severity:ident),+ $(,)?) => {
        /// The stable code of a finding; its word never changes.
        ///
        /// ```
        /// use leidraad::Code;
        /// assert_eq!(Code::RuleConflict.word(), "rule-conflict");
        /// assert_eq!("rule-conflict".parse(), Ok(Code::RuleConflict));
        /// assert_eq!("rule-conflit".parse::<Code>().unwrap_err().help(leidraad::Language::En).unwrap(), "did you mean `rule-conflict`?");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $name),+
        }
        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];
            /// What it is, in a line.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii()),+ }
            }
            /// Whether it says that a plugin could not be opened.
            pub(crate) fn is_of_opening(self) -> bool {
                (Code::OptionMissing..=Code::OptionDescription).contains(&self)
            }
            /// The word that stands in reports and JSON.
            pub fn word(self) -> &'static str {
                match self { $(Code::$name => $word),+ }
            }
            /// How grave a finding with this code is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity),+ }
            }
        }
    };
}

codes! {
    /// A file or folder cannot be read.
    ReadFailed "read-failed" Error,
    /// A link leads back to a folder above it.
    FolderLoop "folder-loop" Error,
    /// A link leads out of the register's folder.
    LinkOutside "link-outside" Error,
    /// A bundle is no whole archive of plain files.
    BadBundle "bad-bundle" Error,
    /// A file is larger than a register's file may be, or lies too deep.
    TooLarge "too-large" Error,
    /// A file that every register needs is not there.
    MissingFile "missing-file" Error,
    /// A file that no part of a register is named like.
    UnknownFile "unknown-file" Error,
    /// There are more findings than are listed.
    MoreFindings "more-findings" Warning,
    /// A file holds bytes that are no UTF-8.
    NotUtf8 "not-utf8" Error,
    /// A file is no TOML.
    TomlSyntax "toml-syntax" Error,
    /// A matrix is no table of services by customers.
    MatrixShape "matrix-shape" Error,
    /// A cell of a matrix holds no level.
    MatrixCell "matrix-cell" Error,
    /// A key that the format does not know.
    UnknownKey "unknown-key" Error,
    /// A key that the format asks for is not there.
    MissingKey "missing-key" Error,
    /// A value of another type than the key takes.
    WrongType "wrong-type" Error,
    /// A value that the key does not take.
    BadValue "bad-value" Error,
    /// Two things with the same id.
    DuplicateId "duplicate-id" Error,
    /// Two things with the same name, or one with an empty name.
    NameClash "name-clash" Error,
    /// A name of nothing that is declared.
    UnknownName "unknown-name" Error,
    /// A day that is not in the calendar.
    BadDay "bad-day" Error,
    /// A last day that comes before the first.
    DayOrder "day-order" Error,
    /// Levels in the wrong order.
    LevelOrder "level-order" Error,
    /// A test that cannot be read, or that nothing passes.
    BadTest "bad-test" Error,
    /// A derived fact whose expression cannot be read.
    BadExpression "bad-expression" Error,
    /// The register needs a part of the engine that this build was made without.
    FeatureMissing "feature-missing" Error,
    /// Facts that are derived from each other in a circle.
    DeriveCycle "derive-cycle" Error,
    /// A composite that holds itself.
    CompositeCycle "composite-cycle" Error,
    /// A composite of more parts than can be answered for.
    CompositeSize "composite-size" Error,
    /// A rule for a composite, which only its parts can have.
    CompositeTarget "composite-target" Error,
    /// Services that require each other in a circle.
    RequiresCycle "requires-cycle" Error,
    /// Two versions, decided on the same day, for the same days.
    VersionOverlap "version-overlap" Error,
    /// Two values of a fact, decided on the same day, for the same days.
    ValueOverlap "value-overlap" Error,
    /// An adopted version that was changed after its adoption.
    AdoptedEdited "adopted-edited" Error,
    /// An adopted version that the lock does not hold, although it holds others.
    AdoptedUnlocked "adopted-unlocked" Warning,
    /// There are adopted versions, and no lock that holds them.
    LockMissing "lock-missing" Warning,
    /// A new customer or service without days comes under rules that were adopted without it.
    EntryUndated "entry-undated" Warning,
    /// Two rules give different answers to one question.
    RuleConflict "rule-conflict" Error,
    /// Two bounds of one rank that leave no level.
    BoundConflict "bound-conflict" Error,
    /// Rules that override each other in a circle.
    PrecedenceCycle "precedence-cycle" Error,
    /// A service is granted while one that it requires is refused.
    RequiresBroken "requires-broken" Error,
    /// The application does not bring a plugin that an option asks for.
    OptionAbsent "option-absent" Warning,
    /// The file of a plugin is not there.
    OptionMissing "option-missing" Error,
    /// The file of a plugin is another than the one that was approved.
    OptionDigest "option-digest" Error,
    /// The file of a plugin is no WebAssembly component.
    OptionNotComponent "option-not-component" Error,
    /// A plugin imports something.
    OptionImports "option-imports" Error,
    /// A plugin does not export the contract.
    OptionExport "option-export" Error,
    /// A plugin was built for another version of the contract.
    OptionVersion "option-version" Error,
    /// A plugin asks for more than any may have, or is otherwise not to be run.
    OptionRefused "option-refused" Error,
    /// A script that cannot be read.
    OptionScript "option-script" Error,
    /// A plugin that fails to describe itself.
    OptionDescription "option-description" Error,
    /// A plugin reads a fact that the register does not have.
    OptionUnknownFact "option-unknown-fact" Error,
    /// A setting that the plugin does not take, or of another type, or missing.
    OptionConfig "option-config" Error,
    /// An option that can change nothing anywhere.
    OptionIdle "option-idle" Error,
    /// A check that would take too long to finish.
    CheckTooLarge "check-too-large" Error,
    /// A rule that never decides anything.
    RuleUnreachable "rule-unreachable" Warning,
    /// A row of a first-match list that says what the next one says anyway.
    RuleRedundant "rule-redundant" Warning,
    /// A service that nobody is ever granted.
    ServiceUngranted "service-ungranted" Warning,
    /// One customer is never granted what all others of its role are.
    CustomerGap "customer-gap" Warning,
    /// A rule set ends without a successor, and rights end with it.
    VersionLapses "version-lapses" Warning,
    /// A bound that never narrows anything.
    BoundIdle "bound-idle" Warning,
    /// A grant whose level bounds always change.
    GrantClamped "grant-clamped" Warning,
    /// A value that the register gives ends while a rule still needs it.
    ValueEnds "value-ends" Warning,
    /// A day of deciding or of knowing that lies far from the days it is about.
    DayFar "day-far" Warning,
    /// A fact that no rule reads.
    FactUnused "fact-unused" Warning,
    /// A computed number that its fact may not be able to hold.
    DeriveInexact "derive-inexact" Warning,
    /// An option that fails on a plain question.
    OptionFaults "option-faults" Warning,
    /// A reference to a law or a local scheme that looks wrong.
    ReferenceOdd "reference-odd" Warning,
    /// A text that stands in one language and not in the other.
    TextMissing "text-missing" Warning,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
