//! The tables by name.

use crate::query::{Table, TableKind};

const fn entity(name: &'static str) -> Table {
    Table { name, kind: TableKind::Entity }
}
const fn link(name: &'static str) -> Table {
    Table { name, kind: TableKind::Link }
}
const fn instance(name: &'static str, soft: bool) -> Table {
    Table { name, kind: TableKind::Instance { soft } }
}

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $make:expr;)+) => {
        $($(#[$meta])* pub const $name: Table = $make;)+
        /// Every table that features use.
        pub const ALL: &[Table] = &[$($name),+];
    };
}

tables! {
    /// Key and value settings of the instance.
    INSTANCE_SETTINGS = instance("instance_settings", false);
    /// Accounts.
    USERS = instance("users", true);
    /// Browser sessions.
    SESSIONS = instance("sessions", false);
    /// Words that were mailed to an account, for proofs.
    MAILED_CODES = instance("mailed_codes", false);
    /// API tokens.
    API_TOKENS = instance("api_tokens", false);
    /// What happened outside of any workspace.
    INSTANCE_EVENTS = instance("instance_events", false);
    /// Workspaces.
    WORKSPACES = instance("workspaces", true);
    /// Answers given to requests with an idempotency key.
    IDEMPOTENCY_KEYS = instance("idempotency_keys", false);
    /// Work to do after a commit.
    JOBS = instance("jobs", false);
    /// Who does what, until when.
    LEASES = instance("leases", false);
    /// Who follows the log.
    CONSUMERS = instance("consumers", false);
    /// Members of workspaces. Removal clears `is_active`; the row stays.
    WORKSPACE_MEMBERS = entity("workspace_members");
    /// Invitations to workspaces.
    WORKSPACE_INVITATIONS = entity("workspace_invitations");
    /// Notes of one member.
    STICKIES = entity("stickies");
    /// Rules of projects.
    AUTOMATIONS = entity("automations");
    /// What rules did, and why not.
    AUTOMATION_RUNS = link("automation_runs");
    /// The log.
    EVENTS = link("events");
    /// How far the consumers of the log have got.
    CONSUMER_POSITIONS = link("consumer_positions");
    /// Events that a consumer could not bear.
    DEAD_LETTERS = link("dead_letters");
    /// Projects.
    PROJECTS = entity("projects");
    /// The last number given in a project.
    PROJECT_COUNTERS = link("project_counters");
    /// Members of projects. Removal clears `is_active`; the row stays.
    PROJECT_MEMBERS = entity("project_members");
    /// States.
    STATES = entity("states");
    /// Labels.
    LABELS = entity("labels");
    /// Work item types.
    WORK_ITEM_TYPES = entity("work_item_types");
    /// Which types a project uses.
    PROJECT_WORK_ITEM_TYPES = link("project_work_item_types");
    /// Work items.
    WORK_ITEMS = entity("work_items");
    /// Who is assigned.
    WORK_ITEM_ASSIGNEES = link("work_item_assignees");
    /// Labels of items.
    WORK_ITEM_LABELS = link("work_item_labels");
    /// What items were called in projects that they moved out of.
    FORMER_IDENTIFIERS = link("former_identifiers");
    /// Relations between items.
    WORK_ITEM_RELATIONS = entity("work_item_relations");
    /// Links of items to addresses.
    WORK_ITEM_LINKS = entity("work_item_links");
    /// Cycles.
    CYCLES = entity("cycles");
    /// Which cycle an item is in.
    CYCLE_ITEMS = entity("cycle_items");
    /// What a project says of its cycles.
    CYCLE_SETTINGS = link("cycle_settings");
    /// Modules.
    MODULES = entity("modules");
    /// Who works on a module.
    MODULE_MEMBERS = link("module_members");
    /// Which modules an item is in.
    MODULE_ITEMS = entity("module_items");
    /// Links of modules to addresses.
    MODULE_LINKS = entity("module_links");
    /// Comments.
    COMMENTS = entity("comments");
    /// The scales by which projects estimate.
    ESTIMATES = entity("estimates");
    /// The values of scales.
    ESTIMATE_POINTS = entity("estimate_points");
    /// Where requests to a project come in.
    INTAKES = entity("intakes");
    /// Requests to a project, each with its work item.
    INTAKE_ITEMS = entity("intake_items");
    /// Reactions to work items and comments.
    REACTIONS = entity("reactions");
    /// Votes for and against work items.
    VOTES = entity("votes");
    /// Who wants to hear of an item.
    WORK_ITEM_SUBSCRIBERS = link("work_item_subscribers");
    /// What members are told of.
    NOTIFICATIONS = link("notifications");
    /// What members are told of by mail.
    NOTIFICATION_MAILS = link("notification_mails");
    /// What members want to be told of.
    NOTIFICATION_PREFERENCES = entity("notification_preferences");
    /// What a member keeps at hand, and the folders for it.
    FAVORITES = entity("favorites");
    /// What a member looked at last.
    RECENT_VISITS = link("recent_visits");
    /// Addresses that a member keeps at hand.
    QUICK_LINKS = entity("quick_links");
    /// How a member wants the items of a project, a cycle, a module or a view shown.
    DISPLAY_PREFERENCES = entity("display_preferences");
    /// What a member has on the home page of a workspace.
    HOME_PREFERENCES = entity("home_preferences");
    /// Work items that a member has begun to write.
    WORK_ITEM_DRAFTS = entity("work_item_drafts");
    /// Which items are shown, and how: of a project, or of a workspace itself.
    VIEWS = entity("views");
    /// Texts of a project, or of a workspace itself.
    PAGES = entity("pages");
    /// Labels of pages.
    PAGE_LABELS = link("page_labels");
    /// Addresses that are told what happens.
    WEBHOOKS = entity("webhooks");
    /// What is sent to them.
    WEBHOOK_DELIVERIES = link("webhook_deliveries");
    /// How each try to send it went.
    WEBHOOK_ATTEMPTS = link("webhook_attempts");
    /// Work items as files.
    EXPORTS = entity("exports");
    /// Due dates and cycles for calendar programs.
    CALENDAR_FEEDS = entity("calendar_feeds");
    /// Uploaded files of workspaces: attachments of work items, and others.
    ASSETS = entity("assets");
    /// Uploaded pictures of accounts.
    USER_ASSETS = instance("user_assets", true);
    /// Earlier texts.
    TEXT_VERSIONS = link("text_versions");
    /// What imports made of what.
    IMPORT_REFS = link("import_refs");
    /// One row an item: what the full-text index knows it as.
    SEARCH_DOCUMENTS = link("search_documents");
}
