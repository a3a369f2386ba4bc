//! The expression of a derived fact in; what kind of value it gives out, and every comparison in it that could never hold (S11).

use rhai::{Dynamic, Expr, FnCallExpr, Position, Stmt, StmtBlock};
use rust_decimal::Decimal;

use super::fault::{Wrong, compared};
use super::interpreter::offset;
use crate::diagnostic::did_you_mean;
use crate::model::arena::{Arena, FactId};
use crate::model::day::parse_date;
use crate::model::fact::{Fact, Kind};
use crate::model::value::shorten;
use crate::text::{Bilingual, both};

/// The kind of value that a part of an expression gives.
#[derive(Debug, Clone)]
enum Type<'f> {
    Truth,
    /// With so many decimals at most; `None`: they may have no end.
    Number(Option<u32>),
    /// A text as it is written.
    Literal(String),
    Text(Option<&'f Fact>),
    Day,
    Tags(&'f Fact),
    List(Vec<Type<'f>>),
    /// What cannot be told.
    Other,
}

/// What an expression comes to.
pub(super) struct Typed {
    pub(super) wrong: Vec<Wrong>,
    /// Whether it can come to more decimals than its fact has.
    pub(super) may_be_longer: bool,
}

/// Looks at an expression that is to give a value of a fact.
pub(super) fn check(text: &str, tree: &[Stmt], fact: &Fact, facts: &Arena<FactId, Fact>) -> Typed {
    let mut walk = Walk { text, facts, wrong: Vec::new() };
    let found = walk.statements(tree);
    let may_be_longer =
        matches!((&found, fact.kind), (Type::Number(most), Kind::Number { decimals, .. }) if most.is_none_or(|most| most > decimals));
    walk.result(&found, fact);
    Typed { wrong: walk.wrong, may_be_longer }
}

struct Walk<'f, 't> {
    text: &'t str,
    facts: &'f Arena<FactId, Fact>,
    wrong: Vec<Wrong>,
}

impl Type<'_> {
    fn word(&self) -> Bilingual {
        match self {
            Type::Truth => both!("a truth", "een ja of nee"),
            Type::Number(_) => both!("a number", "een getal"),
            Type::Literal(_) | Type::Text(_) => both!("a text", "een tekst"),
            Type::Day => both!("a day", "een dag"),
            Type::Tags(_) => both!("tags", "kenmerken"),
            Type::List(_) => both!("a list", "een lijst"),
            Type::Other => both!("a value", "een waarde"),
        }
    }
}

impl<'f> Walk<'f, '_> {
    fn report(&mut self, place: Position, message: Bilingual, help: Bilingual) {
        let at = offset(self.text, place.line(), place.position());
        self.wrong.push(Wrong { at, message, help });
    }

    fn statements(&mut self, statements: &[Stmt]) -> Type<'f> {
        let mut last = Type::Other;
        for statement in statements {
            last = match statement {
                Stmt::Expr(expression) => self.expression(expression),
                Stmt::FnCall(call, place) => self.call(call, *place),
                Stmt::Block(block) => self.block(block),
                Stmt::If(flow, _) => {
                    self.expect_truth(&flow.expr, "`if`");
                    let (yes, no) = (self.block(&flow.body), self.block(&flow.branch));
                    either(yes, no)
                }
                _ => Type::Other,
            };
        }
        last
    }

    fn block(&mut self, block: &StmtBlock) -> Type<'f> {
        self.statements(block.statements())
    }

    fn expression(&mut self, expression: &Expr) -> Type<'f> {
        match expression {
            Expr::BoolConstant(..) => Type::Truth,
            Expr::IntegerConstant(..) => Type::Number(Some(0)),
            Expr::DynamicConstant(value, _) => constant(value),
            Expr::StringConstant(text, _) => Type::Literal(text.to_string()),
            Expr::InterpolatedString(..) | Expr::CharConstant(..) => Type::Text(None),
            Expr::Array(items, _) => Type::List(items.iter().map(|item| self.expression(item)).collect()),
            Expr::Variable(variable, ..) => self.fact(&variable.1),
            Expr::FnCall(call, place) | Expr::MethodCall(call, place) => self.call(call, *place),
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                let word = if matches!(expression, Expr::And(..)) { "`&&`" } else { "`||`" };
                parts.iter().for_each(|part| self.expect_truth(part, word));
                Type::Truth
            }
            Expr::Stmt(block) => self.block(block),
            Expr::Dot(parts, ..) => {
                self.expression(&parts.lhs);
                if matches!(&parts.rhs, Expr::Property(property, _) if property.2 == "len") { Type::Number(Some(0)) } else { Type::Other }
            }
            _ => Type::Other,
        }
    }

    fn fact(&self, name: &str) -> Type<'f> {
        let Some(id) = self.facts.find(|fact| *fact.name == *name) else { return Type::Other };
        let fact = &self.facts[id];
        match fact.kind {
            Kind::Truth => Type::Truth,
            Kind::Number { decimals, .. } => Type::Number(Some(decimals)),
            Kind::Text => Type::Text(Some(fact)),
            Kind::Day => Type::Day,
            Kind::Tags => Type::Tags(fact),
        }
    }

    fn call(&mut self, call: &FnCallExpr, place: Position) -> Type<'f> {
        let args: Vec<Type<'f>> = call.args.iter().map(|arg| self.expression(arg)).collect();
        match (&*call.name, args.as_slice()) {
            ("==" | "!=", [a, b]) => {
                self.compared(a, b, false, place);
                Type::Truth
            }
            ("<" | "<=" | ">" | ">=", [a, b]) => {
                self.compared(a, b, true, place);
                Type::Truth
            }
            ("contains", [list, item]) => {
                self.contained(list, item, place);
                Type::Truth
            }
            ("!", [one]) => {
                if !matches!(one, Type::Truth | Type::Other) {
                    let found = one.word();
                    let message = both!([found] "`!` is for truths, and this is {found}", "`!` is voor ja of nee, en dit is {found}");
                    self.report(place, message, both!("write a comparison", "schrijf een vergelijking"));
                }
                Type::Truth
            }
            ("+", [Type::Text(_) | Type::Literal(_), _] | [_, Type::Text(_) | Type::Literal(_)]) => Type::Text(None),
            (name @ ("+" | "-" | "*" | "/" | "%" | "**"), all) => {
                for odd in all.iter().filter(|one| !matches!(one, Type::Number(_) | Type::Other)) {
                    let help = if matches!(odd, Type::Day) {
                        both!("days are compared, not reckoned with", "dagen worden vergeleken, er wordt niet mee gerekend")
                    } else {
                        both!("only numbers are reckoned with", "alleen met getallen wordt gerekend")
                    };
                    let found = odd.word();
                    self.report(place, both!([found] "`{name}` with {found}", "`{name}` met {found}"), help);
                }
                Type::Number(reckoned(name, all, &call.args))
            }
            ("floor" | "ceiling" | "to_int" | "round" | "len", [_]) => Type::Number(Some(0)),
            ("round", [_, _, ..]) => Type::Number(call.args.get(1).and_then(literal).and_then(|places| u32::try_from(places).ok())),
            _ => Type::Other,
        }
    }

    fn expect_truth(&mut self, part: &Expr, word: &str) {
        let found = self.expression(part);
        if !matches!(found, Type::Truth | Type::Other) {
            let found = found.word();
            let message = both!([found] "{word} wants a truth, and this is {found}", "{word} wil een ja of nee, en dit is {found}");
            self.report(
                part.start_position(),
                message,
                both!("write a comparison: a == b, a < b", "schrijf een vergelijking: a == b, a < b"),
            );
        }
    }

    /// Two values that are compared have to be of one kind.
    fn compared(&mut self, a: &Type<'f>, b: &Type<'f>, ordered: bool, place: Position) {
        match (a, b) {
            (Type::Truth, Type::Truth) if !ordered => {}
            (Type::Day, Type::Literal(text)) | (Type::Literal(text), Type::Day) => {
                if parse_date(text).is_none() {
                    self.report(
                        place,
                        both!("`{}` is no day of the calendar", "`{}` is geen dag van de kalender", shorten(text)),
                        both!("write a day as \"2025-02-01\"", "schrijf een dag als \"2025-02-01\""),
                    );
                }
            }
            (Type::Text(fact), Type::Literal(text)) | (Type::Literal(text), Type::Text(fact)) => {
                if let Some(fact) = fact.filter(|_| !ordered) {
                    self.known(fact, text, place);
                }
            }
            (Type::Other, _)
            | (_, Type::Other)
            | (Type::Number(_), Type::Number(_))
            | (Type::Day, Type::Day)
            | (Type::Text(_) | Type::Literal(_), Type::Text(_) | Type::Literal(_)) => {}
            (Type::Truth, Type::Number(_)) | (Type::Number(_), Type::Truth) if ordered => {
                self.report(
                    place,
                    both!(
                        "a truth is compared with a number: this never holds",
                        "een ja of nee wordt vergeleken met een getal: dat klopt nooit"
                    ),
                    both!(
                        "two comparisons are joined by `&&`: 3 < n && n < 9",
                        "twee vergelijkingen worden verbonden met `&&`: 3 < n && n < 9"
                    ),
                );
            }
            (Type::Day, Type::Number(_)) | (Type::Number(_), Type::Day) => {
                self.report(
                    place,
                    both!("a day is compared with a number: this never holds", "een dag wordt vergeleken met een getal: dat klopt nooit"),
                    both!("a day stands between quotes here: \"2025-02-01\"", "een dag staat hier tussen aanhalingstekens: \"2025-02-01\""),
                );
            }
            (Type::Number(_), Type::Literal(text)) | (Type::Literal(text), Type::Number(_)) => {
                self.report(
                    place,
                    both!(
                        "a number is compared with a text: this never holds",
                        "een getal wordt vergeleken met een tekst: dat klopt nooit"
                    ),
                    both!("a number stands without quotes: {}", "een getal staat zonder aanhalingstekens: {}", shorten(text)),
                );
            }
            (Type::Truth, other) | (other, Type::Truth) => {
                let other = other.word();
                let message = both!([other] "a truth is compared with {other}: this never holds", "een ja of nee wordt vergeleken met {other}: dat klopt nooit");
                self.report(
                    place,
                    message,
                    both!(
                        "a truth stands by itself, or is compared with `true` or `false`",
                        "een ja of nee staat alleen, of wordt vergeleken met `true` of `false`"
                    ),
                );
            }
            (Type::Tags(fact), _) | (_, Type::Tags(fact)) => {
                let example = fact.values.first().map_or("x", |tag| tag);
                let message = both!(
                    "`{}` holds tags, and is compared as a whole: this never holds",
                    "`{}` bevat kenmerken, en wordt als geheel vergeleken: dat klopt nooit",
                    fact.name
                );
                self.report(
                    place,
                    message,
                    both!("ask for a tag: \"{example}\" in {}", "vraag naar een kenmerk: \"{example}\" in {}", fact.name),
                );
            }
            (one, other) => {
                let (one, other) = (one.word(), other.word());
                let message = both!([one, other] "{one} is compared with {other}: this never holds", "{one} wordt vergeleken met {other}: dat klopt nooit");
                self.report(place, message, both!("compare values of one kind", "vergelijk waarden van één soort"));
            }
        }
    }

    fn contained(&mut self, list: &Type<'f>, item: &Type<'f>, place: Position) {
        match (list, item) {
            (Type::Tags(fact), Type::Literal(text)) => self.known(fact, text, place),
            (Type::Tags(_), Type::Text(_) | Type::Other)
            | (Type::Other, _)
            | (Type::Text(_) | Type::Literal(_), Type::Text(_) | Type::Literal(_) | Type::Other) => {}
            (Type::List(items), _) => items.clone().iter().for_each(|one| self.compared(item, one, false, place)),
            (list, item) => {
                let (item, list) = (item.word(), list.word());
                let message = both!([item, list] "{item} is looked for in {list}: it is never there", "{item} wordt gezocht in {list}: daar is het nooit");
                self.report(
                    place,
                    message,
                    both!(
                        "look for a text in a list of texts, or for a tag in tags",
                        "zoek een tekst in een lijst teksten, of een kenmerk in kenmerken"
                    ),
                );
            }
        }
    }

    /// A text that a fact can never have.
    fn known(&mut self, fact: &Fact, text: &str, place: Position) {
        if !fact.open && fact.values.place(text).is_none() {
            let help = did_you_mean(text, fact.values.iter().map(|value| &**value));
            let help = help.unwrap_or_else(|| fact.expected());
            self.report(
                place,
                both!(
                    "`{}` is no value of `{}`: this never holds",
                    "`{}` is geen waarde van `{}`: dat klopt nooit",
                    shorten(text),
                    fact.name
                ),
                help,
            );
        }
    }

    /// What the whole gives has to be a value of the fact.
    fn result(&mut self, found: &Type<'f>, fact: &Fact) {
        let fits = match (found, fact.kind) {
            (Type::Other, _)
            | (Type::Truth, Kind::Truth)
            | (Type::Number(_), Kind::Number { .. })
            | (Type::Text(_) | Type::Day, Kind::Text | Kind::Day)
            | (Type::Tags(_) | Type::List(_), Kind::Tags) => true,
            (Type::Literal(text), Kind::Text) => {
                self.known(fact, text, Position::NONE);
                true
            }
            (Type::Literal(text), Kind::Day) => parse_date(text).is_some(),
            _ => false,
        };
        if !fits {
            let found = found.word();
            let message = both!([found] "the expression never gives a value of `{}`: it gives {found}", "de uitdrukking geeft nooit een waarde van `{}`: zij geeft {found}", fact.name);
            self.report(Position::NONE, message, compared(fact));
        }
    }
}

