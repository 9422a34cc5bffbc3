//! The old addresses: `issues` for `work-items`.

use aileron_identity::Context;
use utoipa::openapi::{Deprecated, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Adds routes under their address and under the old one, which the documentation calls outdated.
pub(crate) fn with_old_address(router: OpenApiRouter<Context>, routes: UtoipaMethodRouter<Context>) -> OpenApiRouter<Context> {
    let (schemas, mut paths, handlers) = routes.clone();
    let renamed = std::mem::take(&mut paths.paths).into_iter();
    paths.paths = renamed.map(|(path, item)| (path.replace("/work-items/", "/issues/"), outdated(item))).collect();
    router.routes(routes).routes((schemas, paths, handlers))
}

fn outdated(mut item: PathItem) -> PathItem {
    for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
        operation.deprecated = Some(Deprecated::True);
        operation.operation_id = operation.operation_id.take().map(|id| format!("{id}_by_old_address"));
    }
    item
}
