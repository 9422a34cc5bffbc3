//! Reading views.

use aileron_db::{self as db, ExprTrait as _, Tx, schema::VIEWS};
use aileron_kernel::{Filter, Page, PageRequest, Uuid};
use aileron_platform::web::Query;

use super::{
    model::{View, ViewView},
    rules,
};
use crate::{
    homes::{self, Home, Sort},
    work_items::list::Wanted,
};

/// One page of the views that the caller sees in the place.
pub fn list<S: Home>(tx: &mut Tx<'_, S>, page: PageRequest, sort: Sort) -> db::Result<Page<ViewView>> {
    let visible = homes::visible(tx, VIEWS);
    let total = tx.count(visible.clone())?;
    let sorted = sort.apply(visible.columns::<View>(VIEWS), VIEWS);
    let views = tx.all::<View>(&sorted.page(page.per_page, page.offset()))?;
    Ok(page.answer(views.into_iter().map(ViewView::from).collect(), total))
}

/// One view that the caller sees. Refuses with 404 where there is none.
pub fn get<S: Home>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<View> {
    let select = homes::visible(tx, VIEWS).columns::<View>(VIEWS).filter(VIEWS.col("id").eq(id));
    tx.one(&select)
}

/// What the items of a view are to be asked for: what the request wants, of those that the view lets through, in the view's
/// order where the request says none.
pub fn wanted<S: Home>(tx: &mut Tx<'_, S>, id: Uuid, query: &Query) -> db::Result<Wanted> {
    let view = get(tx, id)?;
    let asked = Wanted::read(query, tx.now())?;
    let of_view: Filter = rules::filter(&view.rich_filters, &view.filters, tx.now().date())?;
    let own_sort = rules::sort(&view.display_filters).filter(|_| query.filled("order_by").is_none());
    Ok(Wanted { sort: own_sort.unwrap_or(asked.sort), filter: asked.filter.and(of_view), ..asked })
}
