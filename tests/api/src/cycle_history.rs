//! The burn-down of a cycle against what was seen on each of its days: a random history, played through the API.

use serde_json::{Value, json};

use crate::{
    cycles::Place,
    histories::{MANY, Step, histories},
};

const DAY: i64 = 24 * 60 * 60;

struct World {
    place: Place,
    cycle: String,
    other: String,
    states: Vec<String>,
    items: Vec<String>,
}

impl World {
    async fn new() -> Self {
        Self::with_cycle(("2026-01-01", "2026-01-09")).await
    }

    async fn with_cycle(days: (&str, &str)) -> Self {
        let place = Place::new().await;
        let cycle = place.cycle("One", Some(days)).await;
        let other = place.cycle("Other", Some(("2026-01-01", "2026-01-30"))).await;
        let mut states = Vec::new();
        for group in ["backlog", "started", "completed", "cancelled"] {
            let body = json!({"name": format!("own {group}"), "color": "#000", "group": group});
            states.push(place.bob().post(&place.path("states/"), body).await.id());
        }
        Self { place, cycle, other, states, items: Vec::new() }
    }

    /// Does one thing; what cannot be done (of an item that is deleted, say) is refused, which is as good as nothing.
    async fn step(&mut self, (kind, item, value): Step) {
        let bob = self.place.bob();
        let Some(id) = self.items.get(item % self.items.len().max(1)).cloned().filter(|_| kind > 1) else {
            let body = json!({"name": "x", "point": value % 13, "state": self.states[value % 4], "is_draft": value == 7});
            let id = self.place.item(body).await;
            let path = self.place.path(&format!("cycles/{}/cycle-issues/", self.cycle));
            bob.post(&path, json!({"issues": [id]})).await.expect(200);
            self.items.push(id);
            return;
        };
        let path = self.place.path(&format!("work-items/{id}/"));
        let cycle = |cycle: &str| self.place.path(&format!("cycles/{cycle}/cycle-issues/"));
        match kind {
            2 | 3 => drop(bob.patch(&path, json!({"state": self.states[value % 4]})).await),
            4 => drop(bob.patch(&path, json!({"point": if value % 7 == 0 { Value::Null } else { json!(value % 13) }})).await),
            5 => drop(bob.delete(&format!("{}{id}/", cycle(&self.cycle))).await),
            6 => drop(bob.post(&cycle(&self.other), json!({"issues": [id]})).await),
            7 => drop(bob.post(&cycle(&self.cycle), json!({"issues": [id]})).await),
            8 => drop(bob.patch(&path, json!({"archived_at": if value % 2 == 0 { json!("2026-01-01") } else { Value::Null }})).await),
            9 if value % 4 == 0 => drop(bob.delete(&path).await),
            9 => drop(bob.patch(&path, json!({"is_draft": value % 2 == 0})).await),
            _ => {
                let group = ["backlog", "unstarted", "started", "completed", "cancelled"][value % 5];
                let state = self.place.path(&format!("states/{}/", self.states[item % 4]));
                bob.patch(&state, json!({"group": group})).await.expect(200);
            }
        }
    }

    /// How the cycle stands now, in the words of the burn-down.
    async fn seen(&self) -> Value {
        let cycle = self.place.get(&format!("cycles/{}/progress/", self.cycle)).await;
        let int = |name: &str| cycle[name].as_i64().unwrap();
        let sum = |name: &str| cycle[name].as_f64().unwrap_or(0.0);
        let left = int("backlog_issues") + int("unstarted_issues") + int("started_issues");
        let points = sum("backlog_estimates") + sum("unstarted_estimates") + sum("started_estimates");
        json!({
            "issues": {"total": int("total_issues"), "completed": int("completed_issues"), "cancelled": int("cancelled_issues"), "remaining": left},
            "points": {"total": sum("total_estimates"), "completed": sum("completed_estimates"), "cancelled": sum("cancelled_estimates"),
                "remaining": points},
        })
    }
}

#[tokio::test]
async fn every_day_stands_as_it_was_seen_on_that_day() {
    burn_down(0).await;
}

