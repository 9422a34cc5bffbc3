//! Asking the address of a link for its title and icon, after the link was made.

use std::time::Duration;

use aileron_db::{
    self as db, Db, ExprTrait as _, ProjectScope, Reach, Select, Session, Set, Table, Tx, Unscoped, WriteTx,
    jobs::Job,
    schema::{PROJECTS, WORK_ITEM_LINKS, WORK_ITEMS, WORKSPACES},
};
use aileron_identity::accounts;
use aileron_kernel::{Change, Event, Uuid, fields::NAME, text};
use aileron_platform::{
    digest, html,
    jobs::Failure,
    outgoing::{Answer, Limits, MOST_REDIRECTS, Outgoing, Request},
};
use axum::http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::model::Link;

/// The kind of these jobs.
pub const KIND: &str = "link.preview";
/// How often an address that does not answer is asked.
const ATTEMPTS: i64 = 3;
/// How much of a page is read; titles stand at the beginning.
const READ: usize = 128 << 10;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    project: Uuid,
    link: Uuid,
    url: String,
}

/// Has the address asked after the commit.
pub(super) fn ask(tx: &mut WriteTx<'_, ProjectScope>, link: Uuid, url: &str) -> db::Result<()> {
    let payload = Payload { project: tx.project_id(), link, url: url.to_owned() };
    let payload = serde_json::to_value(payload).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
    // Once asked is enough, however often an address is changed and changed back. The key is short: addresses are too long for it.
    tx.enqueue(KIND, payload, Some(&format!("{link} {}", digest::sha256_hex(url))))
}

/// What a page says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    title: Option<String>,
    icon: Option<String>,
}

/// Asks and writes what was found. An address that the server does not talk to, or that is no page, leaves the link as it is; one
/// that no live link leads to any more is not asked.
pub async fn run(db: Db, outgoing: Outgoing, job: Job) -> Result<(), Failure> {
    let payload = Payload::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let (Some(workspace), wanted) = (job.workspace_id, payload.clone()) else { return Ok(()) };
    let is_wanted = db.read(move |session| {
        let mut tx = session.unscoped(Unscoped::Job)?;
        let link = standing(&tx, workspace, &wanted);
        tx.any(link)
    });
    if !is_wanted.await? {
        return Ok(());
    }
    let mut request = Request::get(&payload.url);
    request.headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    request.redirects = MOST_REDIRECTS;
    request.only = Some("text/html");
    request.limits = Limits { connect: Duration::from_secs(3), total: Duration::from_secs(8), body: READ, ..Limits::default() };
    let answer = match outgoing.send(request).await {
        Ok(answer) => answer,
        Err(error) if error.is_transient() && job.attempts < ATTEMPTS => return Err(Failure::Later(error.to_string())),
        Err(error) => {
            tracing::debug!(%error, "no preview");
            return Ok(());
        }
    };
    if !answer.status.is_success() {
        return Ok(());
    }
    let found = read(&answer);
    db.write(move |session| save(session, &job, &payload, &found)).await?;
    Ok(())
}

/// Reads title and icon from a page.
fn read(answer: &Answer) -> Found {
    let head = html::head(&decoded(answer));
    let icon = head.icon.and_then(|icon| answer.url.join(&icon).ok());
    let is_usual = |url: &aileron_platform::outgoing::Url| matches!(url.scheme(), "http" | "https") && url.as_str().len() <= 2_048;
    Found {
        title: head.title.map(|title| text::shortened(&text::without_nul(&title), NAME)),
        icon: icon.filter(is_usual).map(String::from),
    }
}

/// The page as text: UTF-8, or Latin-1 where it says so and is no UTF-8.
fn decoded(answer: &Answer) -> String {
    let said = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let is_latin = ["iso-8859-1", "windows-1252"].iter().any(|name| said.contains(name));
    match std::str::from_utf8(&answer.body) {
        Err(error) if is_latin && error.error_len().is_some() => answer.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(&answer.body).into_owned(),
    }
}

