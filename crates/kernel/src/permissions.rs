//! The permission table: who may do what. Handlers ask it, the documentation is generated from it, and one
//! test walks it for every operation of the API.

use crate::Role;

/// Where a rule's role is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Any signed-in account, about itself.
    Account,
    /// Any account that may change the instance, whatever its roles.
    Instance,
    /// The role in the workspace.
    Workspace,
    /// The role in the project. An admin of the workspace who is in the project counts as its admin.
    Project,
}

/// Who else is let in besides the members with the rule's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Also {
    /// Nobody.
    Nobody,
    /// The creator (or author) of the row, with any role.
    Creator,
    /// Nobody; and those with the role only if they made (or wrote) the row themselves.
    OnlyCreator,
    /// Nobody; and those with the role only if the workspace is theirs.
    OnlyOwner,
    /// Members of the workspace (15 and above) who are not in the project, where the project is public.
    PublicReaders,
    /// Admins of the workspace who are not in the project.
    WorkspaceAdmins,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Where the role is looked up.
    pub level: Level,
    /// The least role.
    pub from: Role,
    /// Who else.
    pub also: Also,
    /// The token scope that a restricted token needs.
    pub token_scope: &'static str,
}

macro_rules! actions {
    ($($(#[$meta:meta])* $action:ident = $name:literal: $level:ident, $from:ident, $also:ident, $scope:literal;)+) => {
        /// Something that a caller may or may not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$meta])* $action),+ }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// The name in `openapi.json` (`x-action`) and in the documentation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$action => $name),+ }
            }

            /// Who may do it.
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$action => Rule { level: Level::$level, from: Role::$from, also: Also::$also, token_scope: $scope }),+
                }
            }
        }
    };
}

/// Every scope that a token can be restricted to, each once, in the order of the alphabet.
pub fn token_scopes() -> std::collections::BTreeSet<&'static str> {
    Action::ALL.iter().map(|action| action.rule().token_scope).collect()
}

