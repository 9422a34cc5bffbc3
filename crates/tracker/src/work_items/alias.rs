//! Routes under a second address, above all the old ones: `issues` for `work-items`.

use aileron_identity::Context;
use utoipa::openapi::{Deprecated, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Adds routes under their address and under the old one, which the documentation calls outdated.
pub(crate) fn with_old_address(router: OpenApiRouter<Context>, routes: UtoipaMethodRouter<Context>) -> OpenApiRouter<Context> {
    let old = at(&routes, |path| path.replace("/work-items/", "/issues/"), "by_old_address", Some(Deprecated::True));
    router.routes(routes).routes(old)
}

/// The same routes under other addresses; `suffix` tells their operation ids apart.
pub(crate) fn at(
    routes: &UtoipaMethodRouter<Context>,
    rename: impl Fn(&str) -> String,
    suffix: &str,
    deprecated: Option<Deprecated>,
) -> UtoipaMethodRouter<Context> {
    let (schemas, mut paths, handlers) = routes.clone();
    let renamed = std::mem::take(&mut paths.paths).into_iter();
    paths.paths = renamed.map(|(path, item)| (rename(&path), named(item, suffix, deprecated.as_ref()))).collect();
    (schemas, paths, handlers)
}

fn named(mut item: PathItem, suffix: &str, deprecated: Option<&Deprecated>) -> PathItem {
    for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
        operation.deprecated = deprecated.cloned();
        operation.operation_id = operation.operation_id.take().map(|id| format!("{id}_{suffix}"));
    }
    item
}
