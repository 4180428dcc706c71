//! Routes from the descriptions of their handlers.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa_axum::PathItemExt;

/// Makes `router()`, which answers, and `openapi()`, which describes, from one
/// list of handlers with `#[utoipa::path]`. A function calls only the first: the
/// description of thirty routes takes longer to make than everything else of a
/// start, and is left out of the binary.
///
/// ```ignore
/// lambda::routes! { Chat: rooms::list_rooms, rooms::get_room }
/// ```
#[macro_export]
macro_rules! routes {
    (@answer $router:ident, $handler:ident) => {
        $crate::rest::pastey::paste! {
            $crate::rest::answer::<[<__path_ $handler>], _, _, _>($router, $handler)
        }
    };
    (@answer $router:ident, $module:ident :: $handler:ident) => {
        $crate::rest::pastey::paste! {
            $crate::rest::answer::<$module::[<__path_ $handler>], _, _, _>(
                $router,
                $module::$handler,
            )
        }
    };
    ($state:ty: $($first:ident $(:: $second:ident)?),+ $(,)?) => {
        /// The routes, each with the method and path of its description.
        fn router() -> $crate::rest::Router<$state> {
            let router = $crate::rest::Router::new();
            $(let router = $crate::routes!(@answer router, $first $(:: $second)?);)+
            router
        }

        /// The part of the public document that describes these routes.
        pub fn openapi() -> $crate::rest::OpenApi {
            use $crate::rest::utoipa_axum;
            utoipa_axum::router::OpenApiRouter::<$state>::default()
                $(.routes(utoipa_axum::routes!($first $(:: $second)?)))+
                .into_openapi()
        }
    };
}

/// Adds a handler where its description `D` says.
pub fn answer<D, H, T, S>(router: Router<S>, handler: H) -> Router<S>
where
    D: utoipa::Path,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let methods = D::methods();
    let methods = methods.iter().map(PathItemExt::to_method_filter);
    let answers = methods.fold(MethodRouter::new(), |answers, method| {
        answers.on(method, handler.clone())
    });
    router.route(&D::path(), answers)
}
