//! What went wrong in; an answer by RFC 9457, `application/problem+json`, out: the same shape for every error, in the language of the asker.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leidraad::{Bilingual, Language, both};
use serde::Serialize;
use utoipa::ToSchema;

/// What is told of an error: a status, and for input that is not right each finding with its place.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) detail: Bilingual,
    pub(crate) findings: Vec<Finding>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// Something that is not right in what was sent.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) place: Place,
    pub(crate) code: &'static str,
    pub(crate) detail: Bilingual,
}

/// Where it stands.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// a JSON pointer into the body
    Body(String),
    /// the name of a query parameter
    Query(String),
    /// the name of a header
    Header(&'static str),
}

impl Finding {
    pub(crate) fn body(pointer: impl Into<String>, code: &'static str, detail: Bilingual) -> Finding {
        Finding { place: Place::Body(pointer.into()), code, detail }
    }
    pub(crate) fn query(name: impl Into<String>, code: &'static str, detail: Bilingual) -> Finding {
        Finding { place: Place::Query(name.into()), code, detail }
    }
    /// What the engine says of a question, with its way out behind it.
    pub(crate) fn of(place: Place, error: &leidraad::Error) -> Finding {
        Finding { place, code: error.code(), detail: told(error) }
    }
    /// The same finding about something that stands below `pointer`.
    pub(crate) fn below(mut self, pointer: &str) -> Finding {
        if let Place::Body(own) = &mut self.place {
            own.insert_str(0, pointer);
        }
        self
    }
}

/// What the engine says, with its way out behind it.
pub(crate) fn told(error: &leidraad::Error) -> Bilingual {
    Bilingual::each(|language| error.with_help(language))
}

/// So many findings of one thing that was sent are told.
pub(crate) const TOLD: usize = 20;

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: Bilingual) -> Problem {
        Problem { status, detail, findings: Vec::new(), headers: Vec::new() }
    }
    /// What was sent is not right, and in which places: the first of them, where they are many.
    pub(crate) fn invalid(mut findings: Vec<Finding>) -> Problem {
        let count = findings.len();
        let detail = if let [one] = findings.as_slice() {
            one.detail.clone()
        } else if count > TOLD {
            both!(
                "more than {TOLD} things are not right; the first of them are in `errors`",
                "meer dan {TOLD} dingen kloppen niet; de eerste staan in `errors`"
            )
        } else {
            both!("{count} things are not right; see `errors`", "{count} dingen kloppen niet; zie `errors`")
        };
        findings.truncate(TOLD);
        Problem { findings, ..Problem::new(StatusCode::BAD_REQUEST, detail) }
    }
    /// The same problem of something that stands below `pointer`.
    pub(crate) fn below(mut self, pointer: &str) -> Problem {
        self.findings = self.findings.into_iter().map(|finding| finding.below(pointer)).collect();
        self
    }
    pub(crate) fn forbidden(detail: Bilingual) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, detail)
    }
    pub(crate) fn not_found(detail: Bilingual) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }
    /// What a status that the framework gave by itself means.
    pub(crate) fn of_status(status: StatusCode) -> Problem {
        let detail = match status {
            StatusCode::NOT_FOUND => both!("there is nothing at this address", "op dit adres staat niets"),
            StatusCode::METHOD_NOT_ALLOWED => {
                both!(
                    "this method is not for this address; see the header `Allow`",
                    "deze methode past niet bij dit adres; zie de header `Allow`"
                )
            }
            StatusCode::REQUEST_TIMEOUT => both!("this took too long", "dit duurde te lang"),
            StatusCode::PAYLOAD_TOO_LARGE => {
                both!("this is more than may be sent at once", "dit is meer dan er in een keer verstuurd mag worden")
            }
            status if status.is_server_error() => {
                both!("something went wrong here; it is not your fault", "hier ging iets mis; dat ligt niet aan u")
            }
            _ => both!("this request cannot be answered", "dit verzoek kan niet worden beantwoord"),
        };
        Problem::new(status, detail)
    }
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }
    /// A word or two for it.
    pub(crate) fn title(&self, language: Language) -> &'static str {
        let [nl, en] = match self.status {
            StatusCode::BAD_REQUEST => ["Ongeldige invoer", "Invalid input"],
            StatusCode::UNAUTHORIZED => ["Niet aangemeld", "Not authenticated"],
            StatusCode::FORBIDDEN => ["Niet toegestaan", "Not allowed"],
            StatusCode::NOT_FOUND => ["Niet gevonden", "Not found"],
            StatusCode::METHOD_NOT_ALLOWED => ["Methode niet toegestaan", "Method not allowed"],
            StatusCode::REQUEST_TIMEOUT => ["Duurde te lang", "Timed out"],
            StatusCode::PAYLOAD_TOO_LARGE => ["Te groot", "Too large"],
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ["Ander soort inhoud verwacht", "Other content expected"],
            StatusCode::UNPROCESSABLE_ENTITY => ["Niet te beantwoorden", "Cannot be answered"],
            StatusCode::TOO_MANY_REQUESTS => ["Te veel verzoeken", "Too many requests"],
            StatusCode::SERVICE_UNAVAILABLE => ["Nu niet beschikbaar", "Not available now"],
            status if status.is_server_error() => ["Interne fout", "Internal error"],
            _ => ["Niet mogelijk", "Not possible"],
        };
        if language == Language::Nl { nl } else { en }
    }
    /// It as JSON has it.
    pub(crate) fn record(&self, language: Language) -> ProblemRecord {
        let error = |finding: &Finding| {
            let (place, location) = match &finding.place {
                Place::Body(pointer) => ("body", LocationRecord { pointer: Some(pointer.clone()), name: None }),
                Place::Query(name) => ("query", LocationRecord { pointer: None, name: Some(name.clone()) }),
                Place::Header(name) => ("header", LocationRecord { pointer: None, name: Some((*name).to_owned()) }),
            };
            ErrorRecord { r#in: place, location, code: finding.code, detail: finding.detail.get(language).to_owned() }
        };
        ProblemRecord {
            status: self.status.as_u16(),
            title: self.title(language),
            detail: self.detail.get(language).to_owned(),
            errors: if self.status == StatusCode::BAD_REQUEST { Some(self.findings.iter().map(error).collect()) } else { None },
        }
    }
}

impl IntoResponse for Problem {
    /// The answer is written at the door, where it is known in which language, and for whom.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().extend(self.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}

/// An error, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemRecord {
    /// the status of the answer
    status: u16,
    /// a word or two for it
    #[schema(value_type = String)]
    title: &'static str,
    /// what is wrong, with a way out
    detail: String,
    /// of invalid input, each thing that is not right
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<ErrorRecord>>,
}

/// Something that is not right in what was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorRecord {
    /// `body`, `query` or `header`
    #[schema(value_type = String)]
    r#in: &'static str,
    /// where in it
    location: LocationRecord,
    /// a stable word for what it is
    #[schema(value_type = String)]
    code: &'static str,
    /// what is wrong, with a way out
    detail: String,
}

/// Where something stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Location)]
pub(crate) struct LocationRecord {
    /// a JSON pointer into the body
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// the name of a parameter or a header
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}
