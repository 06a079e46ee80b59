//! Writes that come with an `Idempotency-Key`: carried out once, whatever happens on the way. See [`vaxslot_app::once`].

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};
use vaxslot_app::{
    derive,
    once::{Once, Running, Turn},
    ports::{KeptAnswer, RequestKey},
};

use crate::{
    extract::{IdempotencyKey, described},
    gate::Guarded,
    problem::{Kind, Problem, Repeat, chain},
};

/// A state of routes whose writes are carried out once for each key.
pub trait Repeatable: Guarded {
    fn once(&self) -> &Once;

    /// A digest of a request, by which it is told from another with its key. It is stored: where requests name people, it must
    /// not give them away to who tries.
    fn digest(&self, parts: &[&[u8]]) -> impl Future<Output = Result<String, Problem>> + Send {
        let digest = derive::fingerprint(parts);
        async { Ok(digest) }
    }
}

/// Put beside an answer that names somebody: it is not kept. A repeat is not carried out again, but answered from what is there
/// by then.
#[derive(Debug, Clone)]
pub struct Unkept;

/// Whether the request was carried out before, and its answer not kept ([`Unkept`]).
#[derive(Debug, Clone, Copy)]
pub struct Repeated(pub bool);

#[derive(Clone)]
struct CarriedOut;

impl<S: Send + Sync> FromRequestParts<S> for Repeated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.extensions.get::<CarriedOut>().is_some()))
    }
}

/// What tells a request with a key from all others, to be noted with what it changes. As a parameter of an operation it
/// describes the header.
#[derive(Debug)]
pub struct Mark(pub Option<String>);

#[derive(Clone)]
struct Marked(String);

impl<S: Send + Sync> FromRequestParts<S> for Mark {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.extensions.get::<Marked>().map(|marked| marked.0.clone())))
    }
}

impl IntoParams for Mark {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        described("So is a refusal, unless the request itself was at fault: then the key is free again.")
    }
}

/// The layer of such routes.
pub async fn carry_out_once<S: Repeatable>(State(state): State<Arc<S>>, request: Request, next: Next) -> Response {
    match prepare(&*state, request).await {
        Ok(Prepared::Plain(request)) => next.run(request).await,
        Ok(Prepared::Told(response)) => response,
        Ok(Prepared::Ours(running, request)) => settle(state.once(), &running, next.run(request).await).await,
        Err(problem) => problem.into_response(),
    }
}

enum Prepared {
    /// It has no key.
    Plain(Request),
    Told(Response),
    Ours(Running, Request),
}

async fn prepare<S: Repeatable>(state: &S, request: Request) -> Result<Prepared, Problem> {
    let (mut parts, body) = request.into_parts();
    let admitted = state.gate().admit(&parts).await?;
    let IdempotencyKey(key) = IdempotencyKey::from_request_parts(&mut parts, &()).await?;
    let subject = admitted.subject.clone();
    parts.extensions.insert(admitted);
    let Some(key) = key else { return Ok(Prepared::Plain(Request::from_parts(parts, body))) };
    let body = whole(body).await?;
    let key = RequestKey::new(&subject, &operation(&parts), &key);
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let digest = state.digest(&[address.as_bytes(), &body]).await?;
    match state.once().begin(key, &digest).await? {
        Turn::Ours(running) => {
            parts.extensions.insert(Marked(running.mark()));
            Ok(Prepared::Ours(running, Request::from_parts(parts, Body::from(body))))
        }
        Turn::Answered(answer) if answer == unkept() => {
            parts.extensions.insert(CarriedOut);
            Ok(Prepared::Plain(Request::from_parts(parts, Body::from(body))))
        }
        Turn::Answered(answer) => Ok(Prepared::Told(told(answer))),
        Turn::Reused => Err(Problem::new(Kind::KeyReused)),
        Turn::Elsewhere(left) => {
            let seconds = u64::try_from(left.as_secs()).unwrap_or(0) + 1;
            Err(Problem::new(Kind::RequestInProgress).retry_after(seconds))
        }
    }
}

/// The method and the route as it was declared.
fn operation(parts: &Parts) -> String {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    format!("{} {route}", parts.method)
}

async fn whole(body: Body) -> Result<Bytes, Problem> {
    let broken = |error| Problem::new(Kind::MalformedJson).detail("the body broke off").caused_by(error);
    Ok(body.collect().await.map_err(broken)?.to_bytes())
}

async fn settle(once: &Once, running: &Running, response: Response) -> Response {
    let repeat = response.extensions().get::<Kind>().map_or(Repeat::Told, |kind| kind.repeat());
    let (response, settled) = match repeat {
        Repeat::Told if response.extensions().get::<Unkept>().is_some() => {
            (response, once.keep(running, unkept()).await)
        }
        Repeat::Told => match kept(response).await {
            (response, Some(answer)) => (response, once.keep(running, answer).await),
            (response, None) => (response, once.leave(running).await),
        },
        Repeat::CarriedOut => (response, once.leave(running).await),
        Repeat::Anew => (response, once.forget(running).await),
    };
    if let Err(error) = settled {
        // A repeat has to wait until nobody can be at it any more. Then it is carried out again and recognised.
        tracing::warn!(error = chain(&error), "an answer was not kept for its idempotency key");
    }
    response
}

/// What is kept of an answer that is not.
fn unkept() -> KeptAnswer {
    KeptAnswer { status: 200, media_type: String::new(), location: None, body: String::new() }
}

/// The response, and what of it is kept; nothing of one that is no text.
async fn kept(response: Response) -> (Response, Option<KeptAnswer>) {
    let (parts, body) = response.into_parts();
    let Ok(body) = whole(body).await else {
        return (Problem::new(Kind::Internal).into_response(), None);
    };
    let answer = str::from_utf8(&body).ok().map(|text| KeptAnswer {
        status: parts.status.as_u16(),
        media_type: text_of(&parts.headers, &header::CONTENT_TYPE).unwrap_or_default(),
        location: text_of(&parts.headers, &header::LOCATION),
        body: text.to_owned(),
    });
    (Response::from_parts(parts, Body::from(body)), answer)
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn told(answer: KeptAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status.try_into().unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, Some(answer.media_type)), (header::LOCATION, answer.location)];
    for (name, value) in headers {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