/// What one or the other gives.
fn either<'f>(a: Type<'f>, b: Type<'f>) -> Type<'f> {
    match (a, b) {
        (Type::Number(a), Type::Number(b)) => Type::Number(a.zip(b).map(|(a, b)| a.max(b))),
        (Type::Truth, Type::Truth) => Type::Truth,
        (Type::Day, Type::Day) => Type::Day,
        (Type::Text(_) | Type::Literal(_), Type::Text(_) | Type::Literal(_)) => Type::Text(None),
        _ => Type::Other,
    }
}

fn constant<'f>(value: &Dynamic) -> Type<'f> {
    if let Ok(number) = value.as_decimal() {
        Type::Number(Some(number.normalize().scale()))
    } else if value.is_array() {
        let items = value.clone().into_array().unwrap_or_default();
        Type::List(items.iter().map(constant).collect())
    } else if value.is_string() {
        Type::Literal(value.clone().into_string().unwrap_or_default())
    } else if value.is_bool() {
        Type::Truth
    } else if value.is_int() {
        Type::Number(Some(0))
    } else {
        Type::Other
    }
}

/// A number as it is written.
fn literal(expression: &Expr) -> Option<Decimal> {
    match expression {
        Expr::IntegerConstant(whole, _) => Some((*whole).into()),
        Expr::DynamicConstant(value, _) => value.as_decimal().ok(),
        _ => None,
    }
}

/// How many decimals come of an operation at the most.
fn reckoned(name: &str, types: &[Type<'_>], args: &[Expr]) -> Option<u32> {
    let decimals = |at: usize| if let Some(Type::Number(most)) = types.get(at) { *most } else { None };
    match (name, types.len()) {
        (_, 1) => decimals(0),
        ("+" | "-" | "%", _) => Some(decimals(0)?.max(decimals(1)?)),
        ("*", _) => Some(decimals(0)? + decimals(1)?),
        ("/", _) => {
            let share = Decimal::ONE.checked_div(args.get(1).and_then(literal)?)?.normalize();
            // A share that fills all digits has no end.
            (share.scale() < 20).then(|| decimals(0).map(|own| own + share.scale())).flatten()
        }
        _ => None,
    }
}
