//! A decision in; what a service desk reads out: first the answer, then what it costs, why, and until when.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::regions::value;
use super::topic::Topic;
use crate::compare::Outlook;
use crate::decide::{Answer, Becomes, Conclusion, Decision, ExplainedAnswer, Next, Prepared, What, World};
use crate::model::arena::FactId;
use crate::model::bitemporal::Bitemporal;
use crate::model::rule::Level;
use crate::text::{Key, Language, any_of, day, list, number, say};

/// A decision in words: the answer in one sentence, then labelled notes.
///
/// It is plain text; a host lays it out and colours it. [`Display`](fmt::Display) gives a simple layout.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let explanation = decision.explain(Language::En);
/// assert!(explanation.headline.starts_with("Yes"));
/// assert!(explanation.to_string().starts_with(&explanation.headline));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// the answer, in one sentence
    pub headline: String,
    /// all else, in the order in which it matters
    pub notes: Vec<Note>,
}

/// A labelled note of an explanation.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let explanation = decision.explain(Language::En);
/// let said_at_once: Vec<&str> = explanation.notes.iter().filter(|note| !note.detail).map(|note| note.label.as_str()).collect();
/// assert!(said_at_once.contains(&"Why"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// what it is about
    pub topic: Topic,
    /// the same in a word or two, for people
    pub label: String,
    /// what there is to say, an item a line
    pub lines: Vec<String>,
    /// whether it is said only when somebody asks why
    pub detail: bool,
}

/// What a customer is told of an answer: what it is, how much, on which conditions, why, and until when.
const REPLY: [Topic; 10] = [
    Topic::Remark,
    Topic::Delivery,
    Topic::Quota,
    Topic::Condition,
    Topic::Parts,
    Topic::Why,
    Topic::Option,
    Topic::Applies,
    Topic::Then,
    Topic::Would,
];

impl Explanation {
    /// The answer as a short text that can be pasted into a mail.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// assert!(decision.explain(Language::Nl).reply().starts_with("Ja: Leiden heeft op 1 juli 2026 recht op de dienst"));
    /// ```
    pub fn reply(&self) -> String {
        let line = |note: &Note| {
            // What is set in says more of what stands above it: who decided it, and what holds of each part.
            let lines: Vec<&str> = note.lines.iter().filter(|line| !line.starts_with("  ")).map(String::as_str).collect();
            format!("{}: {}\n", note.label, lines.join("; "))
        };
        let notes = self.notes.iter().filter(|note| !note.detail && REPLY.contains(&note.topic)).map(line);
        std::iter::once(format!("{}\n", self.headline)).chain(notes).collect()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline)?;
        for note in &self.notes {
            for line in &note.lines {
                writeln!(f, "{}: {line}", note.label)?;
            }
        }
        Ok(())
    }
}

/// What the words are made with.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'p> {
    pub(super) world: World<'p>,
    pub(super) language: Language,
}

