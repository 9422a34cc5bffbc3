//! Rows to call about: made through the API when an address or a body asks for one.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use aileron_kernel::{Role, Uuid};
use aileron_testkit::{CANARY, Caller, TestApp};
use serde_json::{Value, json};

use super::{
    Operation, People, Person,
    nouns::{IDS_IN_BODIES, MADE_BY_POST, MADE_BY_UPLOAD, MARK, NUMBER, OTHERWISE_IN_BODIES, RENAMED, UNIQUE, UNNAMED},
};
use crate::files::upload;

/// The password of everybody.
pub(super) const PASSWORD: &str = "seven lamps on a green hill";

static NUMBERS: AtomicUsize = AtomicUsize::new(1);

fn number() -> usize {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// Replaces the text of a page; the version that was kept of it.
async fn version(caller: &Caller<'_>, path: &str) -> String {
    caller.patch(path, json!({"description_html": format!("<p>Another{}</p>", number())})).await.expect(200);
    caller.get(&format!("{path}versions/")).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned()
}

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok())
}

/// A project with rows, each made when it is first asked for.
pub(super) struct Rows<'a> {
    app: &'a TestApp,
    /// Who makes all but what belongs to the caller's account.
    admin: Caller<'a>,
    /// Who makes what can be written by anybody: the admin, or the caller where his own rows are wanted.
    maker: Caller<'a>,
    caller: &'a Person,
    /// The workspace.
    slug: &'static str,
    /// What stands in their texts.
    mark: &'static str,
    /// The values of names in addresses, with their braces.
    known: BTreeMap<String, String>,
}

impl<'a> Rows<'a> {
    /// A public project, in which guests see everything and this caller has his role.
    pub(super) async fn of(app: &'a TestApp, people: &'a People, caller: &'a Person) -> Self {
        let rows = Self::empty(app, people, caller).await;
        rows.let_in(caller, caller.project).await;
        rows
    }

    /// One in which this caller is a guest and has written what is asked for himself, as the member that he was before.
    pub(super) async fn written_by(app: &'a TestApp, people: &'a People, caller: &'a Person, operation: &Operation) -> Self {
        let mut rows = Self::empty(app, people, caller).await.written_by_caller();
        let member = rows.let_in(caller, Some(Role::Member)).await;
        rows.fill(&operation.path).await;
        rows.fill_body(operation).await;
        let membership = format!("{}members/{member}/", rows.known["{project}"]);
        rows.admin.patch(&membership, json!({"role": Role::Guest.number()})).await.expect(200);
        rows
    }

    /// The same with what is asked for written by the caller.
    pub(super) fn written_by_caller(mut self) -> Self {
        self.maker = self.app.with_token(&self.caller.token);
        self
    }

    /// Rows of the tenant whose texts nobody else may see.
    pub(super) async fn of_canary(app: &'a TestApp, carla: &'a Person) -> Self {
        Self::made_by(app, app.with_token(&carla.token), carla, ("canary", CANARY)).await
    }

    async fn empty(app: &'a TestApp, people: &'a People, caller: &'a Person) -> Self {
        Self::made_by(app, app.with_token(&people.maker.token), caller, ("acme", "")).await
    }

    async fn made_by(app: &'a TestApp, admin: Caller<'a>, caller: &'a Person, (slug, mark): (&'static str, &'static str)) -> Self {
        let identifier = format!("W{}", number());
        let name = format!("Walk {identifier}");
        let body = json!({"name": name, "identifier": identifier, "description": mark, "guest_view_all_features": true, "cycle_view": true, "module_view": true, "issue_views_view": true, "intake_view": true});
        let projects = format!("/api/v1/workspaces/{slug}/projects/");
        let project = admin.post(&projects, body).await.id();
        let path = format!("{projects}{project}/");
        let known = [("{slug}", slug.to_owned()), ("{project_id}", project), ("{project}", path), ("{letters}", identifier)];
        let known = known.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { app, maker: admin.clone(), admin, caller, slug, mark, known }
    }

    async fn let_in(&self, person: &Person, role: Option<Role>) -> String {
        let Some(role) = role else { return String::new() };
        let members = format!("{}members/", self.known["{project}"]);
        self.admin.post(&members, json!({"member": person.id, "role": role.number()})).await.id()
    }

