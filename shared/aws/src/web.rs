use async_trait::async_trait;
use aws_smithy_http_client::default_connector;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use tokio::time::timeout;
use vaxslot_app::{
    ports::{StoreError, Web},
    times::ATTEMPT,
};

/// The longest document, in bytes.
const LONGEST: usize = 64 * 1024;

/// The web, by the HTTP client that the SDK brings along.
#[derive(Debug, Clone)]
pub struct Https(Option<SharedHttpConnector>);

impl Default for Https {
    fn default() -> Self {
        Self(default_connector(&HttpConnectorSettings::default(), None))
    }
}

#[async_trait]
impl Web for Https {
    async fn fetch(&self, address: &str) -> Result<String, StoreError> {
        timeout(ATTEMPT, self.read(address)).await.unwrap_or_else(|late| Err(StoreError::Failed(late.into())))
    }
}

impl Https {
    async fn read(&self, address: &str) -> Result<String, StoreError> {
        let connector = self.0.as_ref().ok_or_else(|| failed("there is no HTTP client"))?;
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(address).map_err(|error| StoreError::Failed(error.into()))?;
        let response = connector.call(request).await.map_err(|error| StoreError::Failed(error.into()))?;
        if response.status().as_u16() != 200 {
            return Err(failed("the web has no such document"));
        }
        let mut body = ByteStream::new(response.into_body());
        let mut text = Vec::new();
        while let Some(part) = body.try_next().await.map_err(|error| StoreError::Failed(error.into()))? {
            text.extend_from_slice(&part);
            if text.len() > LONGEST {
                return Err(failed("the document is too long"));
            }
        }
        String::from_utf8(text).map_err(|error| StoreError::Failed(error.into()))
    }
}

fn failed(why: &'static str) -> StoreError {
    StoreError::Failed(why.into())
}
