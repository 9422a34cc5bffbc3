//! The whole way of a job: a commit wakes the runner, the one client asks a page of this machine, the title is there.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use super::*;

/// Answers every request on this machine with a page.
fn page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/page", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4_096]).unwrap();
            let body = "<title>A page nearby</title>";
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    url
}

async fn post(client: &Client, token: &str, path: &str, body: Value) -> Value {
    let sent = client.http.post(format!("{}{path}", client.address)).header("x-api-key", token).json(&body).send().await.unwrap();
    assert_eq!(sent.status().as_u16(), 201, "{path}");
    sent.json().await.unwrap()
}

/// Links the page to an item, and answers the link when it has a title.
async fn titled(place: &Place, server: &Server, url: &str) -> Value {
    let token = place.json(&["admin", "token", "create", "--email", "ada@x.test", "--label", "test", "--json"], "");
    let (token, client) = (token["token"].as_str().unwrap(), server.client());
    let made = post(&client, token, "/api/v1/workspaces/engines/projects/", json!({"name": "Eng", "identifier": "ENG"})).await;
    let items = format!("/api/v1/workspaces/engines/projects/{}/work-items/", made["id"].as_str().unwrap());
    let item = post(&client, token, &items, json!({"name": "x"})).await;
    let links = format!("{items}{}/links/", item["id"].as_str().unwrap());
    let made = post(&client, token, &links, json!({"url": url})).await;
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let (_, link) = client.get(&format!("{links}{}/", made["id"].as_str().unwrap()), Some(token)).await;
        if !link["title"].is_null() {
            return link;
        }
        assert!(Instant::now() < until, "{link}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn place() -> Place {
    aileron_testkit::crypto();
    let place = Place::new();
    place.json(&["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--json"], "");
    place.json(&["admin", "workspace", "create", "--slug", "engines", "--name", "Engines", "--owner", "ada@x.test", "--json"], "");
    place
}

#[tokio::test]
async fn the_title_of_a_page_is_fetched_where_the_operator_allows_it() {
    let place = place();
    let server = Place::start(place.command(&["serve", "--listen", "127.0.0.1:0"]).env("AILERON_OUTGOING_ALLOW", "127.0.0.0/8, ::1"));
    assert_eq!(titled(&place, &server, &page()).await["title"], "A page nearby");
    assert!(server.stop());
}

#[test]
fn an_exception_that_is_no_network_is_refused() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let done = command.env("AILERON_OUTGOING_ALLOW", "everything").output().unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("`everything` is not a network"));
}