#[tokio::test]
async fn velocity_is_what_was_seen_when_the_cycle_began_and_ended() {
    velocity(0).await;
}

#[tokio::test]
#[ignore = "long"]
async fn long_many_cycles_are_told_as_they_were_seen() {
    for seed in 1..=MANY {
        burn_down(seed).await;
        velocity(seed).await;
    }
}

async fn burn_down(seed: u8) {
    let mut world = World::new().await;
    let (mut seen, mut moving) = (Vec::new(), 0);
    for day in histories(seed, 8, 11, 4..14) {
        for step in day {
            world.step(step).await;
        }
        let now = world.seen().await;
        moving += usize::from(seen.last() != Some(&now));
        seen.push(now);
        world.place.app.clock.advance(DAY);
    }
    assert!(seed > 0 || moving > 5, "a history in which much happens: {seen:?}");
    let told = world.place.get(&format!("cycles/{}/burn-down/", world.cycle)).await;
    let days = told["days"].as_array().unwrap();
    assert_eq!(days.len(), 9);
    for (number, (day, seen)) in days.iter().zip(&seen).enumerate() {
        assert_eq!(day["date"], format!("2026-01-{:02}", number + 1));
        assert_eq!((&day["issues"], &day["points"]), (&seen["issues"], &seen["points"]), "day {} of history {seed}", number + 1);
    }
    // The last day has just begun: it stands as everything stands now.
    assert_eq!(days[8]["issues"], seen[7]["issues"]);
    // Later changes do not touch the past.
    for step in [(2, 0, 2), (8, 1, 0), (6, 2, 0), (10, 1, 3)] {
        world.place.app.clock.advance(DAY);
        world.step(step).await;
    }
    let again = world.place.get(&format!("cycles/{}/burn-down/", world.cycle)).await;
    assert_eq!(again["days"].as_array().unwrap()[..8], days[..8]);
}

#[tokio::test]
async fn days_to_come_are_empty() {
    let world = World::new().await;
    world.place.app.clock.advance(DAY);
    let told = world.place.get(&format!("cycles/{}/burn-down/", world.cycle)).await;
    let empty: Vec<bool> = told["days"].as_array().unwrap().iter().map(|day| day["issues"].is_null() && day["points"].is_null()).collect();
    assert_eq!(empty, [false, false, true, true, true, true, true, true, true]);
}

async fn velocity(seed: u8) {
    let mut world = World::with_cycle(("2026-01-03", "2026-01-06")).await;
    let mut seen = Vec::new();
    for (day, steps) in histories(seed, 9, 11, 4..14).into_iter().enumerate() {
        for (kind, item, value) in steps {
            // Into a cycle that is over nothing is put.
            world.step((if day < 6 { kind } else { kind.max(2) }, item, value)).await;
        }
        seen.push(world.seen().await);
        world.place.app.clock.advance(DAY);
    }
    let told = world.place.get("velocity/").await;
    let cycles = told["cycles"].as_array().unwrap();
    assert_eq!(cycles.len(), 2);
    let cycle = cycles.iter().find(|cycle| cycle["id"] == world.cycle).unwrap();
    // Nothing happens between the noons: the third day began as the second was left, and the sixth ended as it was seen.
    assert_eq!((&cycle["at_start"], &cycle["at_end"]), (&seen[1], &seen[5]), "history {seed}");
    if seed == 0 {
        assert_ne!(seen[1], seen[5], "a history in which much happens");
        assert_ne!(seen[5], seen[8], "and goes on happening");
    }
    assert_eq!((&cycle["is_over"], &cycle["name"]), (&json!(true), &json!("One")));
    assert_eq!(told["average"]["issues"], json!(seen[5]["issues"]["completed"].as_f64().unwrap()));
    let one = world.place.get("velocity/?cycles=1").await;
    assert_eq!(one["cycles"][0]["name"], "Other", "the one that ends last");
    assert_eq!(one["average"], Value::Null, "no cycle of these is over");
    for wrong in ["0", "27", "ten"] {
        let answer = world.place.bob().get(&world.place.path(&format!("velocity/?cycles={wrong}"))).await;
        assert!(answer.expect(400)["cycles"][0].is_string(), "{wrong}");
    }
}
