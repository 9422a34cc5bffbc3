//! The limits of the product, as data: how long, how large, how many. What refuses more takes its number from here, the API tells
//! all of them, and a refusal names the one that it is about.

use serde::Serialize;
use serde_json::json;

use crate::{Refusal, refusal::Kind};

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Characters of a text.
    Characters,
    /// Bytes.
    Bytes,
    /// Rows, elements, levels.
    Count,
    /// Days.
    Days,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// The most that there may be.
    pub most: usize,
    /// Of what.
    pub unit: Unit,
    /// What it limits, for people.
    pub about: &'static str,
}

impl Limit {
    /// The same number, as databases count.
    pub const fn count(self) -> i64 {
        #[expect(clippy::cast_possible_wrap, reason = "no limit is near the largest number")]
        let count = self.most as i64;
        count
    }

    /// Refuses one more where there are so many already. The sentence is given the limit.
    pub fn check(self, there: i64, message: impl FnOnce(usize) -> String) -> Result<(), Refusal> {
        if there >= self.count() { Err(self.refuse(message(self.most))) } else { Ok(()) }
    }

    /// The refusal of what would be over the limit. The sentence says what.
    pub fn refuse(self, message: impl Into<String>) -> Refusal {
        Refusal::new(Kind::Invalid, json!({ "error": message.into(), "limit": self.name, "most": self.most }))
    }
}

