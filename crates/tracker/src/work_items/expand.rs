//! `expand=` of work items: what their ids name.

use aileron_db::{self as db, ProjectScope, Tx};
use aileron_kernel::Page;
use aileron_platform::web::{Json, Shape};

use super::model::WorkItemView;
use crate::expand::{self, COMMON, Field, Kind};

/// The fields that hold ids.
fn fields() -> Vec<Field> {
    let own = [("assignees", Kind::People), ("labels", Kind::Labels), ("state", Kind::State), ("parent", Kind::Item), ("estimate_point", Kind::EstimatePoint)];
    own.into_iter().chain(COMMON).collect()
}

/// One item in the form that the caller asked for.
pub(super) fn one(tx: &mut Tx<'_, ProjectScope>, view: &WorkItemView, shape: &Shape) -> db::Result<Json> {
    expand::one(tx, view, shape, &fields())
}

/// One page in the form that the caller asked for.
pub(super) fn page(tx: &mut Tx<'_, ProjectScope>, page: Page<WorkItemView>, shape: &Shape) -> db::Result<Json> {
    expand::page(tx, page, shape, &fields())
}
