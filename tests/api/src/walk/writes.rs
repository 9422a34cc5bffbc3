//! What every operation that writes makes of what it is sent: fields that it does not offer are not written, and markup that
//! could run is not kept.

use aileron_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{Operation, People, Rows, operations};

#[path = "../../../../crates/platform/src/html/corpus.rs"]
#[allow(dead_code, reason = "the cleaner's own tests use the rest")]
mod corpus;

const ID: &str = "0bad0bad-0bad-4bad-8bad-0bad0bad0bad";
const TIME: &str = "1999-09-09T09:09:09.000000Z";
const TEXT: &str = "0bad-text";
const NUMBER: i64 = 990_990;

/// What somebody might like to set, by what he would set it to.
const IDS: &str = "id workspace workspace_id project project_id created_by updated_by created_by_id owner owner_id user user_id member \
     member_id actor actor_id issue issue_id invited_by accepted_by asset_id awaited_by";
const TIMES: &str = "created_at updated_at deleted_at archived_at accepted_at responded_at expires_at last_used_at email_verified_at \
     completed_at edited_at";
const TEXTS: &str = "slug identifier token token_hash prefix password password_hash kind email username asset description_stripped \
     comment_stripped status scopes";
const NUMBERS: &str = "version seq sequence_id rate_limit allowed_rate_limit total_members member_count role size";
const FLAGS: &str = "is_service is_active is_instance_admin is_staff is_superuser is_owner is_bot is_member accepted is_uploaded \
     is_email_verified is_default";

fn wishes() -> Vec<(&'static str, Value)> {
    let values = [(IDS, json!(ID)), (TIMES, json!(TIME)), (TEXTS, json!(TEXT)), (NUMBERS, json!(NUMBER)), (FLAGS, json!(true))];
    values.into_iter().flat_map(|(names, value)| names.split_whitespace().map(move |name| (name, value.clone()))).collect()
}

/// Fields that an operation takes without its documentation naming them: the compatible API's other names.
fn takes(operation: &Operation, name: &str) -> bool {
    operation.fields.iter().any(|field| field == name || field.strip_suffix("_id") == Some(name))
}

/// Whether any of the wishes came true. True is what some flags are anyway.
fn granted(said: &str) -> bool {
    [ID, "1999-09-09", TEXT, "990990"].iter().any(|wish| said.contains(wish))
}

/// The wishes that a row of flags grants: one that was false, or is none of ours to set, is true.
fn flags(before: &Value, after: &Value) -> Vec<String> {
    FLAGS
        .split_whitespace()
        .filter(|name| before.get(name) == Some(&json!(false)) && after.get(name) == Some(&json!(true)))
        .map(ToOwned::to_owned)
        .collect()
}

async fn sent(rows: &mut Rows<'_>, operation: &Operation, caller: &Caller<'_>, path: &str, field: &str, value: &Value) -> Answer {
    let mut body = rows.fill_body(operation).await;
    body[field] = value.clone();
    caller.send(&operation.method, path, Some(body)).await
}

