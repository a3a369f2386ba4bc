//! A request's body in; its bytes out, no more than may be sent at once, and of the kind that is expected.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leidraad::both;

use crate::problem::{Finding, Place, Problem};
use crate::service::Shared;

/// A body that is JSON.
#[derive(Debug)]
pub(crate) struct Json(pub(crate) Bytes);

impl FromRequest<Shared> for Json {
    type Rejection = Problem;
    async fn from_request(request: Request, shared: &Shared) -> Result<Json, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let detail =
                both!("the header `Content-Type` has to be `application/json`", "de header `Content-Type` moet `application/json` zijn");
            let finding = Finding { place: Place::Header("Content-Type"), code: "bad-type", detail: detail.clone() };
            return Err(Problem { findings: vec![finding], ..Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail) });
        }
        bytes(request.into_body(), shared.service.limits.body).await.map(Json)
    }
}

/// A form, as a browser sends one.
#[derive(Debug)]
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl FromRequest<Shared> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, shared: &Shared) -> Result<Form, Problem> {
        let bytes = bytes(request.into_body(), shared.service.limits.body).await?;
        Ok(Form(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

async fn bytes(body: Body, most: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, both!("the body broke off", "de body brak af"))),
    }
}