    /// An address with what its names stand for.
    pub(super) async fn fill(&mut self, template: &str) -> String {
        let mut filled = template.replace(NUMBER, &number().to_string());
        for (address, renamed) in RENAMED {
            filled = filled.replace(address, renamed);
        }
        while let Some((start, end)) = filled.find('{').and_then(|start| Some((start, start + filled[start..].find('}')?))) {
            let name = filled[start..=end].to_owned();
            if !self.known.contains_key(&name) {
                let made = Box::pin(self.make(name.trim_matches(['{', '}']))).await;
                self.known.insert(name.clone(), made);
            }
            filled = filled.replace(&name, &self.known[&name]);
        }
        filled
    }

    /// The address of an operation, with the rows that it is about.
    pub(super) async fn address(&mut self, operation: &Operation) -> String {
        for (_, row) in UNNAMED.iter().filter(|(id, _)| *id == operation.id) {
            self.fill(row).await;
        }
        self.fill(&operation.path).await
    }

    /// An example of a body, with ids of rows that are there and names that nobody has taken.
    pub(super) async fn fill_body(&mut self, operation: &Operation) -> Value {
        let mut body = operation.example.clone().unwrap_or_else(|| json!({}));
        for (name, value) in body.as_object_mut().into_iter().flatten() {
            if name == "old_password" || name == "password" {
                *value = PASSWORD.into();
            } else if name == "code" && !operation.actions.is_empty() {
                *value = self.app.make_email_code(self.caller.id, &format!("walker{}@code.test", number())).await.into();
            } else if UNIQUE.contains(&name.as_str()) {
                let text = value.as_str().unwrap();
                let taken = text.split_once('@').map(|(local, domain)| format!("{local}{}@{domain}", number()));
                *value = taken.unwrap_or_else(|| format!("{text}{}", number())).into();
            } else if value.as_str().is_some_and(|text| text.starts_with("inv_")) {
                *value = self.fill("{invitation_token}").await.into();
            } else if is_id(value) || value.get(0).is_some_and(is_id) {
                let otherwise = OTHERWISE_IN_BODIES.iter().find(|(id, field, _)| *id == operation.id && field == name);
                let noun =
                    otherwise.map(|(.., noun)| *noun).or_else(|| IDS_IN_BODIES.iter().find(|(field, _)| field == name).map(|row| row.1));
                let noun = noun.unwrap_or_else(|| panic!("IDS_IN_BODIES does not say whose id the field {name} holds"));
                let id = self.fill(&format!("{{{noun}}}")).await;
                *value = if value.is_array() { json!([id]) } else { json!(id) };
            }
        }
        body
    }

    /// Makes one of a noun, named as in addresses.
    async fn make(&mut self, noun: &str) -> String {
        if let Some((_, path, body)) = MADE_BY_POST.iter().find(|(made, ..)| *made == noun) {
            let path = self.fill(path).await;
            let body = body.replace(NUMBER, &number().to_string()).replace(MARK, self.mark);
            let body = body.replace("{project_id}", &self.known["{project_id}"]);
            return self.maker.post(&path, serde_json::from_str(&body).unwrap()).await.id();
        }
        if let Some((_, path, body, file)) = MADE_BY_UPLOAD.iter().find(|(made, ..)| *made == noun) {
            let path = self.fill(path).await;
            return self.upload(noun, &path, body, file).await;
        }
        self.make_in_project(noun).await
    }

