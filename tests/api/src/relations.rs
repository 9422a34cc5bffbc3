//! Relations between work items.

use aileron_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project, results};

struct Place {
    app: TestApp,
    project: String,
    one: String,
    two: String,
}

/// Two items of alice's.
async fn place() -> Place {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let one = item(&app, "alice", &project, json!({"name": "One"})).await;
    let two = item(&app, "alice", &project, json!({"name": "Two"})).await;
    Place { app, project, one, two }
}

impl Place {
    fn bob(&self) -> Caller<'_> {
        self.app.as_user("bob")
    }

    fn relations(&self, item: &str) -> String {
        format!("{}{item}/relations/", items(&self.project))
    }

    async fn relate(&self, kind: &str, item: &str, others: &[&str]) -> Answer {
        self.bob().post(&self.relations(item), json!({"relation_type": kind, "issues": others})).await
    }

    /// The kinds under which an item has others, each with their ids.
    async fn kinds(&self, item: &str) -> Vec<(String, Vec<String>)> {
        let list = self.bob().get(&self.relations(item)).await.expect(200);
        let ids = |rows: &Value| rows.as_array().unwrap().iter().map(|row| row["issue_id"].as_str().unwrap().to_owned()).collect();
        let filled = list.as_object().unwrap().iter().filter(|(_, rows)| **rows != json!([]));
        filled.map(|(kind, rows)| (kind.clone(), ids(rows))).collect()
    }

    /// What the history of an item says of its relations: field, old, new, and the item that is named.
    async fn told(&self, item: &str) -> Vec<Value> {
        let page = self.bob().get(&format!("{}{item}/activities/", items(&self.project))).await.expect(200);
        let rows = results(&page).into_iter().filter(|row| row["comment"].as_str().unwrap().ends_with(" relation"));
        rows.map(|row| json!([row["comment"], row["old_value"], row["new_value"], row["old_identifier"]])).collect()
    }
}

fn kinds(list: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let mut list: Vec<_> = list.iter().map(|(kind, id)| ((*kind).to_owned(), vec![(*id).to_owned()])).collect();
    list.sort();
    list
}

#[tokio::test]
async fn every_kind_is_read_from_both_items() {
    for (kind, inverse) in [
        ("blocking", "blocked_by"),
        ("blocked_by", "blocking"),
        ("start_before", "start_after"),
        ("start_after", "start_before"),
        ("finish_before", "finish_after"),
        ("finish_after", "finish_before"),
        ("duplicate", "duplicate"),
        ("relates_to", "relates_to"),
    ] {
        let place = place().await;
        let made = place.relate(kind, &place.one, &[&place.two]).await.expect(201);
        assert_eq!((&made[0]["id"], &made[0]["sequence_id"]), (&json!(place.two), &json!(2)));
        assert_eq!(place.kinds(&place.one).await, kinds(&[(kind, &place.two)]));
        assert_eq!(place.kinds(&place.two).await, kinds(&[(inverse, &place.one)]));
        // The same said from the other item is there already.
        place.relate(inverse, &place.two, &[&place.one]).await.expect(201);
        assert_eq!(place.kinds(&place.one).await, kinds(&[(kind, &place.two)]));
    }
}

#[tokio::test]
async fn a_pair_has_several_kinds_and_each_once() {
    let place = place().await;
    let first = place.relate("blocking", &place.one, &[&place.two]).await.expect(201);
    assert_eq!(first[0]["relation_type"], "blocked_by", "the kind that is stored, as recorded");
    assert_eq!(place.relate("blocking", &place.one, &[&place.two]).await.expect(201), first);
    place.relate("relates_to", &place.two, &[&place.one]).await.expect(201);
    // A circle is allowed, as recorded.
    place.relate("blocked_by", &place.one, &[&place.two]).await.expect(201);
    let all = kinds(&[("blocking", &place.two), ("relates_to", &place.two), ("blocked_by", &place.two)]);
    assert_eq!(place.kinds(&place.one).await, all);
}