macro_rules! limits {
    ($($name:ident = $word:literal: $most:expr, $unit:ident, $about:literal;)+) => {
        $(#[doc = $about] pub const $name: Limit = Limit { name: $word, most: $most, unit: Unit::$unit, about: $about };)+
        /// Every limit, in the order of the table.
        pub const ALL: &[Limit] = &[$($name),+];
    };
}

limits! {
    NAME = "name": 255, Characters, "The name of anything, if no other limit says otherwise.";
    WORKSPACE_NAME = "workspace_name": 80, Characters, "The name of a workspace.";
    WORKSPACE_SLUG = "workspace_slug": 48, Characters, "The name of a workspace in addresses.";
    PROJECT_IDENTIFIER = "project_identifier": 12, Characters, "The letters before the numbers of a project's work items.";
    DESCRIPTION = "work_item_description": 1 << 20, Bytes, "The description of a work item, as HTML.";
    DESCRIPTION_VERSIONS = "versions_per_work_item": 100, Count, "Earlier descriptions of a work item that are kept.";
    EDITOR_STATE = "editor_state": 2 << 20, Bytes, "What an editor keeps of the description of a work item or draft.";
    COMMENT = "comment": 256 << 10, Bytes, "A comment, as HTML.";
    STICKY_TEXT = "sticky_text": 64 << 10, Bytes, "The text of a sticky.";
    STICKY_NAME = "sticky_name": 1_000, Characters, "The name of a sticky.";
    PAGE_NAME = "page_name": 1_000, Characters, "The name of a page.";
    PAGE_TEXT = "page_text": 2 << 20, Bytes, "The text of a page, in each of its forms.";
    PAGES = "pages_per_member": 10_000, Count, "Pages of a member in a project, or in a workspace itself.";
    PAGE_VERSIONS = "versions_per_page": 500, Count, "Earlier texts of a page that are kept.";
    PAGES_AT_ONCE = "pages_at_once": 5_000, Count, "Pages that one request archives, moves or takes back.";
    PAGE_LEVELS = "page_levels": 100, Count, "Levels of pages below each other.";
    DRAFTS = "drafts_per_member": 1_000, Count, "Drafts of a member in a workspace.";
    VIEWS = "views_per_member": 1_000, Count, "Views of a member in a project, or in a workspace itself.";
    VIEW_SETTINGS = "view_settings": 64 << 10, Bytes, "Each of the JSON objects of a view: its filters, and what it shows.";
    AUTOMATIONS = "automations_per_project": 100, Count, "Automations of a project.";
    AUTOMATION_ACTIONS = "actions_per_automation": 10, Count, "Actions of an automation.";
    AUTOMATION_MESSAGE = "automation_message": 500, Characters, "What an automation tells people.";
    AUTOMATION_COMMENT = "automation_comment": 16 << 10, Bytes, "A comment that an automation makes, as HTML.";
    AUTOMATION_RUNS = "automation_runs_per_hour": 5_000, Count, "How often an automation acts in an hour, or on one day where it has a time of its own, before it is paused.";
    AUTOMATION_CHAIN = "automation_runs_per_event": 100, Count, "Runs of automations that change something because of one event, those that follow from each other included.";
    DRY_RUN_EVENTS = "events_per_dry_run": 5_000, Count, "Events that the dry run of an automation looks at.";
    DRY_RUN_ITEMS = "work_items_per_dry_run": 20_000, Count, "Work items that the dry run of an automation with a time of its own looks at.";
    DRY_RUN_DAYS = "days_per_dry_run": 31, Days, "How far the dry run of an automation looks.";
    STICKIES = "stickies_per_member": 10_000, Count, "Stickies of a member in a workspace.";
    SHORT_DESCRIPTION = "short_description": 10_000, Characters, "The description of a project, state, label, cycle, module, estimate or token.";
    EMAIL = "email": 254, Characters, "The address of an account.";
    PICTURE_ADDRESS = "picture_address": 2_000, Characters, "The address of a picture of a workspace or project.";
    ESTIMATE_VALUE = "estimate_value": 20, Characters, "A value of an estimate.";
    ESTIMATE_POINTS = "points_per_estimate": 100, Count, "Values of an estimate.";
    REACTION = "reaction": 64, Characters, "A reaction.";
    REACTIONS = "reactions_per_member": 50, Count, "Reactions of a member to a work item or comment.";
    LINK_URL = "link_url": 4_096, Characters, "The address of a link.";
    LINK_METADATA = "link_metadata": 64 << 10, Bytes, "What is kept of the page that a link leads to.";
    QUICK_LINKS = "quick_links_per_member": 500, Count, "Quick links of a member in a workspace.";
    FAVORITES = "favorites_per_member": 1_000, Count, "Favourites and folders of a member in a workspace.";
    SEARCH = "search": 1_000, Characters, "The words that a list is searched for.";
    CALENDAR_FEEDS = "calendar_feeds_per_member": 50, Count, "Calendar feeds of a member in a workspace.";
    EXPORTS = "exports_at_a_time": 10, Count, "Exports of a member that are not done yet.";
    LISTED_IDS = "ids_per_list": 1_000, Count, "Ids in one list of a request.";
    PER_PAGE = "rows_per_page": 1_000, Count, "Rows of a page.";
    FILTER_DEPTH = "filter_depth": 5, Count, "Levels of a filter.";
    FILTER_VALUES = "values_per_filter": 200, Count, "Values of one condition of a filter.";
    FILTER_NODES = "conditions_per_filter": 200, Count, "Conditions of a filter.";
    CYCLE_DAYS = "cycle_days": 1_096, Days, "How long a cycle lasts.";
    COLLECTION_ITEMS = "work_items_per_collection": 10_000, Count, "Work items of a cycle or module.";
    MODULE_LINKS = "links_per_module": 1_000, Count, "Links of a module.";
    LABELS = "labels_per_project": 1_000, Count, "Labels of a project.";
    ATTACHMENTS = "attachments_per_work_item": 1_000, Count, "Attachments of a work item.";
    NESTING = "work_item_levels": 1_000, Count, "Levels of work items below each other.";
    BULK = "work_items_per_bulk": 100, Count, "Work items that one bulk request names.";
    DELETED_AT_ONCE = "work_items_deleted_at_once": 5_000, Count, "Work items that one request deletes, those below the named ones included.";
    MOVED_AT_ONCE = "work_items_moved_at_once": 500, Count, "Work items that one request moves or duplicates, those below the named ones included.";
    REGROUPED = "work_items_per_change_of_group": 10_000, Count, "Work items that begin, are completed, or are so no longer, because their state gets another group.";
    TREE_ITEMS = "work_items_per_tree": 1_000, Count, "Work items of a tree that one answer shows.";
    TREE_DEPTH = "tree_depth": 10, Count, "Levels of a tree that one answer shows.";
    UNDONE_EVENTS = "events_per_undo": 1_000, Count, "Events of a change that can be taken back.";
    TOKENS = "tokens_per_account": 100, Count, "API tokens of an account.";
    PASSWORD = "password": 128, Characters, "A password.";
    PICTURE = "picture": 5 << 20, Bytes, "The picture of an account.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_told_apart_and_every_limit_lets_something_through() {
        let names: BTreeSet<&str> = ALL.iter().map(|limit| limit.name).collect();
        assert_eq!(names.len(), ALL.len());
        for limit in ALL {
            assert!(limit.most > 0 && limit.about.ends_with('.'), "{}", limit.name);
            assert_eq!(usize::try_from(limit.count()), Ok(limit.most));
        }
    }

    #[test]
    fn a_refusal_names_its_limit() {
        let refused = LABELS.refuse("Too many.");
        assert_eq!(refused.body, json!({"error": "Too many.", "limit": "labels_per_project", "most": 1000}));
        assert_eq!(LABELS.check(1_000, |most| format!("At most {most}.")).unwrap_err().body["error"], "At most 1000.");
        assert!(LABELS.check(999, |_| String::new()).is_ok());
    }
}
