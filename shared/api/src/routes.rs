//! Routes, written down once and good for two things: to be served, and to be described.
//!
//! A function serves its routes without linking what describes them, which would be a thirtieth of it.

use axum::{Router, handler::Handler, routing::MethodRouter};
use utoipa::{Path, openapi::OpenApi};
use utoipa_axum::PathItemExt;

/// Some routes of a function. [`routes!`](crate::routes!) makes them.
pub struct Routes<S: 'static> {
    #[doc(hidden)]
    pub served: fn() -> Router<S>,
    #[doc(hidden)]
    pub described: fn() -> OpenApi,
}

impl<S> Routes<S> {
    /// A router of them.
    pub fn served(&self) -> Router<S> {
        (self.served)()
    }

    /// What is to be said about them.
    #[must_use]
    pub fn described(&self) -> OpenApi {
        (self.described)()
    }
}

/// [`Routes`] of handlers, each with its `#[utoipa::path]`: `routes![list, tickets::show]`.
#[macro_export]
macro_rules! routes {
    (@put $router:ident $handler:ident) => {
        utoipa_axum::paste! { $crate::routes::put($router, [<__path_ $handler>], $handler) }
    };
    (@put $router:ident $module:ident $handler:ident) => {
        utoipa_axum::paste! { $crate::routes::put($router, $module::[<__path_ $handler>], $module::$handler) }
    };
    ($($($part:ident)::+),+ $(,)?) => {
        $crate::routes::Routes {
            served: || {
                let router = axum::Router::new();
                $(let router = $crate::routes!(@put router $($part)+);)+
                router
            },
            described: || {
                let router = utoipa_axum::router::OpenApiRouter::default();
                $(let router = router.routes(utoipa_axum::routes!($($part)::+));)+
                router.into_openapi()
            },
        }
    };
}

/// Adds the route of a handler.
#[doc(hidden)]
pub fn put<P, H, T, S>(router: Router<S>, _: P, handler: H) -> Router<S>
where
    P: Path,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let methods = P::methods();
    let at = methods.iter().fold(MethodRouter::new(), |at, method| at.on(method.to_method_filter(), handler.clone()));
    router.route(&P::path(), at)
}
