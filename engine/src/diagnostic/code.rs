//! The stable words that findings are known by, and how grave each is.

use std::fmt;

use crate::text::Language;

/// How grave a finding is.
///
/// ```
/// use leidraad::{Code, Language, Severity};
/// assert_eq!(Code::RuleConflict.severity(), Severity::Error);
/// assert_eq!(Severity::Error.word(), "error");
/// assert!(Code::ALL.iter().all(|code| !code.summary(Language::Nl).is_empty()));
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
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $severity:ident $dutch:literal),+ $(,)?) => {
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
            pub fn summary(self, language: Language) -> &'static str {
                match (self, language) { $((Code::$name, Language::Nl) => $dutch, (Code::$name, Language::En) => concat!($($doc),+).trim_ascii()),+ }
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
    ReadFailed "read-failed" Error "Een bestand of map is niet te lezen.",
    /// A link leads back to a folder above it.
    FolderLoop "folder-loop" Error "Een koppeling leidt terug naar een map erboven.",
    /// A link leads out of the register's folder.
    LinkOutside "link-outside" Error "Een koppeling leidt uit de map van het register.",
    /// The register cannot be fetched, or may not be used: for instance because the file is not a bundle, or a signature is missing.
    SourceRefused "source-refused" Error "Het register is niet op te halen, of mag niet worden gebruikt: bijvoorbeeld omdat het bestand geen bundel is, of omdat een handtekening ontbreekt.",
    /// A file is larger than a register's file may be, or lies too deep.
    TooLarge "too-large" Error "Een bestand is groter dan een bestand van een register mag zijn, of ligt te diep.",
    /// A file that every register needs is not there.
    MissingFile "missing-file" Error "Een bestand dat elk register nodig heeft, is er niet.",
    /// A file with a name that no part of a register has.
    UnknownFile "unknown-file" Error "Een bestand met een naam die bij geen deel van een register hoort.",
    /// There are more findings than are listed.
    MoreFindings "more-findings" Warning "Er zijn meer bevindingen dan worden genoemd.",
    /// A file holds bytes that are no UTF-8.
    NotUtf8 "not-utf8" Error "Een bestand bevat bytes die geen UTF-8 zijn.",
    /// A file is no TOML.
    TomlSyntax "toml-syntax" Error "Een bestand is geen TOML.",
    /// A matrix is no table of services by customers.
    MatrixShape "matrix-shape" Error "Een matrix is geen tabel van diensten en klanten.",
    /// A cell of a matrix holds no level.
    MatrixCell "matrix-cell" Error "In een cel van een matrix staat geen niveau.",
    /// A key that the format does not know.
    UnknownKey "unknown-key" Error "Een sleutel die het formaat niet kent.",
    /// A key that the format asks for is not there.
    MissingKey "missing-key" Error "Een sleutel die het formaat vraagt, is er niet.",
    /// A value of another type than the key takes.
    WrongType "wrong-type" Error "Een waarde van een andere soort dan bij de sleutel hoort.",
    /// A value that the key does not take.
    BadValue "bad-value" Error "Een waarde die niet bij de sleutel past.",
    /// Two things with the same id.
    DuplicateId "duplicate-id" Error "Twee dingen met dezelfde id.",
    /// Two things with the same name, or one with an empty name.
    NameClash "name-clash" Error "Twee dingen met dezelfde naam, of een met een lege naam.",
    /// A name that is declared nowhere.
    UnknownName "unknown-name" Error "Een naam die nergens is benoemd.",
    /// A day that is not in the calendar.
    BadDay "bad-day" Error "Een dag die niet in de kalender staat.",
    /// A last day that comes before the first.
    DayOrder "day-order" Error "Een laatste dag die vóór de eerste ligt.",
    /// Levels in the wrong order.
    LevelOrder "level-order" Error "Niveaus in de verkeerde volgorde.",
    /// A test that cannot be read, or that nothing passes.
    BadTest "bad-test" Error "Een test die niet is te lezen, of waaraan niets voldoet.",
    /// A derived fact whose expression cannot be read.
    BadExpression "bad-expression" Error "Een afgeleid feit waarvan de uitdrukking niet is te lezen.",
    /// The register needs a part of the engine that this build was made without.
    FeatureMissing "feature-missing" Error "Het register heeft een deel van de motor nodig dat in deze bouw ontbreekt.",
    /// Facts that are derived from each other in a circle.
    DeriveCycle "derive-cycle" Error "Feiten die in een kring uit elkaar volgen.",
    /// A composite that holds itself.
    CompositeCycle "composite-cycle" Error "Een samengestelde dienst die zichzelf bevat.",
    /// A composite of more parts than can be answered for.
    CompositeSize "composite-size" Error "Een samengestelde dienst met meer onderdelen dan te beantwoorden zijn.",
    /// A rule for a composite, which only its parts can have.
    CompositeTarget "composite-target" Error "Een regel voor een samengestelde dienst; alleen de onderdelen kunnen die hebben.",
    /// Services that require each other in a circle.
    RequiresCycle "requires-cycle" Error "Diensten die elkaar in een kring nodig hebben.",
    /// Two versions, decided on the same day, for the same days.
    VersionOverlap "version-overlap" Error "Twee versies, op dezelfde dag besloten, voor dezelfde dagen.",
    /// Two values of a fact, decided on the same day, for the same days.
    ValueOverlap "value-overlap" Error "Twee waarden van een feit, op dezelfde dag besloten, voor dezelfde dagen.",
    /// An adopted version that was changed after its adoption.
    AdoptedEdited "adopted-edited" Error "Een vastgestelde versie die na de vaststelling is veranderd.",
    /// An adopted version that the lock does not hold, although it holds others.
    AdoptedUnlocked "adopted-unlocked" Warning "Een vastgestelde versie die niet vergrendeld is, terwijl andere dat wel zijn.",
    /// There are adopted versions, and no lock that holds them.
    LockMissing "lock-missing" Warning "Er zijn vastgestelde versies, maar geen vergrendeling waar ze in staan.",
    /// A new customer or service without days comes under rules that were adopted without it.
    EntryUndated "entry-undated" Warning "Een nieuwe klant of dienst zonder dagen valt onder regels die zonder die klant of dienst zijn vastgesteld.",
    /// A version that is not locked yet was decided after the first day on which it counts.
    VersionRetroactive "version-retroactive" Warning "Een nog niet vergrendelde versie is besloten na de eerste dag waarop zij telt.",
    /// Two rules give different answers to one question.
    RuleConflict "rule-conflict" Error "Twee regels geven verschillende antwoorden op één vraag.",
    /// Two bounds of one rank that leave no level.
    BoundConflict "bound-conflict" Error "Twee grenzen van één rang die geen niveau overlaten.",
    /// Rules that override each other in a circle.
    PrecedenceCycle "precedence-cycle" Error "Regels die elk voor een andere gaan, in een kring.",
    /// A service is granted while one that it requires is refused.
    RequiresBroken "requires-broken" Error "Een dienst wordt toegekend terwijl een dienst die daarvoor nodig is, wordt geweigerd.",
    /// The application does not bring a plugin that an option asks for.
    OptionAbsent "option-absent" Warning "Een optie vraagt om een plugin die de toepassing niet meebrengt.",
    /// The file of a plugin is not there.
    OptionMissing "option-missing" Error "Het bestand van een plugin is er niet.",
    /// The file of a plugin is another than the one that was approved.
    OptionDigest "option-digest" Error "Het bestand van een plugin is niet het bestand dat is goedgekeurd.",
    /// The file of a plugin is no WebAssembly component.
    OptionNotComponent "option-not-component" Error "Het bestand van een plugin is geen WebAssembly-component.",
    /// A plugin imports something.
    OptionImports "option-imports" Error "Een plugin vraagt iets van buiten.",
    /// A plugin does not export the contract.
    OptionExport "option-export" Error "Een plugin biedt het contract niet aan.",
    /// A plugin was built for another version of the contract.
    OptionVersion "option-version" Error "Een plugin is voor een andere versie van het contract gebouwd.",
    /// A plugin asks for more than any may have, or is otherwise not to be run.
    OptionRefused "option-refused" Error "Een plugin vraagt meer dan een plugin mag hebben, of mag om een andere reden niet draaien.",
    /// A script that cannot be read.
    OptionScript "option-script" Error "Een script dat niet is te lezen.",
    /// A plugin that fails to describe itself.
    OptionDescription "option-description" Error "Een plugin die zichzelf niet kan beschrijven.",
    /// A plugin reads a fact that the register does not have.
    OptionUnknownFact "option-unknown-fact" Error "Een plugin kijkt naar een feit dat het register niet heeft.",
    /// A setting that the plugin does not take, or of another type, or missing.
    OptionConfig "option-config" Error "Een instelling die de plugin niet kent, die van een verkeerde soort is of die ontbreekt.",
    /// An option that can change nothing anywhere.
    OptionIdle "option-idle" Error "Een optie die nergens iets kan veranderen.",
    /// A check that would take too long to finish.
    CheckTooLarge "check-too-large" Error "Een controle die te lang zou duren.",
    /// A rule that never decides anything.
    RuleUnreachable "rule-unreachable" Warning "Een regel die nooit iets beslist.",
    /// A row of a first-match list that says what the next one says anyway.
    RuleRedundant "rule-redundant" Warning "Een rij die zegt wat de volgende ook zegt, in een lijst waarin de eerste wint.",
    /// A service that nobody is ever granted.
    ServiceUngranted "service-ungranted" Warning "Een dienst die niemand ooit krijgt.",
    /// One customer is never granted what all others of its role are.
    CustomerGap "customer-gap" Warning "Eén klant krijgt nooit wat alle andere met zijn rol krijgen.",
    /// A rule set ends without a successor, and rights end with it.
    VersionLapses "version-lapses" Warning "Een regelset eindigt zonder opvolger, en rechten eindigen ermee.",
    /// A bound that never narrows anything.
    BoundIdle "bound-idle" Warning "Een grens die nooit iets begrenst.",
    /// A grant whose level bounds always change.
    GrantClamped "grant-clamped" Warning "Een toekenning waarvan grenzen het niveau altijd veranderen.",
    /// A value that the register gives ends while a rule still needs it.
    ValueEnds "value-ends" Warning "Een waarde van het register eindigt terwijl een regel haar nog nodig heeft.",
    /// A day of deciding or of knowing that lies far from the days it is about.
    DayFar "day-far" Warning "Een dag in `decided` of `known` die ver af ligt van de dagen waar het over gaat.",
    /// A fact that no rule reads.
    FactUnused "fact-unused" Warning "Een feit waar geen regel naar kijkt.",
    /// A computed number that its fact may not be able to hold.
    DeriveInexact "derive-inexact" Warning "Een berekend getal dat misschien niet in zijn feit past.",
    /// An option that fails on a plain question.
    OptionFaults "option-faults" Warning "Een optie die op een gewone vraag faalt.",
    /// A reference to a law or a local scheme that looks wrong.
    ReferenceOdd "reference-odd" Warning "Een verwijzing naar een wet of een regeling die er verkeerd uitziet.",
    /// A text that stands in one language and not in the other.
    TextMissing "text-missing" Warning "Een tekst die in de ene taal staat en niet in de andere.",
    /// A rule or an option that does not say why.
    ReasonMissing "reason-missing" Warning "Een regel of optie die niet zegt waarom.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
