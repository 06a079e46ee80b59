use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use lambda_http::request::RequestContext;

use crate::{edge::ThroughEdge, lambda::SERVED_AT};

/// The address that a request came from: as the gateway says, or where the edge is in front of it, as the edge says. Requests of which
/// nothing is said share one.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// The address that a request was sent to, without a slash at the end.
#[derive(Debug, Clone)]
pub struct ServedAt(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ServedAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let domain = parts.headers.get(SERVED_AT).and_then(|domain| domain.to_str().ok());
        Ok(Self(format!("https://{}", domain.unwrap_or("localhost"))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl ClientAddress {
    /// The address that a request came from.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let address = match (parts.extensions.get::<ThroughEdge>(), parts.extensions.get()) {
            (Some(_), _) => of_viewer(&parts.headers),
            (None, Some(RequestContext::ApiGatewayV2(context))) => context.http.source_ip.as_deref(),
            _ => None,
        };
        let address = address.and_then(|address| address.trim().parse().ok());
        Self(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

/// What counts as one address: of IPv6, what one customer has.
#[must_use]
pub fn block(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.octets().to_vec(),
            None => address.octets()[..8].to_vec(),
        },
    }
}

/// The last but one: the edge puts down whom it talks to, and the gateway puts down the edge. What stands further left is what the
/// viewer claims.
fn of_viewer(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-forwarded-for")?.to_str().ok()?.rsplit(',').nth(1)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;

    use super::*;

    async fn address(through_edge: bool, forwarded: &str) -> String {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.http.source_ip = Some("192.0.2.1".to_owned());
        let request =
            Request::get("/").header("x-forwarded-for", forwarded).extension(RequestContext::ApiGatewayV2(context));
        let request = if through_edge { request.extension(ThroughEdge) } else { request };
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(&mut parts, &()).await;
        address.to_string()
    }

    #[test]
    fn an_address_is_what_one_customer_has() {
        let block = |text: &str| super::block(text.parse().unwrap());
        assert_eq!(block("2001:db8::1"), block("2001:db8::ffff:1"));
        assert_ne!(block("2001:db8::1"), block("2001:db8:0:1::1"));
        assert_eq!(block("::ffff:192.0.2.1"), block("192.0.2.1"));
        assert_ne!(block("192.0.2.1"), block("192.0.2.2"));
    }

    #[tokio::test]
    async fn nobody_chooses_an_address() {
        assert_eq!(address(false, "203.0.113.9, 192.0.2.1").await, "192.0.2.1");
        assert_eq!(address(true, "203.0.113.9, 198.51.100.7, 192.0.2.1").await, "198.51.100.7");
        assert_eq!(address(true, "2001:db8::1,192.0.2.1").await, "2001:db8::1");
        for nonsense in ["", "192.0.2.1", "somebody, 192.0.2.1"] {
            assert_eq!(address(true, nonsense).await, "0.0.0.0", "{nonsense}");
        }
    }
}