pub(crate) fn explain(decision: &Decision<'_>, outlook: &Outlook<'_>, language: Language) -> Explanation {
    let speaker = Speaker { world: decision.world, language };
    let unit = decision.world.register.services[decision.settled.service].unit.as_deref();
    let mut notes = Vec::new();
    let mut note = |topic: Topic, detail: bool, lines: Vec<String>| {
        if !lines.is_empty() {
            notes.push(Note { topic, label: topic.label(language), lines, detail });
        }
    };
    let settled = &decision.settled;
    note(Topic::Remark, false, speaker.faults(&decision.settled).into_iter().chain(speaker.uncomputed(decision)).collect());
    if let Some(answer) = settled.answer() {
        note(Topic::Delivery, false, speaker.lines(answer, unit));
        note(Topic::Quota, false, speaker.quota_and_used(decision, answer));
        note(Topic::Condition, false, answer.obligations.iter().map(|id| speaker.obligation(id)).collect());
    }
    if let Conclusion::Undetermined { needs, possible } = &settled.core {
        // What the register should give, nobody can be asked for.
        let (own, asked): (Vec<FactId>, Vec<FactId>) = needs.iter().partition(|fact| decision.world.register.facts[**fact].from_register);
        note(Topic::Needed, false, asked.into_iter().map(|fact| speaker.need(fact, outlook)).collect());
        note(Topic::Lacking, false, own.into_iter().map(|fact| speaker.lacking(fact)).collect());
        note(Topic::Possible, false, vec![speaker.possible(possible)]);
    }
    note(Topic::Parts, false, settled.parts.iter().flat_map(|part| speaker.part(part, &decision.prepared)).collect());
    note(Topic::Why, false, speaker.unlisted(decision).unwrap_or_else(|| speaker.why(settled, &decision.prepared)));
    note(Topic::Option, false, speaker.remarks(settled));
    let limited = settled.reasons.overruled.iter().filter_map(|lost| speaker.limited(lost));
    note(Topic::Limited, false, limited.chain(speaker.held_options(settled)).collect());
    note(
        Topic::Overruled,
        true,
        // While facts are missing, a rule may decide with one of them and lose with another: it is told as a reason.
        settled
            .reasons
            .overruled
            .iter()
            .filter(|lost| lost.what == What::Choice && !settled.reasons.because.contains(&lost.rule))
            .map(|lost| speaker.lost(lost))
            .collect(),
    );
    note(Topic::Idle, false, if outlook.idle.is_empty() { Vec::new() } else { vec![speaker.facts(&outlook.idle)] });
    note(Topic::Room, true, settled.reasons.room.map(|(lowest, highest)| speaker.room(lowest, highest)).into_iter().collect());
    note(Topic::Plugins, true, speaker.consulted(settled));
    note(Topic::Applies, false, vec![speaker.holds(decision)]);
    note(Topic::Then, false, outlook.next.iter().map(|next| speaker.then(decision, next)).collect());
    note(Topic::Proposed, false, speaker.pending(decision));
    let register = decision.world.register;
    note(Topic::Register, true, vec![say(language, Key::Register, &[("name", &register.name), ("digest", &register.digest)])]);
    Explanation { headline: speaker.headline(decision, outlook), notes }
}

/// An answer in a few words, for a list: a level with its quota, that there is no right, or what it depends on.
pub(crate) fn outline(world: World<'_>, settled: &ExplainedAnswer<'_>, language: Language) -> String {
    let speaker = Speaker { world, language };
    let answer = match &settled.core {
        Conclusion::Answered(answer) => {
            let quota = speaker.quota(answer);
            if quota.is_empty() { speaker.level(answer.level) } else { format!("{}, {}", speaker.level(answer.level), quota.join(" ")) }
        }
        Conclusion::Undetermined { needs, .. } => say(language, Key::OutlineOpen, &[("facts", &speaker.facts(needs))]),
    };
    if settled.degraded() { say(language, Key::OutlineDegraded, &[("answer", &answer)]) } else { answer }
}

