//! A decision in; its answer in one sentence out, with all that one must know of it.

use rust_decimal::Decimal;

use super::regions::condition;
use super::words::{Speaker, obligations};
use crate::compare::Outlook;
use crate::cover::Part;
use crate::decide::{Answer, Conclusion, Decision, Line};
use crate::model::rule::Level;
use crate::text::{Key, day, list, number, say};

impl Speaker<'_> {
    /// The answer in one sentence: all of it that one must know, with what it is seen from.
    pub(super) fn headline(self, decision: &Decision<'_>, outlook: &Outlook<'_>) -> String {
        let answer = self.sentence(decision, outlook);
        let known = decision.prepared.known_date.map(|known| say(self.language, Key::AsKnown, &[("day", &day(self.language, known))]));
        let proposed = decision.prepared.is_proposed().then(|| say(self.language, Key::WithProposed, &[]));
        let seen: Vec<String> = known.into_iter().chain(proposed).collect();
        if seen.is_empty() { answer } else { say(self.language, Key::SeenFrom, &[("seen", &seen.join(", ")), ("answer", &answer)]) }
    }

    fn sentence(self, decision: &Decision<'_>, outlook: &Outlook<'_>) -> String {
        let register = self.world.register;
        let settled = &decision.settled;
        let on = day(self.language, decision.prepared.date);
        let customer = &*register.customers[decision.prepared.view.customer].name;
        let service = register.service_name(settled.service, self.language);
        let given = [("customer", customer), ("service", service), ("day", on.as_str())];
        let with = |key: Key, more: &[(&str, &str)]| say(self.language, key, &[&given, more].concat());
        let left = settled.allowance.left;
        match &settled.core {
            Conclusion::Answered(answer) if answer.level == Level::NONE => {
                let asked: Option<Decimal> = answer.lines.iter().find_map(|line| line.quantity).filter(|_| left == Some(Decimal::ZERO));
                match (asked, self.only_if_not(outlook)) {
                    (Some(asked), _) => {
                        let unit = answer.quota.as_ref().map(|quota| quota.unit);
                        with(Key::NoUsedUp, &[("asked", &self.quantity(asked, unit))])
                    }
                    (None, Some((now, then))) => with(Key::NoBut, &[("now", &now), ("then", &then)]),
                    (None, None) => with(Key::No, &[]),
                }
            }
            Conclusion::Answered(answer) => {
                let unit = answer.quota.as_ref().map(|quota| quota.unit).or(register.services[settled.service].unit.as_deref());
                let level = self.level(answer.level);
                let lines: Vec<&Line<'_>> = answer.lines.iter().collect();
                let refused: Decimal = answer.lines.iter().filter(|line| line.level == Level::NONE).filter_map(|line| line.quantity).sum();
                let asked: Decimal = answer.lines.iter().filter_map(|line| line.quantity).sum();
                match lines.as_slice() {
                    lines if refused > Decimal::ZERO => {
                        let first = lines.first().map_or(&[][..], |line| line.obligations);
                        let level = self.on_condition(level, obligations(answer, first));
                        let granted = number(self.language, asked - refused);
                        with(Key::Partly, &[("level", &level), ("granted", &granted), ("asked", &self.quantity(asked, unit))])
                    }
                    lines @ [_, _, ..] => {
                        let on_conditions = lines.iter().any(|line| !obligations(answer, line.obligations).is_empty());
                        let key = if on_conditions { Key::YesLinesIf } else { Key::YesLines };
                        with(key, &[("lines", &self.deliveries(answer, lines, unit).join("; "))])
                    }
                    lines => {
                        let conditions = obligations(answer, lines.first().map_or(&[][..], |line| line.obligations));
                        let as_such = asked == Decimal::ZERO && answer.quota.is_some();
                        let conditions: Vec<String> = conditions.iter().map(|id| self.obligation(id)).collect();
                        let conditions = list(self.language, &conditions);
                        let beyond = outlook.beyond.as_ref().map(|beyond| self.brief(beyond)).unwrap_or_default();
                        let key = match conditions.is_empty() {
                            _ if as_such && !beyond.is_empty() => Key::YesUsedUp,
                            _ if as_such && left == Some(Decimal::ZERO) => Key::YesNothingLeft,
                            true if as_such && left.is_none() => Key::YesWhile,
                            true => Key::Yes,
                            false => Key::YesIf,
                        };
                        with(key, &[("level", &level), ("obligations", &conditions), ("beyond", &beyond)])
                    }
                }
            }
            Conclusion::Undetermined { needs, possible } => {
                let facts = self.facts(needs);
                match possible.as_slice() {
                    [level] if *level != Level::NONE => with(Key::UnknownAmount, &[("facts", &facts), ("level", &self.level(*level))]),
                    levels if levels.contains(&Level::NONE) => with(Key::Unknown, &[("facts", &facts)]),
                    _ => with(Key::UnknownLevel, &[("facts", &facts)]),
                }
            }
        }
    }

    /// Where another value of one fact is all that it takes: what it is now, and what it would have to be.
    fn only_if_not(self, outlook: &Outlook<'_>) -> Option<(String, String)> {
        let why_not = outlook.why_not.as_ref()?;
        let [suggestion] = why_not.suggestions.as_slice() else { return None };
        let [changed] = suggestion.changes.as_slice() else { return None };
        let fact = &self.world.register.facts[changed.fact];
        let words = |part: &Part| condition(fact, &self.fact(changed.fact), part, self.language);
        Some((words(&Part::Point(changed.before?)), words(&changed.part)))
    }

    /// Each part of what is asked for, with its level and what that asks for.
    fn deliveries(self, answer: &Answer<'_>, lines: &[&Line<'_>], unit: Option<&str>) -> Vec<String> {
        let delivery = |line: &&Line<'_>| {
            let quantity = self.quantity(line.quantity?, unit);
            let said = say(self.language, Key::Delivery, &[("quantity", &quantity), ("level", &self.level(line.level))]);
            Some(self.on_condition(said, obligations(answer, line.obligations)))
        };
        lines.iter().filter_map(delivery).collect()
    }
}
