//! Reading pages.

use std::collections::HashMap;

use aileron_db::{
    self as db, Expr, ExprTrait as _, Order, Select, Tx, id_in,
    schema::{LABELS, PAGE_LABELS, PAGES},
};
use aileron_kernel::{PageRequest, Refusal, Time, Uuid, page::Page as PageOf};
use aileron_platform::web::Query;
use aileron_tracker::{
    homes::{self, Home, Sort},
    search,
};

use crate::model::{ListedPage, Page, PageView, Text};

/// Which pages a caller asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    page: PageRequest,
    sort: Sort,
    search: Option<String>,
    is_private: Option<bool>,
    parent: Option<Option<Uuid>>,
}

impl Wanted {
    /// Reads a query string.
    pub fn read(query: &Query) -> Result<Self, Refusal> {
        let query = query.clone().checked()?;
        let is_private = match query.filled("access") {
            None => None,
            Some("0") => Some(false),
            Some("1") => Some(true),
            Some(_) => return Err(Refusal::field("access", "0 or 1 is expected.")),
        };
        let parent = match query.filled("parent") {
            None => None,
            Some("null") => Some(None),
            Some(text) => Some(Some(Uuid::try_parse(text).map_err(|_| Refusal::field("parent", "Must be a valid UUID."))?)),
        };
        let search = query.words("search")?.map(ToOwned::to_owned);
        Ok(Self { page: query.page(1000)?, sort: Sort::parse(query.get("order_by"))?, search, is_private, parent })
    }

    fn fitting(&self, select: Select) -> Select {
        let of = |column| PAGES.col(column);
        let parent = self.parent.map(|parent| parent.map_or_else(|| of("parent_id").is_null(), |id| of("parent_id").eq(id)));
        select
            .filter_some(self.search.as_deref().map(|words| of("text_key").like(search::pattern(words))))
            .filter_some(self.is_private.map(|private| of("is_private").eq(private)))
            .filter_some(parent)
    }
}

/// One page of the pages of the place that the caller sees: archived ones, or the others.
pub fn list<S: Home>(tx: &mut Tx<'_, S>, wanted: &Wanted, archived: bool) -> db::Result<PageOf<ListedPage>> {
    let since = PAGES.col("archived_at");
    let is_wanted: Expr = if archived { since.is_not_null() } else { since.is_null() };
    let visible = homes::visible(tx, PAGES).filter(is_wanted);
    let fitting = wanted.fitting(visible);
    let total = tx.count(fitting.clone())?;
    let sorted = wanted.sort.apply(fitting.columns::<Page>(PAGES), PAGES);
    let pages = tx.all::<Page>(&sorted.page(wanted.page.per_page, wanted.page.offset()))?;
    let views = views(tx, pages.into_iter().map(|page| (page, None)).collect())?;
    Ok(wanted.page.answer(views, total))
}

/// One page of the deleted pages of the place that the caller saw, the last one deleted first.
pub fn list_deleted<S: Home>(tx: &mut Tx<'_, S>, page: PageRequest) -> db::Result<PageOf<ListedPage>> {
    let deleted = homes::deleted(tx, PAGES);
    let total = tx.count(deleted.clone())?;
    let when = PAGES.col("deleted_at");
    let select = deleted.order(when, Order::Desc).order(PAGES.col("id"), Order::Desc).page(page.per_page, page.offset());
    let rows = tx.all::<Page>(&select.clone().columns::<Page>(PAGES))?;
    let times = tx.all::<(Option<Time>,)>(&select.expr(PAGES.col("deleted_at")))?;
    let views = views(tx, rows.into_iter().zip(times.into_iter().map(|row| row.0)).collect())?;
    Ok(page.answer(views, total))
}

/// One page that the caller sees, archived or not. Refuses with 404 where there is none.
pub fn get<S: Home>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<Page> {
    let select = homes::visible(tx, PAGES).columns::<Page>(PAGES).filter(PAGES.col("id").eq(id));
    tx.one(&select)
}

/// The text of a page that was read before.
pub fn text<S: Home>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<Text> {
    let select = homes::visible(tx, PAGES).columns::<Text>(PAGES).filter(PAGES.col("id").eq(id));
    tx.one(&select)
}

/// A page as it is shown.
pub fn view<S: Home>(tx: &mut Tx<'_, S>, page: Page) -> db::Result<PageView> {
    let text = text(tx, page.id)?;
    let listed = views(tx, vec![(page, None)])?.pop().ok_or_else(|| db::Error::from(Refusal::not_found()))?;
    Ok(PageView::new(listed, text))
}

/// The same of a page by its id.
pub fn view_of<S: Home>(tx: &mut Tx<'_, S>, id: Uuid) -> db::Result<PageView> {
    let page = get(tx, id)?;
    view(tx, page)
}

/// The labels of each of these pages. A deleted label is none.
pub fn labels<S: Home>(tx: &mut Tx<'_, S>, pages: &[Uuid]) -> db::Result<HashMap<Uuid, Vec<Uuid>>> {
    let select = tx.from(PAGE_LABELS).join(LABELS, LABELS.col("id").eq(PAGE_LABELS.col("label_id")));
    let select = select.filter(id_in(PAGE_LABELS, "page_id", pages)).order(PAGE_LABELS.col("label_id"), Order::Asc);
    let mut labels: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (page, label) in tx.all::<(Uuid, Uuid)>(&select.expr(PAGE_LABELS.col("page_id")).expr(PAGE_LABELS.col("label_id")))? {
        labels.entry(page).or_default().push(label);
    }
    Ok(labels)
}

/// Pages as lists show them: one statement more, however many there are.
fn views<S: Home>(tx: &mut Tx<'_, S>, pages: Vec<(Page, Option<Time>)>) -> db::Result<Vec<ListedPage>> {
    let ids: Vec<Uuid> = pages.iter().map(|(page, _)| page.id).collect();
    let mut labels = labels(tx, &ids)?;
    let view = |(page, deleted_at): (Page, Option<Time>)| {
        let own = labels.remove(&page.id).unwrap_or_default();
        ListedPage::new(page, own, deleted_at)
    };
    Ok(pages.into_iter().map(view).collect())
}