actions! {
    /// Read one's own account.
    AccountRead = "account.read": Account, Guest, Nobody, "profile:read";
    /// Change one's own account: name, password, sessions.
    AccountWrite = "account.write": Account, Guest, Nobody, "profile:write";
    /// Make, list and revoke one's own tokens.
    TokensManage = "tokens.manage": Account, Guest, Nobody, "profile:write";
    /// Read how the server does: its settings, what failed on it.
    InstanceRead = "instance.read": Instance, Admin, Nobody, "instance:read";
    /// Have the server try something, or try it once more.
    InstanceWrite = "instance.write": Instance, Admin, Nobody, "instance:write";
    /// List one's workspaces, make a workspace.
    WorkspacesOwn = "workspaces.own": Account, Guest, Nobody, "workspaces:read";
    /// Make a workspace.
    WorkspaceCreate = "workspaces.create": Account, Guest, Nobody, "workspaces:write";
    /// Read a workspace.
    WorkspaceRead = "workspaces.read": Workspace, Guest, Nobody, "workspaces:read";
    /// Change a workspace.
    WorkspaceUpdate = "workspaces.update": Workspace, Admin, Nobody, "workspaces:write";
    /// Give a workspace to another admin.
    WorkspaceTransfer = "workspaces.transfer": Workspace, Admin, OnlyOwner, "workspaces:write";
    /// Read who follows the log of a workspace, and which events he could not bear.
    EventConsumersRead = "event_consumers.read": Workspace, Admin, Nobody, "workspaces.event_consumers:read";
    /// Have events tried again that a consumer could not bear, or give them up.
    EventConsumersWrite = "event_consumers.write": Workspace, Admin, Nobody, "workspaces.event_consumers:write";
    /// Read who is in a workspace.
    WorkspaceMembersRead = "workspace_members.read": Workspace, Member, Nobody, "workspaces.members:read";
    /// Change roles in a workspace, remove members.
    WorkspaceMembersWrite = "workspace_members.write": Workspace, Admin, Nobody, "workspaces.members:write";
    /// Read what a member does and has to do, as far as one sees the work items.
    ProfilesRead = "profiles.read": Workspace, Guest, Nobody, "workspaces.members:read";
    /// Read who changed what in the settings of a workspace, its projects and its people.
    AuditLogRead = "audit_log.read": Workspace, Admin, Nobody, "workspaces.audit_log:read";
    /// Read and change invitations to a workspace.
    InvitationsManage = "invitations.manage": Workspace, Admin, Nobody, "workspaces.members:write";
    /// Join a workspace with the token of an invitation.
    InvitationsAccept = "invitations.accept": Account, Guest, Nobody, "workspaces:write";
    /// Read one's own notes.
    StickiesRead = "stickies.read": Workspace, Guest, Nobody, "stickies:read";
    /// Make, change and delete one's own notes.
    StickiesWrite = "stickies.write": Workspace, Guest, Nobody, "stickies:write";
    /// Hold a copy of all that one sees in a workspace, and follow its changes.
    SyncRead = "sync.read": Workspace, Guest, Nobody, "sync:read";
    /// List the projects that one may see.
    ProjectsList = "projects.list": Workspace, Guest, Nobody, "projects:read";
    /// Make a project.
    ProjectCreate = "projects.create": Workspace, Member, Nobody, "projects:write";
    /// Read one project: its members, and members of the workspace where it is public.
    ProjectRead = "projects.read": Project, Guest, PublicReaders, "projects:read";
    /// Count what is in a project that one may read.
    ProjectSummary = "projects.summary": Workspace, Member, Nobody, "projects:read";
    /// Change a project's settings.
    ProjectUpdate = "projects.update": Project, Admin, WorkspaceAdmins, "projects:write";
    /// Delete a project.
    ProjectDelete = "projects.delete": Project, Admin, WorkspaceAdmins, "projects:write";
    /// Archive and restore a project.
    ProjectArchive = "projects.archive": Project, Admin, WorkspaceAdmins, "projects:write";
    /// Bring a deleted project back: who could delete it.
    ProjectRestore = "projects.restore": Project, Admin, WorkspaceAdmins, "projects:write";
    /// Read who is in a project.
    ProjectMembersRead = "project_members.read": Project, Guest, PublicReaders, "projects.members:read";
    /// Add, change and remove members of a project.
    ProjectMembersWrite = "project_members.write": Project, Admin, Nobody, "projects.members:write";
    /// Read states.
    StatesRead = "states.read": Project, Guest, Nobody, "projects.states:read";
    /// Make, change and delete states.
    StatesWrite = "states.write": Project, Member, Nobody, "projects.states:write";
    /// Read labels.
    LabelsRead = "labels.read": Project, Guest, Nobody, "projects.labels:read";
    /// Make, change and delete labels.
    LabelsWrite = "labels.write": Project, Member, Nobody, "projects.labels:write";
    /// Read the automations of a project and what they did.
    AutomationsRead = "automations.read": Project, Member, Nobody, "projects.automations:read";
    /// Make, change and delete the automations of a project, and try them out.
    AutomationsWrite = "automations.write": Project, Admin, Nobody, "projects.automations:write";
    /// Read work item types.
    WorkItemTypesRead = "work_item_types.read": Project, Guest, Nobody, "projects.work_item_types:read";
    /// Read work items (guests: what is shown to them).
    WorkItemsRead = "work_items.read": Project, Guest, Nobody, "projects.work_items:read";
    /// Find work items in the whole workspace (each caller: in his projects).
    WorkItemsSearch = "work_items.search": Workspace, Guest, Nobody, "projects.work_items:read";
    /// Read figures about the work items that one sees.
    AnalyticsRead = "analytics.read": Workspace, Guest, Nobody, "analytics:read";
    /// Read the states of all one's projects.
    WorkspaceStatesRead = "workspace_states.read": Workspace, Guest, Nobody, "projects.states:read";
    /// Read the labels of all one's projects.
    WorkspaceLabelsRead = "workspace_labels.read": Workspace, Guest, Nobody, "projects.labels:read";
    /// Make work items.
    WorkItemsCreate = "work_items.create": Project, Member, Nobody, "projects.work_items:write";
    /// Change work items.
    WorkItemsUpdate = "work_items.update": Project, Member, Creator, "projects.work_items:write";
    /// Delete work items: admins, and who made the item.
    WorkItemsDelete = "work_items.delete": Project, Admin, Creator, "projects.work_items:write";
    /// Archive work items and take them back.
    WorkItemsArchive = "work_items.archive": Project, Member, Nobody, "projects.work_items:write";
    /// Read what was deleted in a project (each caller: what he could delete).
    TrashRead = "trash.read": Project, Guest, Nobody, "projects.trash:read";
    /// Read what was deleted in the workspace (each caller: what he could delete).
    WorkspaceTrashRead = "workspace_trash.read": Workspace, Guest, Nobody, "trash:read";
    /// Take a change of one's own back, as far as one may do the opposite; admins: also those of others.
    Undo = "undo": Workspace, Guest, Nobody, "undo:write";
    /// Read cycles, what is in them (guests: what is shown to them) and how they stand.
    CyclesRead = "cycles.read": Project, Guest, Nobody, "projects.cycles:read";
    /// Make and change cycles, put items in and take them out, archive.
    CyclesWrite = "cycles.write": Project, Member, Nobody, "projects.cycles:write";
    /// Delete a cycle: admins, and its owner.
    CyclesDelete = "cycles.delete": Project, Admin, Creator, "projects.cycles:write";
    /// Read modules, what is in them (guests: what is shown to them) and how they stand.
    ModulesRead = "modules.read": Project, Guest, Nobody, "projects.modules:read";
    /// Make and change modules and their links, put items in and take them out, archive.
    ModulesWrite = "modules.write": Project, Member, Nobody, "projects.modules:write";
    /// Delete a module: admins, and who made it.
    ModulesDelete = "modules.delete": Project, Admin, Creator, "projects.modules:write";
    /// Read comments of a visible item.
    CommentsRead = "comments.read": Project, Guest, Nobody, "projects.work_items.comments:read";
    /// Comment on a visible item.
    CommentsCreate = "comments.create": Project, Guest, Nobody, "projects.work_items.comments:write";
    /// Delete a comment: admins, and its author.
    CommentsDelete = "comments.delete": Project, Admin, Creator, "projects.work_items.comments:write";
    /// Change a comment: its author alone. Admins too may not put words into another's mouth.
    CommentsUpdate = "comments.update": Project, Guest, OnlyCreator, "projects.work_items.comments:write";
    /// Read the relations of a visible item.
    RelationsRead = "relations.read": Project, Guest, Nobody, "projects.work_items.relations:read";
    /// Relate a visible item to others, and end that.
    RelationsWrite = "relations.write": Project, Member, Nobody, "projects.work_items.relations:write";
    /// Read and fetch the attachments of a visible item.
    AttachmentsRead = "attachments.read": Project, Guest, Nobody, "projects.work_items.attachments:read";
    /// Attach a file to a visible item.
    AttachmentsCreate = "attachments.create": Project, Guest, Nobody, "projects.work_items.attachments:write";
    /// Confirm and delete attachments: members, and who made them.
    AttachmentsChange = "attachments.change": Project, Member, Creator, "projects.work_items.attachments:write";
    /// Fetch files of a workspace (of a project: who is in it; guests: their own).
    AssetsRead = "assets.read": Workspace, Guest, Nobody, "assets:read";
    /// Upload files to a workspace.
    AssetsWrite = "assets.write": Workspace, Guest, Nobody, "assets:write";
    /// See pictures of accounts.
    PicturesRead = "pictures.read": Account, Guest, Nobody, "assets:read";
    /// Upload and take away one's own pictures.
    PicturesWrite = "pictures.write": Account, Guest, Nobody, "assets:write";
    /// Read the links of a visible item.
    LinksRead = "links.read": Project, Guest, Nobody, "projects.work_items.links:read";
    /// Make, change and delete links, also those of others.
    LinksWrite = "links.write": Project, Member, Nobody, "projects.work_items.links:write";
    /// Read the activity of a visible item.
    ActivitiesRead = "activities.read": Project, Guest, Nobody, "projects.work_items.activities:read";
    /// Read the earlier descriptions of a visible item.
    DescriptionVersionsRead = "description_versions.read": Project, Guest, Nobody, "projects.work_items.description_versions:read";
    /// Read the estimate of a project and its values.
    EstimatesRead = "estimates.read": Project, Guest, Nobody, "projects.estimates:read";
    /// Make, change and delete the estimate of a project and its values.
    EstimatesWrite = "estimates.write": Project, Member, Nobody, "projects.estimates:write";
    /// Read what is asked of a project (guests: what is shown to them).
    IntakeRead = "intake.read": Project, Guest, Nobody, "projects.intakes:read";
    /// Ask for a work item.
    IntakeCreate = "intake.create": Project, Guest, Nobody, "projects.intakes:write";
    /// Change what an intake item says: members, and who made it.
    IntakeUpdate = "intake.update": Project, Member, Creator, "projects.intakes:write";
    /// Accept, decline, put off and mark as duplicate.
    IntakeDecide = "intake.decide": Project, Admin, Nobody, "projects.intakes:write";
    /// Delete an intake item: admins, and who made it.
    IntakeDelete = "intake.delete": Project, Admin, Creator, "projects.intakes:write";
    /// Read the reactions to a visible item and to its comments.
    ReactionsRead = "reactions.read": Project, Guest, Nobody, "projects.work_items.reactions:read";
    /// React to a visible item or comment.
    ReactionsCreate = "reactions.create": Project, Guest, Nobody, "projects.work_items.reactions:write";
    /// Take one's own reaction back.
    ReactionsDelete = "reactions.delete": Project, Guest, OnlyCreator, "projects.work_items.reactions:write";
    /// Read the votes about a visible item.
    VotesRead = "votes.read": Project, Guest, Nobody, "projects.work_items.votes:read";
    /// Vote about a visible item.
    VotesWrite = "votes.write": Project, Guest, Nobody, "projects.work_items.votes:write";
    /// Read who subscribed to a visible item.
    SubscriptionsRead = "subscriptions.read": Project, Guest, Nobody, "projects.work_items.subscriptions:read";
    /// Subscribe to a visible item oneself.
    SubscriptionsWrite = "subscriptions.write": Project, Guest, Nobody, "projects.work_items.subscriptions:write";
    /// End the subscriptions of others.
    SubscriptionsRemove = "subscriptions.remove": Project, Member, Nobody, "projects.work_items.subscriptions:write";
    /// Read one's own notifications, and what one wants to be told of in the workspace.
    NotificationsRead = "notifications.read": Workspace, Guest, Nobody, "notifications:read";
    /// Mark one's own notifications, and change what one wants to be told of in the workspace.
    NotificationsWrite = "notifications.write": Workspace, Guest, Nobody, "notifications:write";
    /// Read what one wants to be told of in a project.
    NotificationPreferencesRead = "notification_preferences.read": Project, Guest, Nobody, "projects.notification_preferences:read";
    /// Change what one wants to be told of in a project.
    NotificationPreferencesWrite = "notification_preferences.write": Project, Guest, Nobody, "projects.notification_preferences:write";
    /// Read one's own favourites.
    FavoritesRead = "favorites.read": Workspace, Member, Nobody, "favorites:read";
    /// Make, change and delete one's own favourites.
    FavoritesWrite = "favorites.write": Workspace, Member, Nobody, "favorites:write";
    /// Read what one looked at last.
    RecentsRead = "recents.read": Workspace, Guest, Nobody, "recents:read";
    /// Note what one looks at.
    RecentsWrite = "recents.write": Workspace, Guest, Nobody, "recents:write";
    /// Read one's own quick links.
    QuickLinksRead = "quick_links.read": Workspace, Guest, Nobody, "quick_links:read";
    /// Make, change and delete one's own quick links.
    QuickLinksWrite = "quick_links.write": Workspace, Guest, Nobody, "quick_links:write";
    /// Read the views of a project that one sees (guests: what is shown to them), and what they show.
    ViewsRead = "views.read": Project, Guest, Nobody, "projects.views:read";
    /// Make views in a project, and change those that one sees.
    ViewsWrite = "views.write": Project, Member, Nobody, "projects.views:write";
    /// Delete a view of a project: admins, and its owner.
    ViewsDelete = "views.delete": Project, Admin, Creator, "projects.views:write";
    /// Read the views of a workspace that one sees (guests: their own), and what they show.
    WorkspaceViewsRead = "workspace_views.read": Workspace, Guest, Nobody, "views:read";
    /// Make views in a workspace, and change those that one sees; delete: admins, and their owners.
    WorkspaceViewsWrite = "workspace_views.write": Workspace, Guest, Nobody, "views:write";
    /// Read the pages of a project that one sees (guests: what is shown to them).
    PagesRead = "pages.read": Project, Guest, Nobody, "projects.pages:read";
    /// Make pages in a project, change and lock those that one sees.
    PagesWrite = "pages.write": Project, Member, Nobody, "projects.pages:write";
    /// Unlock, archive, move, delete and restore pages of a project: admins, and their owners.
    PagesManage = "pages.manage": Project, Admin, Creator, "projects.pages:write";
    /// Read the pages of a workspace that one sees.
    WorkspacePagesRead = "workspace_pages.read": Workspace, Member, Nobody, "wiki.pages:read";
    /// Make pages in a workspace, change and lock those that one sees; what else can be done with them: admins, and their owners.
    WorkspacePagesWrite = "workspace_pages.write": Workspace, Member, Nobody, "wiki.pages:write";
    /// Read one's own drafts of work items.
    DraftsRead = "drafts.read": Workspace, Member, Nobody, "drafts:read";
    /// Make, change and delete one's own drafts of work items.
    DraftsWrite = "drafts.write": Workspace, Member, Nobody, "drafts:write";
    /// Read what one has on the home page of a workspace.
    HomePreferencesRead = "home_preferences.read": Workspace, Guest, Nobody, "home_preferences:read";
    /// Change what one has on the home page of a workspace.
    HomePreferencesWrite = "home_preferences.write": Workspace, Guest, Nobody, "home_preferences:write";
    /// Read webhooks and what was sent to them.
    WebhooksRead = "webhooks.read": Workspace, Admin, Nobody, "webhooks:read";
    /// Make, change and delete webhooks, change their secrets, send to them anew.
    WebhooksWrite = "webhooks.write": Workspace, Admin, Nobody, "webhooks:write";
    /// Read one's own exports and fetch their files.
    ExportsRead = "exports.read": Workspace, Member, Nobody, "exports:read";
    /// Have the work items of one's projects exported.
    ExportsCreate = "exports.create": Workspace, Member, Nobody, "exports:write";
    /// Read which calendar feeds one has.
    CalendarFeedsRead = "calendar_feeds.read": Workspace, Guest, Nobody, "calendar_feeds:read";
    /// Make, change and revoke one's own calendar feeds.
    CalendarFeedsWrite = "calendar_feeds.write": Workspace, Guest, Nobody, "calendar_feeds:write";
    /// Read how one wants a project shown.
    DisplayPreferencesRead = "display_preferences.read": Project, Guest, Nobody, "projects.display_preferences:read";
    /// Change how one wants a project shown.
    DisplayPreferencesWrite = "display_preferences.write": Project, Guest, Nobody, "projects.display_preferences:write";
}
