//! The way to the store and back. What was sent goes on without its sender.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use futures::channel::oneshot;
use vaxslot_app::ports::StoreError;

use super::{
    Server, SimStore,
    weather::{Fate, Notice},
};
use crate::world::lock;

/// How long one attempt may take before its answer counts as lost: as the functions' client has it.
pub const ATTEMPT: Duration = Duration::from_millis(1_500);

fn unclear(why: &'static str) -> StoreError {
    StoreError::Unclear(why.into())
}

impl SimStore {
    /// Sends a request. `serve` gets the time for which the store is to be at it.
    pub(super) async fn send<T, Serve, Serving>(
        &self,
        what: &(dyn fmt::Display + Sync),
        serve: Serve,
    ) -> Result<T, StoreError>
    where
        T: Send + fmt::Debug + 'static,
        Serve: FnOnce(Arc<Server>, Duration) -> Serving,
        Serving: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let server = &self.server;
        let world = server.world.clone();
        let (fate, there, back, hold) = {
            let mut weather = lock(&server.weather);
            (weather.fate(), weather.way(), weather.way(), weather.hold())
        };
        world.note(&self.caller, format_args!("{what} ({fate:?})"));
        let hold = if let Fate::Stuck(time) = fate { time } else { hold };
        let serving = serve(Arc::clone(server), hold);
        let (tell, told) = oneshot::channel();
        let inside = world.clone();
        world.spawn(server.group, async move {
            inside.sleep(there).await;
            let answer = match fate {
                Fate::RequestLost(Notice::Reset) => return,
                Fate::RequestLost(Notice::Silence) => return inside.sleep(ATTEMPT).await,
                Fate::Throttled => Err(StoreError::Throttled),
                Fate::ServerError => Err(unclear("the server failed")),
                Fate::ServerErrorAfterwards => serving.await.and(Err(unclear("the server failed"))),
                Fate::Late(time) => {
                    inside.sleep(time).await;
                    serving.await
                }
                Fate::Fair | Fate::AnswerLost(_) | Fate::Stuck(_) => serving.await,
            };
            match fate {
                Fate::AnswerLost(Notice::Reset) => return,
                Fate::AnswerLost(Notice::Silence) => return inside.sleep(ATTEMPT).await,
                _ => inside.sleep(back).await,
            }
            let _ = tell.send(answer);
        });
        let answer = match world.within(ATTEMPT, told).await {
            Some(Ok(answer)) => answer,
            Some(Err(oneshot::Canceled)) => Err(unclear("the connection broke")),
            None => Err(unclear("the attempt's time is over")),
        };
        world.note(&self.caller, format_args!("{what} -> {}", Short(&answer)));
        answer
    }
}

/// An answer, shortened to what a reader of a history needs.
struct Short<'a, T>(&'a Result<T, StoreError>);

impl<T: fmt::Debug> fmt::Display for Short<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(answer) => {
                let text = format!("{answer:?}");
                f.write_str(text.split(['(', ' ', '{']).next().filter(|word| !word.is_empty()).unwrap_or("answered"))
            }
            Err(StoreError::Conflict) => f.write_str("conflict"),
            Err(StoreError::Throttled) => f.write_str("throttled"),
            Err(StoreError::Unclear(why)) => write!(f, "unclear: {why}"),
            Err(other) => write!(f, "{other}"),
        }
    }
}