impl Speaker<'_> {
    pub(super) fn level(self, level: Level) -> String {
        if level == Level::NONE {
            return say(self.language, Key::NoRight, &[]);
        }
        self.world.register.level_name(level, self.language).to_owned()
    }

    pub(super) fn fact(self, fact: FactId) -> String {
        let fact = &self.world.register.facts[fact];
        fact.label.get(self.language).unwrap_or(&fact.name).to_owned()
    }

    pub(super) fn facts(self, facts: &[FactId]) -> String {
        // `hangt af van de vraag of …`
        let named = |fact: &FactId| {
            let label = self.fact(*fact);
            match label.strip_prefix("of ").filter(|_| self.language == Language::Nl) {
                Some(rest) => say(self.language, Key::WhetherOf, &[("rest", rest)]),
                None => label,
            }
        };
        list(self.language, &facts.iter().map(named).collect::<Vec<_>>())
    }

    /// What is asked for, and what its values look like; where they are few, what each of them would lead to.
    fn need(self, fact: FactId, outlook: &Outlook<'_>) -> String {
        let declared = &self.world.register.facts[fact];
        let leads: Vec<String> = outlook
            .leads
            .iter()
            .filter(|lead| lead.fact == fact)
            .map(|lead| format!("{} → {}", value(declared, lead.value, self.language), self.brief(&lead.settled)))
            .collect();
        let unit = declared.unit.as_deref().and_then(|id| self.unit(id, false));
        let expected = declared.expected_in(self.language);
        let expected =
            if leads.is_empty() { unit.map_or(expected.clone(), |unit| format!("{expected} ({unit})")) } else { leads.join("; ") };
        let label = self.fact(fact);
        let (word, loose) = (declared.word(self.language), crate::model::nfc::loose);
        let key = if loose(word) == loose(&label) { Key::NeedWord } else { Key::Need };
        say(self.language, key, &[("name", word), ("label", &label), ("expected", &expected)])
    }

    fn lacking(self, fact: FactId) -> String {
        let word = self.world.register.facts[fact].word(self.language);
        say(self.language, Key::Lacking, &[("name", word), ("label", &self.fact(fact))])
    }

    /// An answer in a few words: a level with what it asks for, or what it depends on.
    pub(super) fn brief(self, settled: &ExplainedAnswer<'_>) -> String {
        match &settled.core {
            Conclusion::Answered(answer) => match answer.lines.iter().next().filter(|_| answer.level != Level::NONE) {
                Some(line) => self.on_condition(self.level(answer.level), obligations(answer, line.obligations)),
                None => self.level(answer.level),
            },
            Conclusion::Undetermined { needs, .. } => say(self.language, Key::OutlineOpen, &[("facts", &self.facts(needs))]),
        }
    }

    pub(super) fn obligation(self, id: &str) -> String {
        let named = self.world.register.obligations.iter().find(|named| *named.id == *id);
        named.and_then(|named| named.text.get(self.language)).unwrap_or(id).to_owned()
    }

    /// `8 uur`, `1 werkplek`, `8`
    pub(super) fn quantity(self, quantity: Decimal, unit: Option<&str>) -> String {
        let digits = number(self.language, quantity);
        let Some(id) = unit else { return digits };
        format!("{digits} {}", self.unit(id, quantity == Decimal::ONE).unwrap_or(id))
    }

    /// The name of a unit, for one or for many.
    fn unit(&self, id: &str, one: bool) -> Option<&str> {
        let unit = self.world.register.units.iter().find(|unit| *unit.id == *id)?;
        let many = if one { None } else { unit.many.get(self.language) };
        many.or(unit.one.get(self.language))
    }

    /// What could not be computed although all is given: nobody who asks can mend that.
    fn uncomputed(self, decision: &Decision<'_>) -> Vec<String> {
        let facts = self.world.register;
        let line = |(fact, reason): &(FactId, String)| {
            let inputs: Vec<FactId> = facts.facts[*fact].derive.iter().flat_map(|derive| derive.inputs.iter().copied()).collect();
            let values = [("fact", self.fact(*fact)), ("inputs", self.facts(&inputs)), ("reason", reason.clone())];
            say(self.language, Key::Uncomputed, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        };
        decision.uncomputed.iter().map(line).collect()
    }

    /// Why nothing is granted, where the customer or the service is not in the catalogue on that day.
    fn unlisted(self, decision: &Decision<'_>) -> Option<Vec<String>> {
        let line = |(id, name, listed): (&str, &str, Bitemporal)| {
            let service = self.world.register.services.find(|service| *service.id == *id);
            let name = service.map_or(name, |service| self.world.register.service_name(service, self.language));
            let text = |date: Date| day(self.language, date);
            let (prepared, known) = (&decision.prepared, listed.known.first());
            match (listed.on.first(), listed.on.last()) {
                _ if !listed.known.contains(prepared.known) => {
                    say(self.language, Key::UnlistedUnknown, &[("name", name), ("day", &known.map(text).unwrap_or_default())])
                }
                (Some(from), _) if prepared.date < from => say(self.language, Key::UnlistedBefore, &[("name", name), ("day", &text(from))]),
                (_, until) => say(self.language, Key::UnlistedAfter, &[("name", name), ("day", &until.map(text).unwrap_or_default())]),
            }
        };
        let absent = decision.absent();
        (!absent.is_empty()).then(|| absent.into_iter().map(line).collect())
    }

    fn lines(self, answer: &Answer<'_>, unit: Option<&str>) -> Vec<String> {
        let language = self.language;
        let unit = answer.quota.as_ref().map(|quota| quota.unit).or(unit);
        let mut lines = Vec::new();
        for line in answer.lines.iter() {
            let Some(quantity) = line.quantity else { continue };
            let quantity = self.quantity(quantity, unit);
            let said = if line.level == Level::NONE {
                say(language, Key::LineNone, &[("quantity", &quantity)])
            } else {
                say(language, Key::Line, &[("quantity", &quantity), ("level", &self.level(line.level))])
            };
            lines.push(self.on_condition(said, line.obligations.iter().map(|id| &**id)));
        }
        lines
    }

    /// What is said, with what it asks for behind it.
    pub(super) fn on_condition<'a>(self, line: String, obligations: impl IntoIterator<Item = &'a str>) -> String {
        let obligations: Vec<String> = obligations.into_iter().map(|id| self.obligation(id)).collect();
        if obligations.is_empty() {
            return line;
        }
        say(self.language, Key::OnCondition, &[("line", &line), ("obligations", &list(self.language, &obligations))])
    }

    fn part(self, part: &ExplainedAnswer<'_>, prepared: &Prepared<'_>) -> Vec<String> {
        let language = self.language;
        let service = self.world.register.service_name(part.service, language);
        let mut lines = vec![match &part.core {
            Conclusion::Answered(answer) if answer.level == Level::NONE => say(language, Key::PartNone, &[("service", service)]),
            Conclusion::Answered(answer) => say(language, Key::Part, &[("service", service), ("level", &self.level(answer.level))]),
            Conclusion::Undetermined { needs, .. } => say(language, Key::PartOpen, &[("service", service), ("facts", &self.facts(needs))]),
        }];
        let parts = part.parts.iter().flat_map(|part| self.part(part, prepared));
        let inner = parts.chain(self.why(part, prepared)).chain(self.remarks(part));
        let inner = inner.chain(self.held_options(part));
        lines.extend(inner.map(|line| format!("  {line}")));
        lines
    }

    fn possible(self, levels: &[Level]) -> String {
        let names: Vec<String> = levels.iter().map(|level| self.level(*level)).collect();
        match names.as_slice() {
            [one] => say(self.language, Key::PossibleOne, &[("level", one)]),
            _ => any_of(self.language, &names),
        }
    }

    fn room(self, lowest: Level, highest: Level) -> String {
        let key = if lowest == highest { Key::RoomOne } else { Key::Room };
        say(self.language, key, &[("lowest", &self.level(lowest)), ("highest", &self.level(highest))])
    }

    fn holds(self, decision: &Decision<'_>) -> String {
        let language = self.language;
        let text = |date: Date| day(language, date);
        let holds = decision.holds();
        match (holds.from, holds.until) {
            (None, None) => say(language, Key::HoldsAlways, &[]),
            (Some(from), None) => say(language, Key::HoldsFrom, &[("from", &text(from))]),
            (None, Some(until)) => say(language, Key::HoldsUntil, &[("until", &text(until))]),
            (Some(from), Some(until)) => say(language, Key::HoldsBetween, &[("from", &text(from)), ("until", &text(until))]),
        }
    }

    fn then(self, decision: &Decision<'_>, next: &Next<'_>) -> String {
        let language = self.language;
        let from = day(language, next.day());
        match &next.becomes {
            Becomes::NewQuota => say(language, Key::ThenNewQuota, &[("day", &from)]),
            Becomes::TooComplex => say(language, Key::ThenTooComplex, &[("day", &from)]),
            Becomes::Answer(Conclusion::Answered(answer)) if answer.level == Level::NONE => say(language, Key::ThenNone, &[("day", &from)]),
            Becomes::Answer(Conclusion::Answered(answer)) => {
                let level = self.level(answer.level);
                let same = decision.settled.answer().is_some_and(|now| now.level == answer.level);
                say(language, if same { Key::ThenChanged } else { Key::ThenLevel }, &[("day", &from), ("level", &level)])
            }
            Becomes::Answer(Conclusion::Undetermined { needs, .. }) => {
                say(language, Key::ThenOpen, &[("day", &from), ("facts", &self.facts(needs))])
            }
        }
    }

    fn pending(self, decision: &Decision<'_>) -> Vec<String> {
        let language = self.language;
        let register = self.world.register;
        let mut lines = Vec::new();
        for pending in &decision.pending {
            let version = &register.versions[pending.version];
            let title = version.title.get(language).unwrap_or(&version.key);
            let line = match pending.level {
                Some(Level::NONE) => say(language, Key::PendingNone, &[("title", title)]),
                Some(level) => say(language, Key::Pending, &[("title", title), ("level", &self.level(level))]),
                None => say(language, Key::PendingOpen, &[("title", title)]),
            };
            let mut customers: Vec<String> =
                pending.named(register).map(|customer| register.customers[customer].name.to_string()).collect();
            if !pending.unnamed.is_empty() {
                customers.push(say(language, Key::Others, &[]));
            }
            lines.push(if customers.is_empty() {
                line
            } else {
                say(language, Key::Awaits, &[("line", &line), ("customers", &list(language, &customers))])
            });
        }
        lines
    }
}

/// What an answer asks for as a whole, and of one line.
pub(super) fn obligations<'a>(answer: &'a Answer<'_>, of_line: &'a [Box<str>]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for id in answer.obligations.iter().chain(of_line) {
        if !all.contains(&&**id) {
            all.push(id);
        }
    }
    all
}
