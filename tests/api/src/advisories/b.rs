//! More rights than somebody was given.

use aileron_db::{ExprTrait as _, Unscoped, schema::USERS};
use aileron_identity::accounts;
use aileron_kernel::{Role, Uuid};
use aileron_testkit::{Caller, TestApp};
use serde_json::{Value, json};

const WORKSPACE: &str = "/api/v1/workspaces/acme/";
const PASSWORD: &str = "plum tractor overcast nine";

/// What is wanted of a member: another role (as a number), or that he goes.
type Wanted = Option<i64>;

/// What the rules say, in the words of the handbook: the status.
///
/// Roles are changed by admins. Nobody changes his own, or the owner's; who is what he is to become stays it. Everybody else becomes what
/// the admin says.
fn in_workspace(actor: i64, target: i64, is_self: bool, is_owner: bool, wanted: Wanted) -> u16 {
    match wanted {
        _ if actor < 20 => 403,
        Some(role) if role == target => 200,
        Some(_) if is_self || is_owner => 400,
        None if is_owner && !is_self => 400,
        Some(_) => 200,
        None => 204,
    }
}

/// In a project: the same without an owner. Whatever the member was before is no matter.
fn in_project(actor: i64, wanted: Wanted) -> u16 {
    match wanted {
        _ if actor < 20 => 403,
        Some(_) => 200,
        None => 204,
    }
}

fn name(what: &str, number: i64) -> &'static str {
    format!("{what}{number}").leak()
}

/// Somebody new in acme: the account, its token and its membership.
async fn newcomer(app: &TestApp, name: &'static str, role: i64) -> (Uuid, String, Uuid) {
    let (user, token) = app.make_user(name, "matrix").await;
    let membership = app.join(user, "acme", Role::from_number(role).unwrap()).await;
    (user, token, membership)
}

async fn send(caller: &Caller<'_>, path: &str, wanted: Wanted) -> u16 {
    let answer = match wanted {
        Some(role) => caller.patch(path, json!({"role": role})).await,
        None => caller.delete(path).await,
    };
    answer.status.as_u16()
}

/// The role that a list shows of an account.
async fn role(app: &TestApp, path: &str, user: Uuid) -> Wanted {
    let list = app.as_user("alice").get(path).await.expect(200);
    list.as_array().unwrap().iter().find(|row| row["id"] == json!(user)).map(|row| row["role"].as_i64().unwrap())
}