#[tokio::test]
async fn both_items_have_it_in_their_history() {
    let place = place().await;
    place.relate("blocking", &place.one, &[&place.two]).await.expect(201);
    place.relate("blocking", &place.one, &[&place.two]).await.expect(201);
    let remove = format!("{}remove/", place.relations(&place.two));
    place.bob().post(&remove, json!({"related_issue": place.one})).await.expect(204);
    let (one, two) = (place.told(&place.one).await, place.told(&place.two).await);
    let of_one = [json!(["added blocking relation", "", "ENG-2", place.two]), json!(["deleted blocking relation", "ENG-2", "", place.two])];
    let of_two =
        [json!(["added blocked_by relation", "", "ENG-1", place.one]), json!(["deleted blocked_by relation", "ENG-1", "", place.one])];
    assert_eq!((one, two), (of_one.to_vec(), of_two.to_vec()));
    assert_eq!(place.kinds(&place.one).await, []);
}

#[tokio::test]
async fn all_or_one_kind_between_two_items_ends() {
    let place = place().await;
    for kind in ["blocking", "relates_to", "start_before"] {
        place.relate(kind, &place.one, &[&place.two]).await.expect(201);
    }
    let remove = format!("{}remove/", place.relations(&place.one));
    let bob = place.bob();
    bob.post(&remove, json!({"related_issue": place.two, "relation_type": "blocked_by"})).await.expect(404);
    bob.post(&remove, json!({"related_issue": place.two, "relation_type": "blocking"})).await.expect(204);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("relates_to", &place.two), ("start_before", &place.two)]));
    bob.post(&remove, json!({"related_issue": place.two})).await.expect(204);
    bob.post(&remove, json!({"related_issue": place.two})).await.expect(404);
    for body in [json!({}), json!({"related_issue": null}), json!({"related_issue": "x"}), json!({"related_issue": [place.two]})] {
        assert!(bob.post(&remove, body).await.expect(400)["related_issue"].is_array());
    }
    // What has ended can begin again.
    place.relate("blocking", &place.one, &[&place.two]).await.expect(201);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("blocking", &place.two)]));
}

#[tokio::test]
async fn one_foreign_id_among_a_hundred_refuses_all() {
    let place = place().await;
    let own: Vec<String> = {
        let mut ids = vec![place.two.clone()];
        for number in 0..98 {
            ids.push(item(&place.app, "alice", &place.project, json!({"name": format!("Bulk {number}")})).await);
        }
        ids
    };
    let olga = place.app.as_user("olga");
    let theirs = olga.post("/api/v1/workspaces/globex/projects/", json!({"name": "Ops", "identifier": "OPS"})).await.id();
    let theirs = olga.post(&format!("/api/v1/workspaces/globex/projects/{theirs}/work-items/"), json!({"name": "Theirs"})).await.id();
    let secret = place.app.as_user("alice");
    let hidden = secret.post("/api/v1/workspaces/acme/projects/", json!({"name": "Own", "identifier": "OWN", "network": 0})).await.id();
    let hidden = secret.post(&format!("/api/v1/workspaces/acme/projects/{hidden}/work-items/"), json!({"name": "Hidden"})).await.id();
    let unknown = "00000000-0000-4000-8000-000000000000".to_owned();
    let mut answers = Vec::new();
    for foreign in [theirs, hidden, unknown] {
        let mut ids: Vec<&str> = own.iter().map(String::as_str).collect();
        ids.insert(50, &foreign);
        answers.push(place.relate("relates_to", &place.one, &ids).await.expect(400));
        assert_eq!(place.kinds(&place.one).await, []);
    }
    assert!(answers.iter().all(|answer| *answer == json!({"error": "The payload is not valid"})), "{answers:?}");
    let ids: Vec<&str> = own.iter().map(String::as_str).collect();
    assert_eq!(place.relate("relates_to", &place.one, &ids).await.expect(201).as_array().unwrap().len(), 99);
}

