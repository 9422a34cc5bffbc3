//! What is below a work item: the tree, and how far it is.

use std::collections::{BTreeMap, HashMap};

use aileron_db::{
    self as db, ProjectScope, Tx, id_in,
    schema::{STATES, WORK_ITEMS},
};
use aileron_kernel::{
    Uuid,
    limits::{TREE_DEPTH, TREE_ITEMS},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{WorkItem, WorkItemView},
    queries, sides, sql, visibility,
};

/// An item of a tree.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SubItem)]
pub struct SubItemView {
    /// How many levels it is below the one that was asked about, from 1.
    pub depth: i64,
    /// The item itself.
    #[serde(flatten)]
    pub item: WorkItemView,
}

/// How far the items of a tree are.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = SubItemProgress)]
pub struct ProgressView {
    /// How many there are.
    pub total: usize,
    /// How many of them are completed.
    pub completed: usize,
    /// How many are in each group of states.
    pub groups: BTreeMap<String, usize>,
}

/// What is below an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SubItems)]
pub struct TreeView {
    /// The items, level by level, siblings in their manual order.
    pub sub_items: Vec<SubItemView>,
    /// The ids of the items right below by group of states.
    pub state_distribution: BTreeMap<String, Vec<Uuid>>,
    /// How far those right below are.
    pub children: ProgressView,
    /// How far all of those that are shown are.
    pub tree: ProgressView,
    /// Whether there is more than is shown: more levels than were asked for, or more items than an answer holds.
    pub is_cut: bool,
}

/// The items below one that the caller may see, so many levels deep. A fixed number of statements, however deep.
pub fn below(tx: &mut Tx<'_, ProjectScope>, id: Uuid, levels: i64) -> db::Result<TreeView> {
    visibility::check_item(tx, id)?;
    let levels = levels.clamp(1, TREE_DEPTH.count());
    // One level and one item more than are shown tell whether there is more.
    let mut found = sql::below(tx, &[id], (levels + 1, TREE_ITEMS.count() + 1))?;
    let mut is_cut = found.len() > TREE_ITEMS.most;
    found.truncate(TREE_ITEMS.most);
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let select = queries::shown(tx).columns::<WorkItem>(WORK_ITEMS).filter(id_in(WORK_ITEMS, "id", &ids));
    let items = tx.all::<WorkItem>(&select)?;
    is_cut |= found.iter().any(|row| row.depth > levels && items.iter().any(|item| item.id == row.id));
    let groups = groups(tx, &items)?;
    let mut views: HashMap<Uuid, WorkItemView> = sides::views(tx, items)?.into_iter().map(|view| (view.id, view)).collect();
    let shown = found.iter().filter(|row| row.depth <= levels);
    let sub_items: Vec<SubItemView> =
        shown.filter_map(|row| Some(SubItemView { depth: row.depth, item: views.remove(&row.id)? })).collect();
    let mut tree = TreeView {
        sub_items: Vec::new(),
        state_distribution: BTreeMap::new(),
        children: ProgressView::default(),
        tree: ProgressView::default(),
        is_cut,
    };
    for sub in &sub_items {
        let group = groups.get(&sub.item.state).map_or("backlog", String::as_str);
        tree.tree.add(group);
        if sub.depth == 1 {
            tree.children.add(group);
            tree.state_distribution.entry(group.to_owned()).or_default().push(sub.item.id);
        }
    }
    Ok(TreeView { sub_items, ..tree })
}

impl ProgressView {
    fn add(&mut self, group: &str) {
        self.total += 1;
        self.completed += usize::from(group == "completed");
        *self.groups.entry(group.to_owned()).or_default() += 1;
    }
}

/// The groups of the states that these items are in.
fn groups(tx: &mut Tx<'_, ProjectScope>, items: &[WorkItem]) -> db::Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.state_id).collect();
    let select = tx.from(STATES).filter(id_in(STATES, "id", &ids)).expr(STATES.col("id")).expr(STATES.col("group_name"));
    Ok(tx.all::<(Uuid, String)>(&select)?.into_iter().collect())
}