    /// The same of what is in the project in other ways.
    async fn make_in_project(&mut self, noun: &str) -> String {
        match noun {
            "job_id" => self.app.make_failed_job("mail", None).await.to_string(),
            "workspace_id" => self.admin.get(&format!("/api/v1/workspaces/{}/", self.slug)).await.id(),
            "related_work_item_id" => {
                let other = self.fill("{other_item_id}").await;
                let path = self.fill("{project}work-items/{work_item_id}/relations/").await;
                self.admin.post(&path, json!({"relation_type": "blocking", "issues": [other]})).await.expect(201);
                other
            }
            "cycle_item_id" | "module_item_id" => {
                let of = noun.trim_end_matches("_item_id");
                let item = self.fill("{other_item_id}").await;
                let path = self.fill(&format!("{{project}}{of}s/{{{of}_id}}/{of}-issues/")).await;
                self.admin.post(&path, json!({"issues": [item]})).await.expect(200);
                item
            }
            "version_id" => {
                let item = self.fill("{project}work-items/{work_item_id}/").await;
                self.admin.patch(&item, json!({"description_html": format!("<p>{}</p>", number())})).await.expect(200);
                let versions = self.admin.get(&format!("{item}description-versions/")).await.expect(200);
                versions["results"][0]["id"].as_str().unwrap().to_owned()
            }
            "activity_id" => {
                let path = self.fill("{project}work-items/{work_item_id}/activities/").await;
                self.admin.get(&path).await.expect(200)["results"][0]["id"].as_str().unwrap().to_owned()
            }
            "estimate_point_id" | "other_point_id" => {
                let path = self.fill("{project}estimates/{estimate_id}/estimate-points/").await;
                let point = json!([{"value": number().to_string(), "description": self.mark}]);
                self.admin.post(&path, point).await.expect(201)[0]["id"].as_str().unwrap().to_owned()
            }
            "intake_item_id" => {
                let path = self.fill("{project}intake-issues/").await;
                let asked = self.maker.post(&path, json!({"issue": {"name": format!("Asked{}", self.mark)}})).await.expect(201);
                asked["issue"].as_str().unwrap().to_owned()
            }
            "identifier" => {
                let path = self.fill("{project}work-items/{work_item_id}/").await;
                let item = self.admin.get(&path).await.expect(200);
                format!("{}-{}", self.known["{letters}"], item["sequence_id"])
            }
            "type_id" => self.app.make_type("Walked", self.slug, self.known["{project_id}"].parse().unwrap()).await.to_string(),
            "subscriber_id" => {
                let path = self.fill("{project}work-items/{work_item_id}/subscribe/").await;
                self.admin.post(&path, json!({})).await.expect(201);
                self.admin.get("/api/v1/users/me/").await.id()
            }
            "closed_item_id" | "target_project_id" | "page_version_id" => self.make_elsewhere(noun).await,
            deleted if deleted.starts_with("deleted_") => self.make_elsewhere(deleted).await,
            other => self.make_of_people(other).await,
        }
    }

    /// The same of what is done, deleted or in another project.
    async fn make_elsewhere(&mut self, noun: &str) -> String {
        match noun {
            "closed_item_id" => {
                let states = self.fill("{project}states/").await;
                let states = self.admin.get(&states).await.expect(200);
                let closed = states["results"].as_array().unwrap().iter().find(|state| state["group"] == "completed").unwrap();
                let path = self.fill("{project}work-items/").await;
                self.maker.post(&path, json!({"name": format!("Closed{}", self.mark), "state": closed["id"]})).await.id()
            }
            "deleted_item_id" | "deleted_cycle_id" | "deleted_module_id" => {
                let (collection, noun) = match noun {
                    "deleted_item_id" => ("work-items", "{deleted_later_id}"),
                    "deleted_cycle_id" => ("cycles", "{cycle_id}"),
                    _ => ("modules", "{module_id}"),
                };
                let id = self.fill(noun).await;
                let path = self.fill(&format!("{{project}}{collection}/{id}/")).await;
                self.admin.delete(&path).await.expect(204);
                self.known.remove(noun);
                id
            }
            "target_project_id" => self.another_project().await,
            "deleted_project_id" => {
                let id = self.another_project().await;
                let path = format!("/api/v1/workspaces/{}/projects/{id}/", self.slug);
                self.admin.delete(&path).await.expect(204);
                id
            }
            "page_version_id" => {
                let path = self.fill("{project}pages/{page_id}/").await;
                version(&self.maker, &path).await
            }
            "deleted_page_id" => {
                let path = self.fill("{project}pages/").await;
                let id = self.maker.post(&path, json!({"name": format!("Gone{}", self.mark)})).await.id();
                self.maker.delete(&format!("{path}{id}/")).await.expect(204);
                id
            }
            other => self.make_of_people(other).await,
        }
    }

