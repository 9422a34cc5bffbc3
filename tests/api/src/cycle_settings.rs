//! What a project says of its cycles: side by side or not, and the cadence.

use serde_json::{Value, json};

use crate::{cycles::Place, stock::results};

#[tokio::test]
async fn the_check_of_dates_minds_other_cycles_unless_they_may_run_side_by_side() {
    let place = Place::new().await;
    let one = place.cycle("One", Some(("2026-02-01", "2026-02-14"))).await;
    let path = place.path("cycles/date-check/");
    let check = |start: &str, end: &str| json!({"start_date": start, "end_date": end});
    let free = place.bob().post(&path, check("2026-02-15", "2026-02-20")).await.expect(200);
    assert_eq!(free, json!({"status": true, "overlapping": []}));
    let taken = place.bob().post(&path, check("2026-02-14", "2026-02-20")).await.expect(200);
    assert_eq!((&taken["status"], &taken["overlapping"][0]["name"]), (&json!(false), &json!("One")));
    let mut own = check("2026-02-14", "2026-02-20");
    own["cycle_id"] = json!(one);
    assert_eq!(place.bob().post(&path, own).await.expect(200)["status"], true);
    for (body, field) in [
        (json!({"start_date": "2026-02-14"}), "end_date"),
        (check("2026-02-14", "2026-02-10"), "non_field_errors"),
        (check("x", "2026-02-10"), "start_date"),
        (json!({"start_date": null, "end_date": null}), "error"),
    ] {
        assert!(place.bob().post(&path, body.clone()).await.expect(400).get(field).is_some(), "{body}");
    }
    let settings = place.path("cycle-settings/");
    place.user("alice").patch(&settings, json!({"allow_parallel": true})).await.expect(200);
    let taken = place.bob().post(&path, check("2026-02-14", "2026-02-20")).await.expect(200);
    assert_eq!((&taken["status"], taken["overlapping"].as_array().unwrap().len()), (&json!(true), 1));
}

#[tokio::test]
async fn a_cadence_makes_cycles_and_moves_on_what_is_left() {
    const DAY: i64 = 24 * 60 * 60;
    let place = Place::new().await;
    let alice = place.user("alice");
    let settings = place.path("cycle-settings/");
    let body = json!({"cadence_enabled": true, "cadence_length": 7, "cadence_cooldown": 1, "cadence_ahead": 2, "cadence_roll_over": true,
        "cadence_name": "Sprint"});
    // Somebody planned the second week already.
    place.cycle("Holidays", Some(("2026-01-09", "2026-01-11"))).await;
    let set = alice.patch(&settings, body).await.expect(200);
    assert_eq!((&set["cadence_owner"], &set["cadence_length"]), (&json!(place.app.user("alice")), &json!(7)));
    assert_eq!(place.app.run_jobs().await, 1);
    let days = |list: &Value| -> Vec<(String, String)> {
        let mut days: Vec<_> = results(list)
            .iter()
            .filter(|cycle| cycle["name"].as_str().unwrap().starts_with("Sprint"))
            .map(|cycle| (cycle["name"].as_str().unwrap().to_owned(), cycle["start_date"].as_str().unwrap()[..10].to_owned()))
            .collect();
        days.sort();
        days
    };
    let named = |list: &[(&str, &str)]| list.iter().map(|(name, day)| ((*name).to_owned(), (*day).to_owned())).collect::<Vec<_>>();
    let first = days(&place.get("cycles/").await);
    assert_eq!(first, named(&[("Sprint 1", "2026-01-01"), ("Sprint 2", "2026-01-13"), ("Sprint 3", "2026-01-21")]));
    let current = place.get("cycles/?cycle_view=current").await;
    let sprint = current[0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&current[0]["owned_by"], &current[0]["created_by"]), (&json!(place.app.user("alice")), &Value::Null));
    let item = place.item(json!({"name": "Left"})).await;
    place.add(&sprint, &[&item]).await;
    // Nothing is due before the first is over, and a second run does nothing twice.
    assert_eq!(place.app.run_jobs().await, 0);
    alice.patch(&settings, json!({"cadence_name": "Sprint "})).await.expect(200);
    alice.patch(&settings, json!({"cadence_ahead": 2, "cadence_cooldown": 1, "cadence_roll_over": false})).await.expect(200);
    alice.patch(&settings, json!({"cadence_roll_over": true})).await.expect(200);
    place.app.run_jobs().await;
    assert_eq!(days(&place.get("cycles/").await), first);
    place.app.clock.advance(7 * DAY);
    assert!(place.app.run_jobs().await > 0);
    assert_eq!(place.told(&item).await, ["added cycle Sprint 1", "updated cycle from Sprint 1\n                to Sprint 2"]);
    assert_eq!(place.get(&format!("cycles/{sprint}/")).await["progress_snapshot"]["total_issues"], 1);
    // When the second begins, another is made ahead.
    place.app.clock.advance(5 * DAY);
    place.app.run_jobs().await;
    assert_eq!(days(&place.get("cycles/").await).last().unwrap(), &("Sprint 4".to_owned(), "2026-01-29".to_owned()));
    // Switched off, it does no more.
    alice.patch(&settings, json!({"cadence_enabled": false})).await.expect(200);
    place.app.clock.advance(60 * DAY);
    place.app.run_jobs().await;
    assert_eq!(days(&place.get("cycles/").await).len(), 4);
    for (field, value) in [
        ("cadence_length", json!(0)),
        ("cadence_cooldown", json!(91)),
        ("cadence_ahead", json!(11)),
        ("cadence_start", json!("x")),
        ("cadence_name", json!("")),
        ("allow_parallel", json!("maybe")),
    ] {
        assert!(alice.patch(&settings, json!({field: value})).await.expect(400).get(field).is_some(), "{field}");
    }
}

#[tokio::test]
async fn a_cadence_goes_on_in_a_project_that_was_deleted_for_a_while() {
    const DAY: i64 = 24 * 60 * 60;
    let place = Place::new().await;
    let alice = place.user("alice");
    let body = json!({"cadence_enabled": true, "cadence_length": 7, "cadence_cooldown": 0, "cadence_ahead": 1, "cadence_name": "Sprint"});
    alice.patch(&place.path("cycle-settings/"), body).await.expect(200);
    place.app.run_jobs().await;
    assert_eq!(results(&place.get("cycles/").await).len(), 2);
    for undone in [false, true] {
        let before = results(&place.get("cycles/").await).len();
        let key = format!("delete-{undone}");
        let headers = [("idempotency-key", key.clone())];
        alice.raw("DELETE", &place.path(""), &headers, Vec::new()).await.expect(204);
        // Its run finds no project, and asks for no other.
        place.app.clock.advance(8 * DAY);
        place.app.run_jobs().await;
        if undone {
            alice.post("/api/v1/workspaces/acme/undo/", json!({"mutation_id": key})).await.expect(200);
        } else {
            alice.post(&place.path("restore/"), json!({})).await.expect(200);
        }
        place.app.run_jobs().await;
        assert_eq!(results(&place.get("cycles/").await).len(), before + 1, "{undone}");
        place.app.clock.advance(7 * DAY);
        place.app.run_jobs().await;
        assert_eq!(results(&place.get("cycles/").await).len(), before + 2, "and from then on by itself");
    }
}
