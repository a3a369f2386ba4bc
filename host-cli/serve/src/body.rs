//! A request's body in; its bytes out, no more than may be sent at once, and of the kind that is expected. A large answer holds its seat.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leidraad::both;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::problem::{Finding, Place, Problem};
use crate::server::SLOW;
use crate::service::Shared;
use crate::share::Seat;

/// A body that is JSON.
#[derive(Debug)]
pub(crate) struct Json(pub(crate) Bytes);

impl FromRequest<Shared> for Json {
    type Rejection = Problem;
    async fn from_request(request: Request, shared: &Shared) -> Result<Json, Problem> {
        if !is_json(request.headers()) {
            let detail =
                both!("the header `Content-Type` has to be `application/json`", "de header `Content-Type` moet `application/json` zijn");
            let finding = Finding { place: Place::Header("Content-Type"), code: "bad-type", detail: detail.clone() };
            return Err(Problem { findings: vec![finding], ..Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail) });
        }
        bytes(request.into_body(), shared.service.limits.body).await.map(Json)
    }
}

/// Whether a body is said to be JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// A form, as a browser sends one.
#[derive(Debug)]
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl FromRequest<Shared> for Form {
    type Rejection = Problem;
    async fn from_request(request: Request, shared: &Shared) -> Result<Form, Problem> {
        let bytes = bytes(request.into_body(), shared.service.limits.body).await?;
        fields(&bytes).map(Form)
    }
}

/// No form of ours has so many fields.
const FIELDS: usize = 200;

/// The fields of a form, as a body or an address has them.
pub(crate) fn fields(encoded: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Vec<_> = form_urlencoded::parse(encoded).into_owned().take(FIELDS + 1).collect();
    if pairs.len() > FIELDS {
        let detail = both!("a form has {FIELDS} fields at most", "een formulier heeft hoogstens {FIELDS} velden");
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    Ok(pairs)
}

async fn bytes(body: Body, most: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, both!("the body broke off", "de body brak af"))),
    }
}

/// An answer that is so large that it holds its seat until it is sent: in pieces, since a piece that is being sent is held elsewhere. Whoever takes
/// none of it for a while, or takes it too slowly, does not get the rest. A task of its own watches over that: what nobody takes is not asked for.
struct Held {
    pieces: mpsc::Receiver<Bytes>,
    /// the bytes that are still to come
    rest: u64,
}

/// The bytes of a piece; an answer that is one piece holds no seat.
const PIECE: usize = 16 << 10;
/// How long an answer may take to be taken as a whole.
const LONG: Duration = Duration::from_mins(1);

/// An answer that gives its seat back when it is sent.
pub(crate) fn until_sent(response: Response, seat: Arc<Seat>) -> Response {
    let Some(size) = response.body().size_hint().exact().filter(|size| *size > PIECE as u64) else { return response };
    response.map(|body| {
        let (sender, pieces) = mpsc::channel(1);
        tokio::spawn(async move {
            let _seat = seat;
            let _ = timeout(LONG, sent(body, sender)).await;
        });
        Body::new(Held { pieces, rest: size })
    })
}

/// Sends a body piece by piece, as long as somebody takes it.
async fn sent(mut body: Body, sender: mpsc::Sender<Bytes>) -> Option<()> {
    while let Some(frame) = body.frame().await {
        let mut data = frame.ok()?.into_data().ok()?;
        while !data.is_empty() {
            let piece = data.split_to(data.len().min(PIECE));
            timeout(SLOW, sender.send(piece)).await.ok()?.ok()?;
        }
    }
    Some(())
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;
    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let piece = ready!(self.pieces.poll_recv(context));
        self.rest -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(match piece {
            Some(piece) => Some(Ok(Frame::data(piece))),
            None if self.rest > 0 => Some(Err(axum::Error::new(std::io::Error::from(std::io::ErrorKind::TimedOut)))),
            None => None,
        })
    }
    fn is_end_stream(&self) -> bool {
        self.rest == 0
    }
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest)
    }
}