    /// Another project, in which the caller has the same role.
    async fn another_project(&self) -> String {
        let identifier = format!("X{}", number());
        let projects = format!("/api/v1/workspaces/{}/projects/", self.slug);
        let id = self.admin.post(&projects, json!({"name": format!("Other {identifier}"), "identifier": identifier})).await.id();
        if let Some(role) = self.caller.project {
            let body = json!({"member": self.caller.id, "role": role.number()});
            self.admin.post(&format!("{projects}{id}/members/"), body).await.expect(201);
        }
        id
    }

    /// The same of people, and of what they keep for themselves.
    async fn make_of_people(&mut self, noun: &str) -> String {
        let app = self.app;
        match noun {
            "membership_id" => app.make_member(format!("walker{}", number()).leak(), self.slug, Role::Member).await.to_string(),
            "user_id" | "admin_id" => {
                let (user, _) = app.make_user(format!("walker{}", number()).leak(), "members").await;
                app.join(user, self.slug, if noun == "admin_id" { Role::Admin } else { Role::Member }).await;
                user.to_string()
            }
            "member_id" => {
                let (path, user) = (self.fill("{project}members/").await, self.fill("{user_id}").await);
                self.admin.post(&path, json!({"member": user, "role": 10})).await.id()
            }
            // Of a workspace that nobody is in, so that nobody becomes more than he is to be.
            "invitation_token" => {
                let slug = format!("walk-{}", number());
                self.admin.post("/api/v1/workspaces/", json!({"name": slug, "slug": slug})).await.expect(201);
                let path = format!("/api/v1/workspaces/{slug}/invitations/");
                app.verify_email(self.caller.id).await;
                let me = app.with_token(&self.caller.token).get("/api/v1/users/me/").await.expect(200);
                let id = self.admin.post(&path, json!({"email": me["email"], "role": 5})).await.id();
                let made = self.admin.send("POST", &format!("{path}{id}/link/"), None).await.expect(201);
                made["token"].as_str().unwrap().to_owned()
            }
            // Of the caller's account.
            "token_id" => app.with_token(&self.caller.token).post("/api/v1/users/me/tokens/", json!({"label": "own"})).await.id(),
            "session_id" => app.open_session(self.caller.id).await.id,
            other => self.make_in_workspace(other).await,
        }
    }

