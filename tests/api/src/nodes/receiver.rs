//! A receiver of webhooks that takes everything and remembers what it was told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use aileron_testkit::wire::{self, Connection};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::durability::writers::Scene;

/// The ids of the messages by which it was told of an item that it was made.
type Told = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A receiver; it takes what is sent as long as the runtime lasts.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    told: Told,
}

impl Receiver {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { url: format!("http://{}/", listener.local_addr().unwrap()), told: Told::default() };
        let routes = Router::new().route("/", post(take)).with_state(receiver.told.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    /// Has the workspace of the scene tell it of its items.
    pub(crate) fn register(&self, scene: &Scene, connection: &mut Connection) {
        let body = json!({"url": self.url, "issue": true, "delivery_mode": "change"}).to_string();
        connection.expect(201, &wire::request("POST", "/api/v1/workspaces/crash/webhooks/", Some(&scene.token), Some(&body)));
    }

    /// How many items it was told of.
    pub(crate) fn items(&self) -> usize {
        self.told.lock().unwrap().len()
    }

    /// It was told of each of these items and no other, and of none under two names. How often it was told twice.
    pub(crate) fn check(&self, items: &BTreeSet<String>) -> usize {
        let told = self.told.lock().unwrap();
        assert_eq!(&told.keys().cloned().collect::<BTreeSet<_>>(), items, "it was told of every item");
        for (item, messages) in told.iter() {
            assert_eq!(messages.iter().collect::<BTreeSet<_>>().len(), 1, "{item} was told under several names");
        }
        told.values().map(|messages| messages.len() - 1).sum()
    }
}

async fn take(State(told): State<Told>, headers: HeaderMap, body: String) -> StatusCode {
    let body: Value = serde_json::from_str(&body).unwrap();
    if body["action"] == "created" {
        let message = headers["webhook-id"].to_str().unwrap().to_owned();
        told.lock().unwrap().entry(body["data"]["id"].as_str().unwrap().to_owned()).or_default().push(message);
    }
    StatusCode::NO_CONTENT
}
