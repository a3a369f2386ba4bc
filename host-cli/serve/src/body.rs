//! A request's body in; its bytes out, no more than may be sent at once, and of the kind that is expected. An answer's body holds its seat.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leidraad::both;

use crate::problem::{Finding, Place, Problem};
use crate::service::Shared;
use crate::share::Seat;

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

/// The body of an answer, which holds its seat until it is sent: in pieces, since a piece that is being sent is held elsewhere.
pub(crate) struct Held {
    body: Body,
    rest: Bytes,
    _seat: Arc<Seat>,
}

/// The bytes of a piece.
const PIECE: usize = 16 << 10;

impl Held {
    pub(crate) fn until_sent(body: Body, seat: Arc<Seat>) -> Body {
        Body::new(Held { body, rest: Bytes::new(), _seat: seat })
    }
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;
    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let next = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(next)))))
    }
    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        let whole = self.body.size_hint().exact().map(|size| size + self.rest.len() as u64);
        whole.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}
