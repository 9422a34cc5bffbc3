//! The nouns that addresses and bodies name, and how most of them are made.

/// What stands for a number that was not used before.
pub(super) const NUMBER: &str = "{number}";
/// What stands for the mark of the rows.
pub(super) const MARK: &str = "{mark}";

/// How to make one: the name in addresses, where to post, and what. For a noun that is made otherwise see [`Rows::make`](super::Rows).
pub(super) const MADE_BY_POST: &[(&str, &str, &str)] = &[
    (
        "automation_id",
        "{project}automations/",
        r#"{"name": "A rule{mark}", "trigger": {"kind": "comment_added"}, "actions": [{"kind": "close"}]}"#,
    ),
    ("state_id", "{project}states/", r##"{"name": "Own{mark}", "color": "#000000"}"##),
    ("label_id", "{project}labels/", r#"{"name": "own{mark}"}"#),
    ("work_item_id", "{project}work-items/", r#"{"name": "An item{mark}", "description_html": "<p>x{mark}</p>"}"#),
    ("other_item_id", "{project}work-items/", r#"{"name": "Another{mark}"}"#),
    ("deleted_later_id", "{project}work-items/", r#"{"name": "Gone{mark}"}"#),
    ("archived_item_id", "{project}work-items/", r#"{"name": "Done{mark}", "archived_at": "2026-01-01"}"#),
    ("link_id", "{project}work-items/{work_item_id}/links/", r#"{"url": "https://a.test/", "title": "x{mark}"}"#),
    ("comment_id", "{project}work-items/{work_item_id}/comments/", r#"{"comment_html": "<p>x{mark}</p>"}"#),
    ("reaction_id", "{project}work-items/{work_item_id}/reactions/", r#"{"reaction": "+1{mark}"}"#),
    ("comment_reaction_id", "{project}work-items/{work_item_id}/comments/{comment_id}/reactions/", r#"{"reaction": "+1{mark}"}"#),
    ("estimate_id", "{project}estimates/", r#"{"name": "Points{mark}", "type": "points"}"#),
    (
        "cycle_id",
        "{project}cycles/",
        r#"{"name": "A cycle{mark}", "project_id": "{project_id}", "start_date": "2025-12-29", "end_date": "2026-01-11"}"#,
    ),
    (
        "ended_cycle_id",
        "{project}cycles/",
        r#"{"name": "Over{mark}", "project_id": "{project_id}", "start_date": "2025-12-01", "end_date": "2025-12-14"}"#,
    ),
    (
        "module_id",
        "{project}modules/",
        r#"{"name": "A module{mark}", "status": "completed", "start_date": "2025-12-29", "target_date": "2026-01-11"}"#,
    ),
    ("view_id", "{project}views/", r#"{"name": "A view{mark}", "description": "x{mark}"}"#),
    ("page_id", "{project}pages/", r#"{"name": "A page{mark}", "description_html": "<p>x{mark}</p>"}"#),
    ("module_link_id", "{project}modules/{module_id}/links/", r#"{"url": "https://a.test/", "title": "x{mark}"}"#),
    ("webhook_id", "/api/v1/workspaces/{slug}/webhooks/", r#"{"url": "https://hooks.test/{number}{mark}", "issue": true}"#),
    ("invitation_id", "/api/v1/workspaces/{slug}/invitations/", r#"{"email": "invited{number}@new.test", "role": 5}"#),
];

/// How to make one that has a file: the name in addresses, where to post, what, and the file.
pub(super) const MADE_BY_UPLOAD: &[(&str, &str, &str, &[u8])] = &[
    ("attachment_id", "{project}work-items/{work_item_id}/attachments/", r#"{"name": "a.txt", "type": "text/plain", "size": 2}"#, b"hi"),
    ("asset_id", "/api/v1/workspaces/{slug}/assets/", r#"{"name": "a.txt", "type": "text/plain", "size": 2}"#, b"hi"),
    ("picture_id", "/api/v1/assets/user-assets/", r#"{"type": "image/png", "size": 5000, "entity_type": "USER_AVATAR"}"#, PICTURE),
];

const PICTURE: &[u8] = include_bytes!("../conformance/dot.png");

/// Addresses in which a name stands for another noun than elsewhere.
pub(super) const RENAMED: &[(&str, &str)] = &[
    ("user-assets/{asset_id}/", "user-assets/{picture_id}/"),
    ("static/{asset_id}/", "static/{picture_id}/"),
    ("cycles/{cycle_id}/transfer-issues/", "cycles/{ended_cycle_id}/transfer-issues/"),
    ("cycles/{cycle_id}/archive/", "cycles/{ended_cycle_id}/archive/"),
    ("cycle-issues/{work_item_id}/", "cycle-issues/{cycle_item_id}/"),
    ("module-issues/{work_item_id}/", "module-issues/{module_item_id}/"),
    ("{slug}/views/{view_id}/", "{slug}/views/{workspace_view_id}/"),
    ("{slug}/pages/{page_id}/", "{slug}/pages/{workspace_page_id}/"),
    ("pages/{page_id}/versions/{version_id}/", "pages/{page_id}/versions/{page_version_id}/"),
    ("{workspace_page_id}/versions/{version_id}/", "{workspace_page_id}/versions/{workspace_page_version_id}/"),
    ("{slug}/deleted-pages/{page_id}/", "{slug}/deleted-pages/{deleted_workspace_page_id}/"),
    ("deleted-pages/{page_id}/", "deleted-pages/{deleted_page_id}/"),
    ("{module_id}/links/{link_id}/", "{module_id}/links/{module_link_id}/"),
    ("archived-work-items/{work_item_id}/", "archived-work-items/{archived_item_id}/"),
    ("work-items/{work_item_id}/archive/", "work-items/{closed_item_id}/archive/"),
    ("work-items/{work_item_id}/unarchive/", "work-items/{archived_item_id}/unarchive/"),
    ("work-items/{work_item_id}/restore/", "work-items/{deleted_item_id}/restore/"),
    ("cycles/{cycle_id}/restore/", "cycles/{deleted_cycle_id}/restore/"),
    ("modules/{module_id}/restore/", "modules/{deleted_module_id}/restore/"),
    ("projects/{project_id}/restore/", "projects/{deleted_project_id}/restore/"),
];

/// Which noun a field of a body holds the id of.
pub(super) const IDS_IN_BODIES: &[(&str, &str)] = &[
    ("new_owner", "admin_id"),
    ("member", "user_id"),
    ("related_issue", "related_work_item_id"),
    ("issues", "other_item_id"),
    ("work_item_ids", "other_item_id"),
    ("project_id", "project_id"),
    ("project", "project_id"),
    ("new_cycle_id", "cycle_id"),
    ("replacement", "other_point_id"),
    ("entity_identifier", "project_id"),
    ("target_project_id", "target_project_id"),
    ("mutation_id", "mutation_id"),
];

/// Operations whose body names another noun than elsewhere.
pub(super) const OTHERWISE_IN_BODIES: &[(&str, &str, &str)] = &[("bulk_archive_work_items", "work_item_ids", "closed_item_id")];

/// Operations that are about a row which their address does not name.
pub(super) const UNNAMED: &[(&str, &str)] =
    &[("get_estimate", "{estimate_id}"), ("update_estimate", "{estimate_id}"), ("delete_estimate", "{estimate_id}")];

/// Fields whose values are given away once; examples get a number added.
pub(super) const UNIQUE: &[&str] = &["name", "slug", "identifier", "email", "display_name", "label", "url"];
