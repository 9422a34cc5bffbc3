//! Automations of projects.

mod actions;
mod assigning;
mod dry_run;
mod lateness;
mod rights;
mod safety;
mod schedules;
mod storms;
mod triggers;

use aileron_db::{ExprTrait as _, Order, Unscoped, schema};
use aileron_kernel::{Action, Uuid};
use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use crate::stock::{self, items, project, results};

const DAY: i64 = 24 * 60 * 60;

/// A project of acme in which alice is admin, bob and dave are members and gina is a guest, and whose log is followed.
struct Place {
    app: TestApp,
    project: String,
    /// Dave's membership.
    dave: String,
}

impl Place {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let project = project(&app, "ENG").await;
        let members = format!("/api/v1/workspaces/acme/projects/{project}/members/");
        let dave = app.as_user("alice").post(&members, json!({"member": app.user("dave"), "role": 15})).await.id();
        app.run_consumers().await;
        Self { app, project, dave }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/workspaces/acme/projects/{}/{rest}", self.project)
    }

    async fn try_rule(&self, trigger: Value, filters: Value, actions: Value) -> Answer {
        let body = json!({"name": "A rule", "trigger": trigger, "filters": filters, "actions": actions});
        self.app.as_user("alice").post(&self.path("automations/"), body).await
    }

    async fn rule(&self, trigger: Value, filters: Value, actions: Value) -> String {
        self.try_rule(trigger, filters, actions).await.expect(201)["id"].as_str().unwrap().to_owned()
    }

    async fn item(&self, body: Value) -> String {
        stock::item(&self.app, "bob", &self.project, body).await
    }

    fn at(&self, item: &str) -> String {
        format!("{}{item}/", items(&self.project))
    }

    async fn change(&self, item: &str, body: Value) {
        self.app.as_user("bob").patch(&self.at(item), body).await.expect(200);
    }

    async fn get(&self, rest: &str) -> Value {
        self.app.as_user("alice").get(&self.path(rest)).await.expect(200)
    }

    /// An item after all that follows has followed.
    async fn after(&self, item: &str) -> Value {
        self.app.run_consumers().await;
        self.app.as_user("alice").get(&self.at(item)).await.expect(200)
    }

    /// The runs of a rule, the oldest first.
    async fn runs(&self, rule: &str) -> Vec<Value> {
        let mut runs = results(&self.get(&format!("automations/{rule}/runs/?per_page=1000")).await);
        runs.reverse();
        runs
    }

    async fn outcomes(&self, rule: &str) -> Vec<String> {
        self.runs(rule).await.iter().map(|run| run["outcome"].as_str().unwrap().to_owned()).collect()
    }

    /// The state of the project that means this.
    async fn state(&self, group: &str) -> String {
        let states = results(&self.get("states/").await);
        states.iter().find(|state| state["group"] == group).unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn label(&self, name: &str) -> String {
        self.app.as_user("bob").post(&self.path("labels/"), json!({"name": name})).await.id()
    }

    fn user(&self, name: &str) -> Value {
        json!(self.app.user(name))
    }

    /// What rules did: of each event, how many rules it took, and who was it.
    async fn told_of_rules(&self) -> Vec<(i64, String)> {
        let principal = self.app.principal("alice");
        let read = self.app.db.read(move |session| {
            let mut tx = session.workspace(&principal, "acme", Action::WorkspaceRead)?;
            let of = |column| schema::EVENTS.col(column);
            let select = tx.from(schema::EVENTS).filter(of("automation_id").is_not_null()).order(of("seq"), Order::Asc);
            tx.all::<(i64, String)>(&select.expr(of("automation_depth")).expr(of("actor_kind")))
        });
        read.await.unwrap()
    }

    /// Puts into a rule what nobody could have written.
    async fn spoil(&self, rule: &str, column: &'static str, value: Value) {
        let id: Uuid = rule.parse().unwrap();
        let written = self.app.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            tx.update_where(schema::AUTOMATIONS, schema::AUTOMATIONS.col("id").eq(id), vec![(column, value.clone().into())])
        });
        assert_eq!(written.await.unwrap(), 1);
    }

    /// A rule as it is now.
    async fn shown(&self, rule: &str) -> Value {
        self.get(&format!("automations/{rule}/")).await
    }

    async fn edit(&self, rule: &str, body: Value) -> Value {
        self.app.as_user("alice").patch(&self.path(&format!("automations/{rule}/")), body).await.expect(200)
    }

    async fn say(&self, item: &str) {
        let path = format!("{}comments/", self.at(item));
        self.app.as_user("bob").post(&path, json!({"comment_html": "<p>x</p>"})).await.expect(201);
    }

    async fn wait(&self, days: i64) {
        self.app.clock.advance(days * DAY);
        self.app.run_jobs().await;
    }
}

/// The action that most tests are content with.
fn urgent() -> Value {
    json!([{"kind": "set_priority", "priority": "urgent"}])
}
