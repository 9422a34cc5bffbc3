//! The search among 100,000 items: how long it takes. `cargo test -p aileron-api-tests long_search -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use aileron_db::{Value, schema::WORK_ITEMS};
use aileron_kernel::{Action, Uuid, text};
use aileron_testkit::TestApp;
use aileron_tracker::search::index;

use crate::stock::project;

const ITEMS: i64 = 100_000;
const BATCH: i64 = 250;
const SEARCH: &str = "/api/v1/workspaces/acme/work-items/search/";

/// Words of which the first are frequent and the last are rare, the same in every run.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = ["ka", "lo", "mi", "ne", "pu", "ra", "si", "to", "ve", "wa", "xi", "yo", "za", "bre", "cha", "dri"];
        // The product of two even numbers falls off about as words of a language do.
        let (a, b) = (self.next() % 200, self.next() % 200);
        let mut number = a * b;
        let mut word = String::new();
        for _ in 0..4 {
            word.push_str(SYLLABLES[usize::try_from(number % 16).unwrap()]);
            number /= 16;
        }
        word
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

async fn fill(app: &TestApp, project: &str) {
    let states = app.as_user("alice").get(&format!("/api/v1/workspaces/acme/projects/{project}/states/")).await.expect(200);
    let state: Uuid = states["results"][0]["id"].as_str().unwrap().parse().unwrap();
    let project: Uuid = project.parse().unwrap();
    for batch in 0..ITEMS / BATCH {
        let (principal, gina) = (app.principal("alice"), app.user("gina"));
        let made = app.db.write(move |session| {
            let mut tx = session.workspace_to_write(&principal, "acme", Action::ProjectCreate)?;
            let (me, now) = (tx.user_id(), tx.now().micros());
            let mut words = Words(u64::try_from(batch).unwrap() + 1);
            let (mut ids, mut rows) = (Vec::new(), Vec::new());
            for number in batch * BATCH + 1..=(batch + 1) * BATCH {
                let id = tx.new_id();
                let (name, text) = (format!("Common {}", words.sentence(5)), words.sentence(25));
                // A guest made the first items: for him the walk over a frequent word is a long one.
                let author = if number <= 20 { gina } else { me };
                ids.push(id);
                rows.push(vec![
                    id.into(),
                    project.into(),
                    number.into(),
                    text::key(&name).into(),
                    name.into(),
                    text.clone().into(),
                    format!("<p>{text}</p>").into(),
                    state.into(),
                    (now + number).into(),
                    (now + number).into(),
                    Some(author).into(),
                ]);
            }
            let columns = [
                "id",
                "project_id",
                "sequence_id",
                "name_key",
                "name",
                "description_text",
                "description_html",
                "state_id",
                "created_at",
                "updated_at",
                "created_by",
            ];
            let fixed: [(&str, Value); 5] = [
                ("priority", "none".into()),
                ("priority_rank", 4_i64.into()),
                ("sort_order", 1.0.into()),
                ("is_draft", false.into()),
                ("version", 1_i64.into()),
            ];
            let columns: Vec<&'static str> = columns.into_iter().chain(fixed.iter().map(|(name, _)| *name)).collect();
            for row in &mut rows {
                row.extend(fixed.iter().map(|(_, value)| value.clone()));
            }
            tx.insert_rows(WORK_ITEMS, &columns, rows)?;
            index::update_many(&mut tx, &ids)
        });
        made.await.unwrap();
    }
}

async fn measure(app: &TestApp, who: &str, what: &str, queries: &[String]) {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = 0;
    for query in queries {
        let path = format!("{SEARCH}?search={}", query.replace(' ', "%20"));
        let start = Instant::now();
        let answer = app.as_user(who).get(&path).await;
        times.push(start.elapsed());
        found += answer.expect(200)["issues"].as_array().unwrap().len();
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (half, last) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{what:28} {who:6} {:4} queries {found:5} found   p50 {:8.2} ms   worst {:8.2} ms", times.len(), ms(half), ms(last));
}

#[tokio::test]
#[ignore = "long"]
async fn long_search_in_100_000_items() {
    let app = TestApp::new().await;
    let project = project(&app, "ENG").await;
    let start = Instant::now();
    fill(&app, &project).await;
    println!("{ITEMS} items with their documents in {:.1} s", start.elapsed().as_secs_f64());
    if let Some(url) = app.database.url().map(ToOwned::to_owned) {
        // As autovacuum does after a minute.
        let analyze = || postgres::Client::connect(&url, postgres::NoTls).unwrap().batch_execute("VACUUM ANALYZE").unwrap();
        std::thread::scope(|scope| scope.spawn(analyze).join()).unwrap();
    }
    let mut words = Words(4_711);
    let mut list = |cut: usize, count: usize| -> Vec<String> {
        (0..100).map(|_| words.sentence(count).chars().take(cut).collect::<String>().trim().to_owned()).collect()
    };
    let (one, two, three) = (list(100, 1), list(100, 2), list(100, 3));
    let begun: Vec<Vec<String>> = [1, 2, 3, 4, 5].into_iter().map(|cut| list(cut, 1)).collect();
    let numbers: Vec<String> = (1..=50).flat_map(|n| [(n * 1_777).to_string(), format!("ENG-{}", n * 1_999)]).collect();
    let frequent = vec![
        "common".to_owned(),
        "c".to_owned(),
        "co".to_owned(),
        "common k".to_owned(),
        "common ka".to_owned(),
        "common common".to_owned(),
    ];
    for _ in 0..2 {
        let start = Instant::now();
        app.as_user("alice").get("/api/v1/users/me/").await.expect(200);
        println!("a request that finds nothing takes {:.2} ms", start.elapsed().as_secs_f64() * 1_000.0);
    }
    for who in ["alice", "gina"] {
        measure(&app, who, "warm", &one).await;
        measure(&app, who, "one word", &one).await;
        measure(&app, who, "two words", &two).await;
        measure(&app, who, "three words", &three).await;
        for (cut, queries) in begun.iter().enumerate() {
            measure(&app, who, &format!("the first {} letters", cut + 1), queries).await;
        }
        measure(&app, who, "numbers and identifiers", &numbers).await;
        for query in &frequent {
            measure(&app, who, &format!("\"{query}\""), &vec![query.clone(); 10]).await;
        }
    }
    let found = app.as_user("gina").get(&format!("{SEARCH}?search=common&limit=1000")).await.expect(200);
    assert_eq!(found["issues"].as_array().unwrap().len(), 20, "a guest finds all that he made, however old");
    let found = app.as_user("alice").get(&format!("{SEARCH}?search=ENG-1&limit=1")).await.expect(200);
    assert_eq!(found["issues"][0]["sequence_id"], 1);
}
