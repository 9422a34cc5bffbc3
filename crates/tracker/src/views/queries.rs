//! Reading views.

use aileron_db::{self as db, ExprTrait as _, Order, Tx, schema::VIEWS};
use aileron_kernel::{Filter, Page, PageRequest, Refusal, Uuid};
use aileron_platform::web::Query;

use super::{
    model::{View, ViewView},
    rules,
};
use crate::{
    homes::{self, Home},
    work_items::list::Wanted,
};

/// What a list of views is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    column: &'static str,
    descending: bool,
}

impl Sort {
    /// Reads `order_by`; by hand where there is none.
    pub fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let text = text.filter(|text| !text.is_empty()).unwrap_or("sort_order");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = match name {
            "sort_order" => "sort_order",
            "name" => "name_key",
            "created_at" => "created_at",
            "updated_at" => "updated_at",
            _ => return Err(Refusal::field("order_by", "This is not a key to sort by.")),
        };
        Ok(Self { column, descending })
    }
}

/// One page of the views that the caller sees in the place.
pub fn list<S: Home>(tx: &mut Tx<'_, S>, page: PageRequest, sort: Sort) -> db::Result<Page<ViewView>> {
    let visible = homes::visible(tx, VIEWS);
    let total = tx.count(visible.clone())?;
    let order = if sort.descending { Order::Desc } else { Order::Asc };
    let select = visible
        .columns::<View>(VIEWS)
        .order(VIEWS.col(sort.column), order.clone())
        .order(VIEWS.col("id"), order)
        .page(page.per_page, page.offset());
    let views = tx.all::<View>(&select)?;
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