#[tokio::test]
async fn cve_2026_105634_and_104955_roles_in_a_workspace_change_as_the_rules_say() {
    let app = TestApp::new().await;
    let members = format!("{WORKSPACE}members/");
    let (mut number, mut wrong) = (0, Vec::new());
    let owner = app.as_user("alice").get(&members).await.expect(200);
    let owner = owner.as_array().unwrap().iter().find(|row| row["id"] == json!(app.user("alice"))).unwrap()["membership_id"].clone();
    for actor in [5, 15, 20] {
        let (actor_id, token, own) = newcomer(&app, name("actor", actor), actor).await;
        let caller = app.with_token(&token);
        for wanted in [Some(5), Some(15), Some(20), None] {
            let mut cases = Vec::new();
            for target in [5, 15, 20] {
                number += 1;
                let (user, _, membership) = newcomer(&app, name("target", number), target).await;
                cases.push((user, membership.to_string(), target, false, false));
            }
            cases.push((app.user("alice"), owner.as_str().unwrap().to_owned(), 20, false, true));
            // Himself last: an admin who leaves does nothing more.
            cases.push((actor_id, own.to_string(), actor, true, false));
            for (user, membership, target, is_self, is_owner) in cases {
                let status = send(&caller, &format!("{members}{membership}/"), wanted).await;
                let right = in_workspace(actor, target, is_self, is_owner, wanted);
                let role = role(&app, &members, user).await;
                let right_role = if right < 300 { wanted } else { Some(target) };
                if (status, role) != (right, right_role) {
                    let who = if is_self {
                        "himself"
                    } else if is_owner {
                        "the owner"
                    } else {
                        "somebody"
                    };
                    wrong.push(format!(
                        "{actor} makes {who} ({target}) {wanted:?}: {status} and {role:?}, {right} and {right_role:?} wanted"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn cve_2026_105634_and_104955_roles_in_a_project_change_as_the_rules_say() {
    let app = TestApp::new().await;
    let alice = app.as_user("alice");
    let id = alice.post(&format!("{WORKSPACE}projects/"), json!({"name": "One", "identifier": "ONE"})).await.id();
    let members = format!("{WORKSPACE}projects/{id}/members/");
    let (mut number, mut wrong) = (0, Vec::new());
    for actor in [5, 10, 15, 20] {
        let (account, token, _) = newcomer(&app, name("actor", actor), 15).await;
        let own = alice.post(&members, json!({"member": account, "role": actor})).await.id();
        let caller = app.with_token(&token);
        for target in [5, 10, 15, 20] {
            for wanted in [Some(5), Some(10), Some(15), Some(20), None] {
                number += 1;
                let (user, _, _) = newcomer(&app, name("target", number), 15).await;
                let membership = alice.post(&members, json!({"member": user, "role": target})).await.id();
                let status = send(&caller, &format!("{members}{membership}/"), wanted).await;
                let right = in_project(actor, wanted);
                let role = role(&app, &members, user).await;
                let right_role = if right < 300 { wanted } else { Some(target) };
                if (status, role) != (right, right_role) {
                    wrong.push(format!("{actor} makes {target} {wanted:?}: {status} and {role:?}, {right} and {right_role:?} wanted"));
                }
            }
        }
        // Nobody makes himself more, and who is not an admin puts nobody in.
        for role in [5, 10, 15, 20].into_iter().filter(|role| *role != actor) {
            let status = send(&caller, &format!("{members}{own}/"), Some(role)).await;
            assert_eq!(status, if actor == 20 { 400 } else { 403 }, "{actor} makes himself {role}");
        }
        let status = caller.post(&members, json!({"member": app.user("dave"), "role": 5})).await.status.as_u16();
        assert_eq!(status, if actor == 20 { 201 } else { 403 }, "{actor} puts somebody in");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A project's admin is nothing more in the workspace.
#[tokio::test]
async fn cve_2026_105634_who_is_an_admin_below_is_none_above() {
    let app = TestApp::new().await;
    let (bob, gina) = (app.as_user("bob"), app.user("gina"));
    let id = bob.post(&format!("{WORKSPACE}projects/"), json!({"name": "Bobs", "identifier": "BOB"})).await.id();
    let members = format!("{WORKSPACE}projects/{id}/members/");
    for role in [10, 15, 20] {
        assert!(bob.post(&members, json!({"member": gina, "role": role})).await.expect(400)["role"].is_array());
    }
    let membership = bob.post(&members, json!({"member": gina, "role": 5})).await.id();
    assert!(bob.patch(&format!("{members}{membership}/"), json!({"role": 15})).await.expect(400)["role"].is_array());
    bob.patch(WORKSPACE, json!({"name": "Bobs"})).await.expect(403);
    bob.post(&format!("{WORKSPACE}invitations/"), json!({"email": "a@b.test", "role": 20})).await.expect(403);
    bob.post(&format!("{WORKSPACE}transfer-ownership/"), json!({"new_owner": app.user("bob")})).await.expect(403);
}

/// The owner hands the workspace over, and nobody else does.
#[tokio::test]
async fn a_workspace_is_given_away_by_its_owner_alone_and_to_an_admin() {
    let app = TestApp::new().await;
    let path = format!("{WORKSPACE}transfer-ownership/");
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let (deputy, _, _) = newcomer(&app, "deputy", 20).await;
    for (field, new) in [("gina", app.user("gina")), ("bob", app.user("bob")), ("olga", app.user("olga")), ("nobody", Uuid::nil())] {
        assert!(alice.post(&path, json!({"new_owner": new})).await.expect(400)["new_owner"].is_array(), "{field}");
    }
    for body in [json!({}), json!({"new_owner": null}), json!({"new_owner": "x"})] {
        assert!(alice.post(&path, body).await.expect(400)["new_owner"].is_array());
    }
    bob.post(&path, json!({"new_owner": app.user("bob")})).await.expect(403);
    let given = alice.post(&path, json!({"new_owner": deputy})).await.expect(200);
    assert_eq!((&given["owner"], &given["role"]), (&json!(deputy), &json!(20)));
    // Who gave it away is an admin like others: he takes it back from nobody, and can be made less.
    alice.post(&path, json!({"new_owner": app.user("alice")})).await.expect(403);
    let members = format!("{WORKSPACE}members/");
    let list = alice.get(&members).await.expect(200);
    let find = |user: Uuid| list.as_array().unwrap().iter().find(|row| row["id"] == json!(user)).unwrap()["membership_id"].clone();
    let (old, new) = (find(app.user("alice")), find(deputy));
    alice.patch(&format!("{members}{}/", new.as_str().unwrap()), json!({"role": 15})).await.expect(400);
    let token = app.token_of(deputy).await;
    app.with_token(&token).patch(&format!("{members}{}/", old.as_str().unwrap()), json!({"role": 15})).await.expect(200);
    assert_eq!(told(&app).await, json!([app.user("alice"), deputy]));
}

/// What the log tells of owners: who it was and who it is.
async fn told(app: &TestApp) -> Value {
    use aileron_db::schema::EVENTS;
    let read = app.db.read(|session| {
        let mut tx = session.unscoped(Unscoped::Operator)?;
        let about = EVENTS.col("entity").eq("workspace").and(EVENTS.col("verb").eq("updated"));
        let select = tx.from(EVENTS).filter(about).expr(EVENTS.col("changes"));
        tx.all::<(Value,)>(&select)
    });
    let changes = read.await.unwrap().pop().unwrap().0;
    let change = changes.as_array().unwrap().iter().find(|change| change["field"] == "owner").unwrap().clone();
    json!([change["old_id"], change["new_id"]])
}

async fn is_active(app: &TestApp, user: Uuid) -> bool {
    let read = app.db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Instance)?;
        let select = tx.from(USERS).filter(USERS.col("id").eq(user)).expr(USERS.col("is_active"));
        tx.one::<(bool,)>(&select)
    });
    read.await.unwrap().0
}

/// Signing in made a deactivated account active again.
#[tokio::test]
async fn cve_2026_104974_a_deactivated_account_comes_back_by_no_door() {
    let app = TestApp::new().await;
    app.set_password("bob", PASSWORD).await;
    let user = app.user("bob");
    app.verify_email(user).await;
    let session = app.open_session(user).await;
    let token = app.token("bob").to_owned();
    let made = app.as_user("bob").post("/api/v1/users/me/tokens/", json!({"label": "second"})).await.expect(201);
    let alice = app.as_user("alice");
    app.deactivate("bob").await;
    let tokens = [token.as_str(), made["token"].as_str().unwrap()];
    for token in tokens {
        for (method, path) in [("GET", "/api/v1/users/me/"), ("GET", "/api/v1/workspaces/acme/projects/"), ("POST", "/api/v1/workspaces/")]
        {
            let body = (method == "POST").then(|| json!({"name": "x", "slug": "x-1"}));
            app.with_token(token).send(method, path, body).await.expect(403);
            let bearer = [("authorization", format!("Bearer {token}"))];
            app.nobody().raw(method, path, &bearer, Vec::new()).await.expect(403);
        }
    }
    session.get("/api/v1/users/me/").await.expect(401);
    session.get("/api/v1/auth/session/").await.expect(401);
    let change = json!({"old_password": PASSWORD, "new_password": "seven lamps on a green hill"});
    session.send("POST", "/api/v1/users/me/password/", Some(change)).await.expect(401);
    for password in [PASSWORD, "seven lamps on a green hill"] {
        let answer = app.nobody().post("/api/v1/auth/sign-in/", json!({"email": "bob@acme.test", "password": password})).await;
        answer.expect(401);
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    // An invitation is for an account that is there.
    let invitations = "/api/v1/workspaces/acme/invitations/";
    alice.post(invitations, json!({"email": "bob@acme.test", "role": 20})).await.expect(400);
    app.with_token(tokens[0]).post("/api/v1/invitations/accept/", json!({"token": "inv_x"})).await.expect(403);
    // Nor is it made anew under the same address.
    let anew = app.db.write(|session| {
        let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
        let account = accounts::NewAccount {
            kind: "human",
            email: Some("BOB@acme.test".to_owned()),
            first_name: "Bob".to_owned(),
            last_name: String::new(),
            display_name: String::new(),
            password_hash: None,
            is_instance_admin: false,
        };
        accounts::create(&mut tx, &accounts::operator("test"), account)
    });
    assert!(anew.await.is_err());
    assert!(!is_active(&app, user).await);
}

/// A token could be made with a rate limit of its own.
#[tokio::test]
async fn pr_8612_a_token_is_given_no_more_than_it_may_ask_for() {
    let app = TestApp::with_rate_limit(30).await;
    let wishes = json!({"label": "more", "is_service": true, "rate_limit": 1_000_000, "allowed_rate_limit": "1000000/min",
        "user": app.user("alice"), "user_id": app.user("alice"), "is_active": true, "token": "ail_mine", "scopes": []});
    let made = app.as_user("bob").post("/api/v1/users/me/tokens/", wishes).await.expect(201);
    assert_eq!((&made["is_service"], made.get("rate_limit")), (&json!(false), None));
    let token = made["token"].as_str().unwrap();
    assert_ne!(token, "ail_mine");
    let caller = app.with_token(token);
    assert_eq!(caller.get("/api/v1/users/me/").await.expect(200)["id"], json!(app.user("bob")));
    let mut last = 200;
    for _ in 0..40 {
        last = caller.get("/api/v1/users/me/").await.status.as_u16();
    }
    assert_eq!(last, 429);
}
