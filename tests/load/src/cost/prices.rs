//! Public prices in US dollars: US East (N. Virginia), arm64, on demand, first tier, no free tier, as published in 2025.
//! Look at the pages before you rely on them.

/// A million requests of an HTTP API (<https://aws.amazon.com/api-gateway/pricing/>).
pub const GATEWAY: f64 = 1.00;
/// A million invocations (<https://aws.amazon.com/lambda/pricing/>).
pub const INVOCATIONS: f64 = 0.20;
/// A GB-second on arm64 (as above).
pub const GB_SECOND: f64 = 0.000_013_333_4;
/// A million write units (<https://aws.amazon.com/dynamodb/pricing/on-demand/>).
pub const WRITE_UNITS: f64 = 0.625;
/// A million read units (as above). That Lambda reads the stream costs nothing.
pub const READ_UNITS: f64 = 0.125;
/// A million requests to a FIFO queue (<https://aws.amazon.com/sqs/pricing/>).
pub const FIFO: f64 = 0.50;
/// A million requests to a standard queue (as above).
pub const QUEUE: f64 = 0.40;
/// A million messages to a topic (<https://aws.amazon.com/sns/pricing/>). Bringing them to a queue costs nothing.
pub const TOPIC: f64 = 0.50;