#[tokio::test]
async fn pr_8612_no_field_is_written_that_is_not_offered() {
    let app = TestApp::new().await.with_open_outbox();
    let people = People::new(&app).await;
    let alice = people.named("alice");
    let browser = app.open_session(alice.id).await;
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let all = operations();
    for operation in all.iter().filter(|operation| operation.example.is_some() && !operation.actions.is_empty()) {
        if operation.asks_for_password() {
            app.set_password_of(alice.id, super::rows::PASSWORD).await;
        }
        let mut rows = Rows::of(&app, &people, alice).await.written_by_caller();
        let path = rows.address(operation).await;
        let readable = all.iter().any(|other| other.method == "GET" && other.path == operation.path) && operation.method != "POST";
        let before = if readable { browser.get(&path).await.json() } else { Value::Null };
        let mut body = rows.fill_body(operation).await;
        for (name, value) in wishes().into_iter().filter(|(name, _)| !takes(operation, name)) {
            body[name] = value;
        }
        let answer = browser.send(&operation.method, &path, Some(body)).await;
        tried += 1;
        let said = String::from_utf8_lossy(&answer.bytes).into_owned();
        if !operation.good.contains(&answer.status.as_u16()) || granted(&said) {
            wrong.push(format!("{}: {} {said:.300}", operation.id, answer.status));
        }
        if readable {
            let after = browser.get(&path).await;
            let now = serde_json::from_slice(&after.bytes).unwrap_or_default();
            if granted(&String::from_utf8_lossy(&after.bytes)) || !flags(&before, &now).is_empty() {
                wrong.push(format!("{} afterwards: {:?} {now}", operation.id, flags(&before, &now)));
            }
        }
        if let Ok(made) = serde_json::from_str::<Value>(&said) {
            let honest = json!({"is_service": false, "is_instance_admin": false, "is_uploaded": false, "accepted": false});
            let given = flags(&honest, &made);
            if !given.is_empty() && operation.method == "POST" {
                wrong.push(format!("{} gave {given:?}", operation.id));
            }
        }
    }
    assert!(tried > 30, "only {tried} operations");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What of an answer could run, told with plain string operations: nothing of the cleaner is used.
fn harm(html: &str) -> Option<&'static str> {
    const BAD: [&str; 16] = [
        " on",
        "=\"javascript:",
        "=\"vbscript:",
        "=\"data:",
        "=\"blob:",
        "url(",
        "expression",
        "srcdoc",
        "autofocus",
        " formaction",
        " ping",
        "redirect_uri",
        "position:",
        "xlink",
        "http-equiv",
        "attributename",
    ];
    const TAGS: [&str; 14] =
        ["script", "iframe", "svg", "math", "style", "object", "embed", "base", "meta", "link", "form", "video", "template", "noscript"];
    html.split('<').skip(1).filter_map(|piece| piece.split_once('>')).find_map(|(tag, _)| {
        let tag = tag.to_ascii_lowercase().replace(['\t', '\n', '\r', '\u{0}'], "");
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        let of_tag = TAGS.into_iter().find(|bad| *bad == name);
        of_tag.or_else(|| BAD.into_iter().find(|bad| tag.contains(bad)))
    })
}

/// The text under a name, wherever it stands in the answer.
fn texts(said: &Value, field: &str) -> Vec<String> {
    match said {
        Value::Object(fields) => {
            let own = fields.get(field).and_then(Value::as_str).map(ToOwned::to_owned);
            own.into_iter().chain(fields.values().flat_map(|value| texts(value, field))).collect()
        }
        Value::Array(rows) => rows.iter().flat_map(|row| texts(row, field)).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn cve_2026_104979_no_markup_that_runs_is_kept_whichever_way_it_comes() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    let alice = people.named("alice");
    let caller = app.with_token(&alice.token);
    let (mut wrong, mut ways) = (Vec::new(), Vec::new());
    for operation in operations().iter().filter(|operation| !operation.actions.is_empty() && operation.example.is_some()) {
        for field in operation.fields.iter().filter(|field| field.ends_with("_html")) {
            ways.push(format!("{} {field}", operation.id));
            let mut rows = Rows::of(&app, &people, alice).await.written_by_caller();
            let path = rows.address(operation).await;
            for attack in corpus::ATTACKS {
                let html = format!("<p>before</p>{attack}<p>after</p>");
                let answer = sent(&mut rows, operation, &caller, &path, field, &json!(html)).await;
                let said = String::from_utf8_lossy(&answer.bytes).into_owned();
                if answer.status == 400 && !said.contains(attack) {
                    continue;
                }
                if !answer.status.is_success() {
                    wrong.push(format!("{} {attack:?}: {} {said:.100}", operation.id, answer.status));
                    continue;
                }
                for kept in texts(&answer.json(), field) {
                    if let Some(what) = harm(&kept) {
                        wrong.push(format!("{} keeps {what} of {attack:?}: {kept}", operation.id));
                    }
                    // What was given back is taken back as it is.
                    let again = sent(&mut rows, operation, &caller, &path, field, &json!(kept)).await;
                    if again.status.is_success() && texts(&again.json(), field) != [kept.clone()] {
                        wrong.push(format!("{} changes {kept:?} when it comes back", operation.id));
                    }
                }
            }
        }
    }
    assert!(ways.len() >= 8, "markup comes by {ways:?} only");
    assert!(wrong.is_empty(), "{} of {ways:?}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_check_of_markup_can_fail() {
    for bad in ["<img src=\"x\" onerror=\"1\">", "<p><script>", "<a href=\"java\tscript:1\">", "<SVG/onload=1>"] {
        assert!(harm(bad).is_some(), "{bad}");
    }
    assert_eq!(harm("<p>1 &lt;script&gt; on</p>"), None);
}
