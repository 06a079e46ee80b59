use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use vaxslot_app::ports::StoreError;

/// Tells whether a failed call wrote nothing, or may have been carried out.
///
/// Codes as in the DynamoDB developer guide, "Error handling with DynamoDB", and in the API references of SQS and SES.
pub fn classify<E>(error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ConstructionFailure(_) => StoreError::Failed(error.into()),
        SdkError::ServiceError(service) => match service.err().code() {
            Some("TransactionConflictException" | "TransactionInProgressException") => StoreError::Conflict,
            Some(
                "ThrottlingException"
                | "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
                | "LimitExceededException"
                | "RequestThrottled"
                | "KmsThrottled"
                | "OverLimit"
                | "TooManyRequestsException",
            ) => StoreError::Throttled,
            // A server's failure, whatever it is called, says nothing about what it did before.
            code if code.is_none() || service.raw().status().is_server_error() => StoreError::Unclear(error.into()),
            _ => StoreError::Failed(error.into()),
        },
        _ => StoreError::Unclear(error.into()),
    }
}