#[tokio::test]
async fn an_item_of_another_project_that_the_caller_sees_can_be_related() {
    let place = place().await;
    let other = project(&place.app, "MKT").await;
    let there = item(&place.app, "alice", &other, json!({"name": "There"})).await;
    let made = place.relate("blocking", &place.one, &[&there]).await.expect(201);
    assert_eq!(made[0]["project_id"], json!(other));
    // Who is not in the other project is not told of it.
    let alice = place.app.as_user("alice");
    let members = format!("/api/v1/workspaces/acme/projects/{}/members/", place.project);
    alice.post(&members, json!({"member": place.app.user("dave"), "role": 15})).await.expect(201);
    let seen = place.app.as_user("dave").get(&place.relations(&place.one)).await.expect(200);
    assert_eq!(seen["blocking"], json!([]));
    let history = place.app.as_user("dave").get(&format!("{}{}/activities/", items(&place.project), place.one)).await.expect(200);
    let told = results(&history).into_iter().find(|row| row["field"] == "blocking").unwrap();
    assert_eq!((&told["new_value"], &told["old_identifier"]), (&json!("a hidden work item"), &Value::Null));
    assert_eq!(place.told(&place.one).await, [json!(["added blocking relation", "", "MKT-1", there])]);
    let remove = format!("{}remove/", place.relations(&place.one));
    place.app.as_user("dave").post(&remove, json!({"related_issue": there})).await.expect(404);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("blocking", &there)]));
    // A deleted item has no relations any more.
    alice.delete(&format!("{}{there}/", items(&other))).await.expect(204);
    assert_eq!(place.kinds(&place.one).await, []);
}

/// The id in the body is judged like the one in the address: who may only read there changes nothing there.
#[tokio::test]
async fn cve_2026_104971_the_other_item_is_changed_only_by_who_may_change_it() {
    let place = place().await;
    let (alice, dave) = (place.app.as_user("alice"), place.app.as_user("dave"));
    let other = project(&place.app, "MKT").await;
    let there = item(&place.app, "alice", &other, json!({"name": "There"})).await;
    for (project, role) in [(&place.project, 15), (&other, 10)] {
        let members = format!("/api/v1/workspaces/acme/projects/{project}/members/");
        alice.post(&members, json!({"member": place.app.user("dave"), "role": role})).await.expect(201);
    }
    let relations = place.relations(&place.one);
    dave.get(&format!("{}{there}/", items(&other))).await.expect(200);
    dave.post(&relations, json!({"relation_type": "blocking", "issues": [place.two, there]})).await.expect(400);
    assert_eq!(place.kinds(&place.one).await, []);
    place.relate("blocking", &place.one, &[&there]).await.expect(201);
    dave.post(&format!("{relations}remove/"), json!({"related_issue": there})).await.expect(403);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("blocking", &there)]));
}

#[tokio::test]
async fn bad_bodies_name_the_field() {
    let place = place().await;
    let ok = &place.two;
    let many: Vec<String> = (0..1001).map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
    for (field, body) in [
        ("relation_type", json!({"issues": [ok]})),
        ("relation_type", json!({"relation_type": "likes", "issues": [ok]})),
        ("relation_type", json!({"relation_type": "implements", "issues": [ok]})),
        ("relation_type", json!({"relation_type": null, "issues": [ok]})),
        ("issues", json!({"relation_type": "blocking"})),
        ("issues", json!({"relation_type": "blocking", "issues": []})),
        ("issues", json!({"relation_type": "blocking", "issues": ok})),
        ("issues", json!({"relation_type": "blocking", "issues": ["ENG-2"]})),
        ("issues", json!({"relation_type": "blocking", "issues": [ok, null]})),
        ("issues", json!({"relation_type": "blocking", "issues": many})),
        ("issues", json!({"relation_type": "blocking", "issues": [ok, place.one]})),
    ] {
        let refused = place.bob().post(&place.relations(&place.one), body.clone()).await.expect(400);
        assert!(refused.get(field).is_some(), "{body}: {refused}");
    }
    assert_eq!(place.kinds(&place.one).await, []);
    place.relate("blocking", "00000000-0000-4000-8000-000000000000", &[ok]).await.expect(404);
}