    /// The same of what is the workspace's or the caller's there.
    async fn make_in_workspace(&mut self, noun: &str) -> String {
        match noun {
            "workspace_page_id" | "workspace_page_version_id" | "deleted_workspace_page_id" => self.make_page(noun).await,
            "export_id" | "delivery_id" => self.make_by_job(noun).await,
            // Of the caller, who alone sees it; of somebody else where the caller is nobody there.
            "sticky_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/stickies/").await;
                self.callers(Role::Guest).post(&path, json!({"name": format!("A note{}", self.mark)})).await.id()
            }
            "quick_link_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/quick-links/").await;
                self.callers(Role::Guest).post(&path, json!({"title": self.mark, "url": format!("a.test/{}", number())})).await.id()
            }
            "workspace_view_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/views/").await;
                self.callers(Role::Guest).post(&path, json!({"name": format!("A view{}", self.mark)})).await.id()
            }
            "draft_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/draft-work-items/").await;
                self.callers(Role::Member).post(&path, json!({"name": format!("A draft{}", self.mark)})).await.id()
            }
            // A change of the caller's.
            "mutation_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/stickies/").await;
                let key = Uuid::new_v4().to_string();
                let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", key.clone())];
                let body = json!({"name": format!("A note{}", self.mark)}).to_string().into_bytes();
                self.callers(Role::Guest).raw("POST", &path, &headers, body).await.expect(201);
                key
            }
            "favorite_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/user-favorites/").await;
                let folder = json!({"entity_type": "folder", "name": format!("Folder{}", self.mark)});
                self.callers(Role::Member).post(&path, folder).await.id()
            }
            "notification_id" => self.notify(Role::Guest).await,
            "dead_letter_id" => self.app.make_dead_letter(self.slug).await.to_string(),
            "calendar_feed_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/calendar-feeds/").await;
                self.callers(Role::Guest).post(&path, json!({"name": self.mark})).await.id()
            }
            other => panic!("{other}: tests/api/src/walk/rows.rs does not say how to make one"),
        }
    }

    /// A page of the workspace, or what becomes of one.
    async fn make_page(&mut self, noun: &str) -> String {
        match noun {
            "workspace_page_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/pages/").await;
                let body = json!({"name": format!("A page{}", self.mark), "description_html": format!("<p>x{}</p>", self.mark)});
                self.callers(Role::Member).post(&path, body).await.id()
            }
            "workspace_page_version_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/pages/{workspace_page_id}/").await;
                version(&self.callers(Role::Member), &path).await
            }
            "deleted_workspace_page_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/pages/").await;
                let maker = self.callers(Role::Member);
                let id = maker.post(&path, json!({"name": format!("Gone{}", self.mark)})).await.id();
                maker.delete(&format!("{path}{id}/")).await.expect(204);
                id
            }
            other => panic!("{other} is no page"),
        }
    }

    /// What is only there once a job has made or sent it.
    async fn make_by_job(&mut self, noun: &str) -> String {
        let app = self.app;
        match noun {
            // With its file, which is JSON as other answers are.
            "export_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/exports/").await;
                let id = self.callers(Role::Member).post(&path, json!({"provider": "json", "columns": ["id"]})).await.id();
                app.run_jobs().await;
                id
            }
            // Sent, though nobody is there who would take it.
            "delivery_id" => {
                let path = self.fill("/api/v1/workspaces/{slug}/webhooks/{webhook_id}/ping/").await;
                let id = self.admin.post(&path, json!({})).await.id();
                app.run_jobs().await;
                id
            }
            other => panic!("{other} is made by no job"),
        }
    }

    /// Somebody new tells the caller something, or somebody else where the caller is not at least this in the workspace. He sees what
    /// he makes, so that it has no mark.
    async fn notify(&mut self, least: Role) -> String {
        let (app, receiver) = (self.app, self.callers(least));
        let (teller, token) = app.make_user(format!("walker{}", number()).leak(), "members").await;
        app.join(teller, self.slug, Role::Admin).await;
        let teller = app.with_token(&token);
        let projects = format!("/api/v1/workspaces/{}/projects/", self.slug);
        let body = json!({"name": format!("Told {}", number()), "identifier": format!("T{}", number()), "guest_view_all_features": true});
        let project = format!("{projects}{}/", teller.post(&projects, body).await.id());
        let me = receiver.get("/api/v1/users/me/").await.id();
        teller.post(&format!("{project}members/"), json!({"member": me, "role": 5})).await.expect(201);
        let item = teller.post(&format!("{project}work-items/"), json!({"name": "An item"})).await.id();
        receiver.post(&format!("{project}work-items/{item}/subscribe/"), json!({})).await.expect(201);
        teller.patch(&format!("{project}work-items/{item}/"), json!({"priority": "high"})).await.expect(200);
        app.run_consumers().await;
        let told = receiver.get(&format!("/api/v1/workspaces/{}/notifications/?per_page=1", self.slug)).await.expect(200);
        told["results"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The caller, who alone sees what he keeps for himself; somebody else where he is not at least this in the workspace.
    fn callers(&self, least: Role) -> Caller<'a> {
        let may = self.caller.workspace.is_some_and(|role| role >= least);
        if may { self.app.with_token(&self.caller.token) } else { self.admin.clone() }
    }

    /// Makes one with a file. What is not of a work item is for guests only if they made it, so that the caller does.
    async fn upload(&self, noun: &str, path: &str, body: &str, file: &[u8]) -> String {
        let is_callers = noun == "picture_id" || noun == "asset_id" && self.caller.workspace.is_some();
        let maker = if is_callers { &self.app.with_token(&self.caller.token) } else { &self.maker };
        let made = maker.post(path, serde_json::from_str(body).unwrap()).await.expect(200);
        upload(self.app, &made, file).await.expect(204);
        let id = made["asset_id"].as_str().unwrap();
        maker.patch(&format!("{path}{id}/"), json!({})).await.expect(204);
        id.to_owned()
    }
}
