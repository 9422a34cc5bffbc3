//! Uploaded files: attachments of work items, files of workspaces, pictures of accounts.

mod advisories;
mod attachments;
pub(crate) mod bucket;
mod downloads;
mod pictures;
mod sweep;
mod uploads;
mod workspaces;

use aileron_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use crate::stock::{item, items, project};

/// A form with a file, as clients send it.
pub(crate) fn form(fields: &[(String, String)], file: &[u8]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let head = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../f\"\r\nContent-Type: text/html\r\n\r\n";
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(b"\r\n--cut--\r\n");
    ("multipart/form-data; boundary=cut".to_owned(), body)
}

/// The fields of the form of an answer.
pub(crate) fn fields(made: &Value) -> Vec<(String, String)> {
    let fields = made["upload_data"]["fields"].as_object().unwrap();
    fields.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// Sends fields and a file to the address of forms, as nobody.
pub(crate) async fn send(app: &TestApp, fields: &[(String, String)], file: &[u8]) -> Answer {
    let (kind, body) = form(fields, file);
    app.nobody().raw("POST", "/api/v1/assets/upload/", &[("content-type", kind)], body).await
}

/// Sends a file with the form of an answer.
pub(crate) async fn upload(app: &TestApp, made: &Value, file: &[u8]) -> Answer {
    assert_eq!(made["upload_data"]["url"], "/api/v1/assets/upload/");
    send(app, &fields(made), file).await
}

/// Where an item's attachments are, and what they need.
pub(crate) struct Place {
    pub(crate) app: TestApp,
    pub(crate) project: String,
    pub(crate) item: String,
    pub(crate) path: String,
}

/// An item of alice's in a project with bob (member) and gina (guest).
pub(crate) async fn place() -> Place {
    in_app(TestApp::new().await).await
}

pub(crate) async fn in_app(app: TestApp) -> Place {
    let project = project(&app, "ENG").await;
    let item = item(&app, "alice", &project, json!({"name": "One"})).await;
    let path = format!("{}{item}/attachments/", items(&project));
    Place { app, project, item, path }
}

impl Place {
    /// Makes an attachment and answers what the server said.
    pub(crate) async fn make(&self, user: &str, name: &str, kind: &str, size: usize) -> Value {
        self.app.as_user(user).post(&self.path, json!({"name": name, "type": kind, "size": size})).await.expect(200)
    }

    /// Makes an attachment, uploads its file and confirms it: its address.
    pub(crate) async fn attach(&self, user: &str, name: &str, kind: &str, file: &[u8]) -> String {
        let made = self.make(user, name, kind, file.len()).await;
        upload(&self.app, &made, file).await.expect(204);
        let address = self.address(&made);
        self.app.as_user(user).patch(&address, json!({"is_uploaded": true})).await.expect(204);
        address
    }

    /// The address of an attachment.
    pub(crate) fn address(&self, made: &Value) -> String {
        format!("{}{}/", self.path, made["asset_id"].as_str().unwrap())
    }

    /// Fetches a file as a browser does: the redirect, then what it leads to, as nobody.
    pub(crate) async fn fetch(&self, user: &str, address: &str) -> Answer {
        let location = self.location(user, address).await;
        self.app.nobody().get(&location).await
    }

    /// Where the redirect of an attachment leads.
    pub(crate) async fn location(&self, user: &str, address: &str) -> String {
        let answer = self.app.as_user(user).get(address).await;
        assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.bytes));
        answer.headers["location"].to_str().unwrap().to_owned()
    }
}

/// The files in the folder of the test's store.
pub(crate) fn stored(app: &TestApp) -> usize {
    let folder = app.database.folder().join("files");
    let owners = std::fs::read_dir(folder).map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    owners.into_iter().map(|owner| std::fs::read_dir(owner.unwrap().path()).unwrap().count()).sum()
}
