//! Who asks, in which language, and as part of what: what every handler is told beside the request.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use leidraad::catalogue::Customer;
use leidraad::{Bilingual, Error, Language, Policy, both};

use crate::access::{Scope, Who};
use crate::object::shortened;
use crate::problem::{Finding, Place, Problem, told};
use crate::service::{Shared, aside};
use crate::share::Seat;

/// Where it is asked, if not where its address says: by an assistant, say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin(pub(crate) &'static str);

/// Who asks, and how.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) who: Arc<Who>,
    pub(crate) language: Option<Language>,
    /// the trace that this is part of, of 32 hexadecimal digits
    pub(crate) trace: Option<String>,
    /// what the caller calls the request by
    pub(crate) request: Option<String>,
    pub(crate) origin: Option<Origin>,
    /// where it is answered, and until when
    pub(crate) seat: Arc<Seat>,
    pub(crate) deadline: Instant,
}

impl Asker {
    /// The language in which to answer: the one that is wished for, else the register's first.
    pub(crate) fn language(&self, policy: &Policy) -> Language {
        spoken(self.language, policy)
    }
    /// Does what takes a while, when it is its turn: no more of it at once than there are cores, so that single questions are answered all the while.
    pub(crate) async fn heavy<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = self.seat.turn().await;
        aside(work)
    }
    /// Whether there is time still: nothing breaks work off but itself.
    pub(crate) fn in_time(&self) -> Result<(), Problem> {
        if Instant::now() < self.deadline { Ok(()) } else { Err(Problem::of_status(StatusCode::REQUEST_TIMEOUT)) }
    }
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        self.who.may(scope)
    }
    /// Whether what concerns a customer may be told.
    pub(crate) fn sees(&self, customer: &str) -> bool {
        self.who.sees(customer)
    }
    /// The customer of a name, if they may be seen. Who sees some customers alone is told of others and of names that nobody has in the same words:
    /// whether there is such a customer is no concern of theirs.
    pub(crate) fn customer<'p>(&self, policy: &'p Policy, name: &str) -> Result<Customer<'p>, NoCustomer> {
        match policy.catalogue().customer(name) {
            Ok(customer) if self.sees(customer.id()) => Ok(customer),
            Err(error) if self.who.customers.is_none() => Err(NoCustomer::Unknown(error)),
            _ => {
                let name = shortened(name);
                Err(NoCustomer::NotSeen(both!(
                    "this key or token is not for a customer `{name}`",
                    "deze sleutel of dit token is niet voor een klant `{name}`"
                )))
            }
        }
    }
    /// Whether a rule, or something else, is about somebody who may be seen.
    pub(crate) fn sees_any<'p>(&self, mut customers: impl Iterator<Item = Customer<'p>>) -> bool {
        self.who.customers.is_none() || customers.any(|customer| self.sees(customer.id()))
    }
    /// The keys of the versions that have something about a customer who may be seen; `None`: all.
    pub(crate) fn versions<'p>(&self, policy: &'p Policy) -> Option<BTreeSet<&'p str>> {
        self.who.customers.as_ref()?;
        let rules = policy.catalogue().rules().filter(|rule| self.sees_any(rule.customers()));
        Some(rules.map(|rule| rule.version().key()).collect())
    }
}

/// Why there is no customer.
#[derive(Debug, Clone)]
pub(crate) enum NoCustomer {
    /// nobody has this name; the error names those like it
    Unknown(Error),
    /// it is not told whether somebody has this name
    NotSeen(Bilingual),
}

impl NoCustomer {
    pub(crate) fn detail(&self) -> Bilingual {
        match self {
            NoCustomer::Unknown(error) => told(error),
            NoCustomer::NotSeen(detail) => detail.clone(),
        }
    }
    /// As an error about a customer that an address names.
    pub(crate) fn problem(self) -> Problem {
        match self {
            NoCustomer::Unknown(error) => Problem::not_found(told(&error)),
            NoCustomer::NotSeen(detail) => Problem::forbidden(detail),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asker, Problem> {
        // The door puts it there; a route that no door stands before lets nobody in.
        parts.extensions.get::<Asker>().cloned().ok_or_else(|| Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// A request that reads: all that its handler is told, beside what the path names.
pub(crate) struct Lookup {
    pub(crate) shared: Shared,
    pub(crate) asker: Asker,
    /// the path and the query, as they are written
    pub(crate) address: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
}

impl FromRequestParts<Shared> for Lookup {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Lookup, Problem> {
        let asker = Asker::from_request_parts(parts, shared).await?;
        let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let query = parts.uri.query().map(str::to_owned);
        Ok(Lookup { shared: shared.clone(), asker, address, query, headers: parts.headers.clone() })
    }
}

/// The language that is wished for, else the register's first.
pub(crate) fn spoken(wished: Option<Language>, policy: &Policy) -> Language {
    wished.or_else(|| policy.languages().first().copied()).unwrap_or(Language::Nl)
}

/// The language of the two that is liked best; `None` if neither is asked for.
pub(crate) fn liked(headers: &HeaderMap) -> Option<Language> {
    let all = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut best: Option<(f32, Language)> = None;
    for part in all.flat_map(|value| value.split(',')) {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
        let Some(language) = tag.split('-').next().and_then(|code| code.to_lowercase().parse::<Language>().ok()) else { continue };
        let Some(weight) = weight.filter(|weight| *weight > 0.0) else { continue };
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// The trace of `traceparent` (W3C): its 32 hexadecimal digits; `None` if it is none.
pub(crate) fn trace(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_whole = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let is_some = trace.bytes().any(|byte| byte != b'0') && parent.bytes().any(|byte| byte != b'0');
    // Later versions may have more behind it; the first has not.
    (is_whole && is_some && (version != "00" || parts.next().is_none())).then(|| trace.to_owned())
}

/// What the caller calls the request by: given back as it is, or refused where it is long or cannot be shown.
pub(crate) fn request_id(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("x-request-id").filter(|value| !value.is_empty()) else { return Ok(None) };
    let is_one = |text: &&str| text.len() <= LONGEST_ID && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if let Some(text) = value.to_str().ok().filter(is_one) {
        return Ok(Some(text.to_owned()));
    }
    let detail = both!(
        "the header `X-Request-ID` has at most {LONGEST_ID} letters, digits and signs of ASCII",
        "de header `X-Request-ID` heeft hoogstens {LONGEST_ID} letters, cijfers en tekens van ASCII"
    );
    Err(Problem::invalid(vec![Finding { place: Place::Header("X-Request-ID"), code: "bad-value", detail }]))
}

/// What a question or a request may be called by.
pub(crate) const LONGEST_ID: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(axum::http::HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn the_language_that_is_liked_best_is_taken() {
        let liked = |text: &str| liked(&headers("accept-language", text));
        assert_eq!(liked("nl"), Some(Language::Nl));
        assert_eq!(liked("en-GB,en;q=0.9,nl;q=0.95"), Some(Language::En));
        assert_eq!(liked("de, nl;q=0.3, en;q=0.2"), Some(Language::Nl));
        assert_eq!(liked("nl;q=0, en;q=0.1"), Some(Language::En));
        assert_eq!(liked("fr"), None);
        assert_eq!(liked("en;q=x"), None);
    }

    #[test]
    fn a_trace_is_taken_as_it_should_be_written() {
        let trace = |text: &str| trace(&headers("traceparent", text));
        let whole = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").as_deref(), Some(whole));
        assert_eq!(trace("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more").as_deref(), Some(whole));
        for wrong in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            assert_eq!(trace(wrong), None, "{wrong}");
        }
    }
}
