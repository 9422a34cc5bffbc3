//! A receiver of its own, over the network of this machine, as the operator allows it; the server follows its log as it does in life.

use std::sync::{Arc, Mutex};

use aileron_kernel::SystemRandom;
use aileron_platform::{
    networks::Networks,
    outgoing::{Outgoing, Rules},
};
use aileron_server::{consumers, jobs};
use aileron_testkit::TestApp;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use super::{HOOKS, deliveries::compatible};
use crate::stock::{item, items, project};

/// What a receiver knows: the secret, and whom it tells of what it took.
#[derive(Clone)]
struct Receiver {
    secret: Arc<Mutex<String>>,
    took: mpsc::UnboundedSender<Value>,
}

/// Takes what is signed, in both ways, and nothing else.
async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let secret = receiver.secret.lock().unwrap().clone();
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let standard = format!("v1,{}", BASE64_STANDARD.encode(hex::decode(compatible(&secret, &signed)).unwrap()));
    if header("x-plane-signature") != compatible(&secret, &body) || header("webhook-signature") != standard {
        return StatusCode::UNAUTHORIZED;
    }
    receiver.took.send(serde_json::from_str(&body).unwrap()).unwrap();
    StatusCode::NO_CONTENT
}

#[tokio::test]
async fn a_receiver_on_this_machine_checks_what_it_is_told() {
    let rules = Rules::new(Networks::parse(["127.0.0.0/8"]).unwrap(), None);
    let app = TestApp::new().await.with_rules(rules.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (took, mut taken) = mpsc::unbounded_channel();
    let receiver = Receiver { secret: Arc::default(), took };
    let serve = axum::serve(listener, Router::new().route("/hook", post(take)).with_state(receiver.clone()));
    tokio::spawn(async move { serve.await });
    let made = app.as_user("alice").post(HOOKS, json!({"url": url, "issue": true, "delivery_mode": "change"})).await.expect(201);
    *receiver.secret.lock().unwrap() = made["secret_key"].as_str().unwrap().to_owned();

    let (hints, random) = (app.hints().clone(), Arc::new(SystemRandom));
    let followers = consumers::all(&app.db, random, app.metrics().clone(), &app.post.outbox);
    let (told, woken) = (hints.clone(), hints);
    tokio::spawn(async move { followers.run(&told, std::future::pending()).await });
    let runner = app.runner(jobs::handlers(&app.db, &app.context().files, &Outgoing::new(rules), &app.post, app.metrics()));
    tokio::spawn(async move { runner.run(&woken, std::future::pending()).await });

    let id = project(&app, "ENG").await;
    let own = item(&app, "alice", &id, json!({"name": "One"})).await;
    app.as_user("alice").patch(&format!("{}{own}/", items(&id)), json!({"name": "Two"})).await.expect(200);
    app.as_user("alice").delete(&format!("{}{own}/", items(&id))).await.expect(204);
    for action in ["created", "updated", "deleted"] {
        let told = taken.recv().await.unwrap();
        assert_eq!((&told["action"], &told["data"]["id"]), (&json!(action), &json!(own)));
    }
}