#[tokio::test]
async fn dependencies_are_the_relations_that_give_an_order() {
    let place = place().await;
    let bob = place.bob();
    place.relate("relates_to", &place.one, &[&place.two]).await.expect(201);
    let path = place.relations(&place.one).replace("/relations/", "/dependencies/");
    let refused = bob.post(&path, json!({"relation_type": "relates_to", "work_item_ids": [place.two]})).await.expect(400);
    assert!(refused["relation_type"].is_array());
    assert!(bob.post(&path, json!({"relation_type": "blocking", "issues": [place.two]})).await.expect(400)["work_item_ids"].is_array());
    bob.post(&path, json!({"relation_type": "start_after", "work_item_ids": [place.two]})).await.expect(201);
    let list = bob.get(&path).await.expect(200);
    assert_eq!((&list["start_after"][0]["id"], &list["start_after"][0]["relation_type"]), (&json!(place.two), &json!("start_after")));
    assert_eq!((list.as_object().unwrap().len(), list.get("relates_to")), (6, None));
    assert_eq!(place.kinds(&place.two).await, kinds(&[("relates_to", &place.one), ("start_before", &place.one)]));
    bob.delete(&format!("{path}{}/", place.two)).await.expect(204);
    bob.delete(&format!("{path}{}/", place.two)).await.expect(404);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("relates_to", &place.two)]));
}

#[tokio::test]
async fn guests_and_viewers_relate_nothing_and_guests_see_their_own() {
    let place = place().await;
    place.relate("blocking", &place.one, &[&place.two]).await.expect(201);
    let gina = place.app.as_user("gina");
    gina.get(&place.relations(&place.one)).await.expect(404);
    gina.post(&place.relations(&place.one), json!({"relation_type": "blocking", "issues": [place.two]})).await.expect(403);
    place.app.as_user("dave").get(&place.relations(&place.one)).await.expect(403);
    place.app.as_user("olga").get(&place.relations(&place.one)).await.expect(403);
    let path = format!("/api/v1/workspaces/acme/projects/{}/", place.project);
    let alice = place.app.as_user("alice");
    alice.patch(&path, json!({"guest_view_all_features": true})).await.expect(200);
    assert_eq!(gina.get(&place.relations(&place.one)).await.expect(200)["blocking"][0]["issue_id"], json!(place.two));
    // What only drafts and triage hold is nobody's to be related to, yet a draft has relations of its own.
    let draft = item(&place.app, "alice", &place.project, json!({"name": "Draft", "is_draft": true})).await;
    place.relate("relates_to", &place.two, &[&draft]).await.expect(400);
    place.relate("relates_to", &draft, &[&place.two]).await.expect(404);
    let relates = json!({"relation_type": "relates_to", "issues": [place.two]});
    alice.post(&place.relations(&draft), relates).await.expect(201);
    // What is archived is read and not changed.
    alice.post(&format!("{path}archive/"), json!({})).await.expect(204);
    assert_eq!(place.kinds(&place.one).await, kinds(&[("blocking", &place.two)]));
    place.relate("relates_to", &place.one, &[&place.two]).await.expect(400);
}

#[tokio::test]
async fn the_same_request_sent_twice_relates_once() {
    let place = place().await;
    let headers = [("idempotency-key", "one".to_owned()), ("content-type", "application/json".to_owned())];
    let body = json!({"relation_type": "blocking", "issues": [place.two]}).to_string().into_bytes();
    let first = place.bob().raw("POST", &place.relations(&place.one), &headers, body.clone()).await.expect(201);
    assert_eq!(place.bob().raw("POST", &place.relations(&place.one), &headers, body).await.expect(201), first);
    assert_eq!(place.told(&place.one).await.len(), 1);
}

#[tokio::test]
async fn however_many_projects_the_others_are_in_their_rights_are_one_statement() {
    let place = place().await;
    let mut others = Vec::new();
    for letters in ["AAA", "BBB", "CCC", "DDD", "EEE"] {
        let other = project(&place.app, letters).await;
        others.push(item(&place.app, "alice", &other, json!({"name": letters})).await);
    }
    let all: Vec<&str> = others.iter().map(String::as_str).collect();
    place.relate("blocking", &place.one, &all).await.expect(201);
    let mut counts = Vec::new();
    // What is there already is proved and not written again.
    for ids in [&all[..1], &all[..]] {
        let before = place.app.db.statements();
        place.relate("blocking", &place.one, ids).await.expect(201);
        counts.push(place.app.db.statements() - before);
    }
    // Now and then a statement of somebody else is counted too.
    assert!(counts[1] <= counts[0] + 2, "{counts:?}");
}