/// The link, if it leads to this address and if it, its item, its project and its workspace are there; archived ones do not change.
fn standing<S: Reach>(tx: &Tx<'_, S>, workspace: Uuid, payload: &Payload) -> Select {
    let link = |column| WORK_ITEM_LINKS.col(column);
    let same = |table: Table, column, of| table.col("workspace_id").eq(link("workspace_id")).and(table.col(column).eq(link(of)));
    tx.from(WORK_ITEM_LINKS)
        .join(WORK_ITEMS, same(WORK_ITEMS, "id", "item_id"))
        .join(PROJECTS, same(PROJECTS, "id", "project_id").and(PROJECTS.col("archived_at").is_null()))
        .join(WORKSPACES, WORKSPACES.col("id").eq(link("workspace_id")))
        .filter(link("workspace_id").eq(workspace).and(link("id").eq(payload.link)).and(link("url").eq(payload.url.as_str())))
}

/// Notes what was found, if the link still stands: it may have gone while its address was asked. A title that somebody gave stays.
fn save(session: &mut Session, job: &Job, payload: &Payload, found: &Found) -> db::Result<()> {
    let Some(workspace) = job.workspace_id else { return Ok(()) };
    let server = db::Principal::proved(accounts::automation(&job.request_id), Vec::new());
    let Some(mut tx) = session.workspace_for_job(&server, workspace)? else { return Ok(()) };
    let select = standing(&tx, workspace, payload).columns::<Link>(WORK_ITEM_LINKS);
    let Some(link) = tx.optional::<Link>(&select)? else { return Ok(()) };
    let mut metadata = match &link.metadata {
        Json::Object(known) => known.clone(),
        _ => serde_json::Map::new(),
    };
    for (name, value) in
        [("url", json!(link.url)), ("title", json!(found.title)), ("favicon", Json::Null), ("favicon_url", json!(found.icon))]
    {
        metadata.insert(name.to_owned(), value);
    }
    let mut set: Vec<Set> = vec![("metadata", Json::Object(metadata).into()), ("updated_at", tx.now().micros().into())];
    let mut changes = vec![Change { field: "metadata".to_owned(), ..Change::default() }];
    if let (None, Some(title)) = (&link.title, &found.title) {
        changes.push(Change::value("title", Json::Null, title.as_str()));
        set.push(("title", Some(title.clone()).into()));
    }
    // Nobody changed it: who did so last stays.
    tx.adjust_where(WORK_ITEM_LINKS, WORK_ITEM_LINKS.col("id").eq(link.id), set)?;
    tx.record(Event::new("link", "previewed", link.id).in_project(link.project_id).about(link.item_id).with(changes))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};

    use super::*;

    fn page(kind: &'static str, body: &'static [u8]) -> Found {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        let url = "https://a.test/b/c".parse().unwrap();
        read(&Answer { status: StatusCode::OK, headers, body: body.into(), is_cut: false, url })
    }

    #[test]
    fn titles_and_icons_are_read() {
        let found = page("text/html", b"<title>A &amp; B</title><link rel=icon href=i.png>");
        assert_eq!(found, Found { title: Some("A & B".into()), icon: Some("https://a.test/b/i.png".into()) });
        let long = page("text/html", Box::leak(format!("<title>{}</title>", "\u{fc}".repeat(300)).into_bytes().into_boxed_slice()));
        assert_eq!(long.title.unwrap().chars().count(), NAME);
    }

    #[test]
    fn icons_are_addresses_of_the_web() {
        for icon in ["data:image/png;base64,AAAA", "javascript:alert(1)", "file:///etc/passwd"] {
            let body = Box::leak(format!("<link rel=icon href='{icon}'>").into_bytes().into_boxed_slice());
            assert_eq!(page("text/html", body).icon, None, "{icon}");
        }
    }

    #[test]
    fn old_pages_are_read_too() {
        assert_eq!(page("text/html; charset=ISO-8859-1", b"<title>Gr\xfc\xdfe</title>").title.as_deref(), Some("Grüße"));
        assert_eq!(page("text/html; charset=iso-8859-1", "<title>Grüße</title>".as_bytes()).title.as_deref(), Some("Grüße"));
        assert_eq!(page("text/html", b"<title>a</title>\xc3").title.as_deref(), Some("a"));
    }
}
