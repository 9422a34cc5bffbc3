//! The program itself, in a process of its own.

mod keeping;
mod preview;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use aileron_kernel::{Clock, Random, SystemRandom};
use aileron_testkit::{FakeClock, database::TestDatabase, program::binary};
use serde_json::{Value, json};

/// A place for data: a folder, and with PostgreSQL a database.
struct Place {
    folder: tempfile::TempDir,
    database: Option<TestDatabase>,
}

impl Place {
    fn new() -> Self {
        let database = aileron_testkit::database::is_postgres().then(|| {
            let clock: std::sync::Arc<dyn Clock> = std::sync::Arc::new(FakeClock::default());
            let random: std::sync::Arc<dyn Random> = std::sync::Arc::new(SystemRandom);
            TestDatabase::new(&clock, &random)
        });
        Self { folder: tempfile::tempdir().unwrap(), database }
    }

    /// The program on this place, whatever this process was started with.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AILERON_")) {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_URL").env("AILERON_METRICS_LISTEN", "").env("AILERON_LOG", "warn");
        command.envs(self.database.as_ref().and_then(|database| database.url()).map(|url| ("DATABASE_URL", url)));
        command.arg("--data").arg(self.folder.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What a command that succeeds prints.
    fn json(&self, arguments: &[&str], stdin: &str) -> Value {
        let done = self.run(arguments, stdin);
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    }

    /// What a command that fails says: one line.
    fn refusal(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments, "");
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(!done.status.success() && said.starts_with("aileron: ") && said.lines().count() == 1, "{arguments:?}: {said}");
        said
    }

    fn serve(&self) -> Server {
        Self::start(&mut self.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    fn start(command: &mut Command) -> Server {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let greeting = lines.next().unwrap();
        let address = greeting.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        Server { child, address, lines: Box::new(lines), started }
    }
}

struct Server {
    child: Child,
    address: String,
    lines: Box<dyn Iterator<Item = String>>,
    started: Instant,
}

impl Server {
    fn client(&self) -> Client {
        Client { http: reqwest::Client::new(), address: self.address.clone() }
    }

    /// Tells it to stop and waits until it did: whether it ended well.
    fn stop(mut self) -> bool {
        assert!(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap().success());
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            assert!(Instant::now() < until, "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Memory of its own, in kB.
    fn anonymous_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client {
    http: reqwest::Client,
    address: String,
}

impl Client {
    async fn get(&self, path: &str, token: Option<&str>) -> (u16, Value) {
        let mut request = self.http.get(format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("x-api-key", token);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn an_empty_folder_becomes_a_server_that_the_operator_fills_while_it_runs() {
    aileron_testkit::crypto();
    let place = Place::new();
    binary();
    let mut server = place.serve();
    let client = server.client();
    assert_eq!(client.get("/readyz", None).await, (200, json!({"status": "ok"})));
    println!("first answer after {:?}, RssAnon {} kB", server.started.elapsed(), server.anonymous_memory());
    assert!(server.lines.next().unwrap().contains("set-up code"));
    let create =
        ["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--last-name", "L", "--password-stdin", "--json"];
    assert_eq!(place.json(&create, "plum tractor overcast nine\n")["display_name"], "ada");
    let workspace = ["admin", "workspace", "create", "--slug", "engines", "--name", "Engines", "--owner", "ada@x.test", "--json"];
    place.json(&workspace, "");
    let token = place.json(&["admin", "token", "create", "--email", "ada@x.test", "--label", "test", "--json"], "");
    let token = token["token"].as_str().unwrap();
    let (status, me) = client.get("/api/v1/users/me/", Some(token)).await;
    assert_eq!((status, &me["email"]), (200, &json!("ada@x.test")));
    let (status, projects) = client.get("/api/v1/workspaces/engines/projects/", Some(token)).await;
    assert_eq!((status, &projects["total_count"]), (200, &json!(0)));
    assert_eq!(client.get("/api/v1/auth/setup/", None).await.1, json!({"is_needed": false}));
    let body = json!({"email": "ada@x.test", "password": "plum tractor overcast nine"});
    let signed_in = client.http.post(format!("{}/api/v1/auth/sign-in/", client.address)).json(&body).send().await.unwrap();
    assert_eq!(signed_in.status().as_u16(), 200);
    assert!(server.stop());
}

/// Behind a proxy, guesses are counted by those in front of it, and only a trusted one is believed.
#[tokio::test]
async fn people_behind_a_trusted_proxy_are_told_apart() {
    aileron_testkit::crypto();
    for (trusted, second) in [("127.0.0.0/8", 401), ("192.0.2.0/24", 429)] {
        let place = Place::new();
        let server = Place::start(place.command(&["serve", "--listen", "127.0.0.1:0"]).env("AILERON_TRUSTED_PROXIES", trusted));
        let client = server.client();
        let guess = async |from: &str| {
            let request = client.http.post(format!("{}/api/v1/auth/sign-in/", client.address)).header("x-forwarded-for", from);
            request.json(&json!({"email": "ada@x.test", "password": "wrong"})).send().await.unwrap().status().as_u16()
        };
        for _ in 0..10 {
            assert_eq!(guess("198.51.100.1, 203.0.113.9").await, 401);
        }
        assert_eq!((guess("203.0.113.9").await, guess("203.0.113.10").await), (429, second), "{trusted}");
        assert!(server.stop());
    }
}

#[test]
fn a_server_that_others_reach_without_https_says_so() {
    let place = Place::new();
    for (base_url, warns) in [("", true), ("https://aileron.test", false)] {
        let mut command = place.command(&["serve", "--listen", "0.0.0.0:0"]);
        let mut server = Place::start(command.env("AILERON_BASE_URL", base_url).stderr(Stdio::piped()));
        let stderr = server.child.stderr.take().unwrap();
        assert!(server.lines.next().unwrap().contains("set-up code"));
        assert!(server.stop());
        assert_eq!(std::io::read_to_string(stderr).unwrap().contains("trusted_proxies"), warns, "{base_url}");
    }
}

/// The log says who asked for what, and nothing by which somebody else could ask.
#[tokio::test]
async fn requests_are_logged_without_secrets() {
    aileron_testkit::crypto();
    let place = Place::new();
    place.json(&["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--json"], "");
    let token = place.json(&["admin", "token", "create", "--email", "ada@x.test", "--label", "test", "--json"], "");
    let token = token["token"].as_str().unwrap();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut server = Place::start(command.env("AILERON_LOG", "info").env("AILERON_LOG_FORMAT", "json").stderr(Stdio::piped()));
    let stderr = server.child.stderr.take().unwrap();
    let client = server.client();
    assert_eq!((client.get("/healthz", None).await.0, client.get("/readyz", None).await.0), (200, 200), "which is no news");
    let (status, me) = client.get("/api/v1/users/me/?key=hidden-in-the-address", Some(token)).await;
    assert_eq!(status, 200);
    client.get("/api/v1/users/me/", Some("ail_hidden-in-a-header")).await;
    let body = json!({"email": "ada@x.test", "password": "hidden-in-a-body"});
    client.http.post(format!("{}/api/v1/auth/sign-in/", client.address)).json(&body).send().await.unwrap();
    assert!(server.stop());
    let log = std::io::read_to_string(stderr).unwrap();
    for secret in [token, token.trim_start_matches("ail_"), "hidden-in", "ada@x.test"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<&Value> = lines.iter().filter(|line| line["target"] == "aileron::access").collect();
    assert_eq!(lines.iter().map(|line| line["status"].as_u64().unwrap()).collect::<Vec<_>>(), [200, 403, 401]);
    assert_eq!((&lines[0]["user"], &lines[0]["span"]["route"]), (&me["id"], &json!("/api/v1/users/me/")));
    assert!(lines[0]["token"].is_string() && lines[0]["span"]["id"].is_string() && lines[1]["token"].is_null());
}

#[tokio::test]
async fn roles_and_limits_of_the_operators_commands_hold() {
    aileron_testkit::crypto();
    let place = Place::new();
    for (email, name) in [("ada@x.test", "Ada"), ("bob@x.test", "Bob")] {
        place.json(&["admin", "user", "create", "--email", email, "--first-name", name, "--json"], "");
    }
    place.json(&["admin", "workspace", "create", "--slug", "engines", "--name", "Engines", "--owner", "ada@x.test", "--json"], "");
    let add = |email: &str, role: &str| {
        ["admin", "workspace", "add-member", "--slug", "engines", "--email", email, "--role", role].map(String::from)
    };
    let add = |email: &str, role: &str| place.run(&add(email, role).each_ref().map(String::as_str), "");
    assert!(add("bob@x.test", "guest").status.success());
    assert!(!add("ada@x.test", "member").status.success());
    assert!(add("bob@x.test", "owner").status.success());
    assert!(add("ada@x.test", "member").status.success());
    let scope = ["admin", "token", "create", "--email", "bob@x.test", "--label", "l", "--scope", "profile:read", "--json"];
    let token = place.json(&scope, "")["token"].as_str().unwrap().to_owned();
    let server = place.serve();
    assert_eq!(server.client().get("/api/v1/users/me/", Some(&token)).await.0, 200);
    assert_eq!(server.client().get("/api/v1/workspaces/engines/projects/", Some(&token)).await.0, 403);
    assert!(server.stop());
}

/// Who leaves is locked out, and who forgot a password gets another one.
#[tokio::test]
async fn the_operator_locks_accounts_out_and_lets_them_in() {
    aileron_testkit::crypto();
    let place = Place::new();
    let (old, new) = ("plum tractor overcast nine\n", "seven lamps on a green hill\n");
    place.json(&["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--password-stdin", "--json"], old);
    let token = place.json(&["admin", "token", "create", "--email", "ada@x.test", "--label", "l", "--json"], "");
    let token = token["token"].as_str().unwrap();
    let server = place.serve();
    let client = server.client();
    let sign_in = async |password: &str| {
        let body = json!({"email": "ada@x.test", "password": password.trim()});
        let answer = client.http.post(format!("{}/api/v1/auth/sign-in/", client.address)).json(&body).send().await.unwrap();
        let cookie = answer.headers().get("set-cookie").map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
        (answer.status().as_u16(), cookie)
    };
    let by_cookie = async |cookie: &str| {
        let asked = client.http.get(format!("{}/api/v1/users/me/", client.address)).header("cookie", cookie);
        asked.send().await.unwrap().status().as_u16()
    };
    let (status, cookie) = sign_in(old).await;
    let cookie = cookie.unwrap();
    assert_eq!((status, by_cookie(&cookie).await), (200, 200));
    assert!(place.run(&["admin", "user", "deactivate", "--email", "ADA@x.test"], "").status.success());
    assert_eq!((sign_in(old).await.0, client.get("/api/v1/users/me/", Some(token)).await.0), (401, 403));
    assert_ne!(by_cookie(&cookie).await, 200);
    assert!(place.run(&["admin", "user", "activate", "--email", "ada@x.test"], "").status.success());
    assert_eq!((sign_in(old).await.0, client.get("/api/v1/users/me/", Some(token)).await.0), (200, 200));
    assert_ne!(by_cookie(&cookie).await, 200, "that session has ended");
    assert!(place.run(&["admin", "user", "set-password", "--email", "ada@x.test"], new).status.success());
    assert_eq!((sign_in(old).await.0, sign_in(new).await.0), (401, 200));
    for (command, status) in [("grant-instance", 200), ("revoke-instance", 403)] {
        assert!(place.run(&["admin", "user", command, "--email", "ada@x.test"], "").status.success());
        assert_eq!(client.get("/api/v1/instance/", Some(token)).await.0, status);
    }
    assert!(place.refusal(&["admin", "user", "deactivate", "--email", "nobody@x.test"]).contains("nobody@x.test"));
    assert!(server.stop());
}

#[test]
fn the_operators_mistakes_are_answered_in_one_line() {
    let place = Place::new();
    place.json(&["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--json"], "");
    let user = |email: &'static str| ["admin", "user", "create", "--email", email, "--first-name", "Ada"];
    assert!(place.refusal(&user("ADA@x.test")).contains("already exists"));
    assert!(place.refusal(&user("nonsense")).contains("valid email"));
    let short = place.run(&["admin", "user", "create", "--email", "b@x.test", "--first-name", "B", "--password-stdin"], "short\n");
    assert!(String::from_utf8(short.stderr).unwrap().contains("at least 8 characters"));
    let workspace =
        |slug: &'static str, owner: &'static str| ["admin", "workspace", "create", "--slug", slug, "--name", "N", "--owner", owner];
    assert!(place.refusal(&workspace("api", "ada@x.test")).contains("slug"));
    assert!(place.refusal(&workspace("fine", "nobody@x.test")).contains("nobody@x.test"));
    let token = ["admin", "token", "create", "--email", "ada@x.test", "--label", "l"];
    assert!(place.refusal(&[&token[..], &["--scope", "all"]].concat()).contains("there is no scope all"));
    assert!(place.refusal(&[&token[..], &["--expires", "2020-01-01"]].concat()).contains("has passed"));
}

#[test]
fn unknown_settings_and_taken_ports_are_refused() {
    let place = Place::new();
    let file = place.folder.path().join("aileron.toml");
    std::fs::write(&file, "listne = \"127.0.0.1:1\"\n").unwrap();
    assert!(place.refusal(&["serve", "--config", file.to_str().unwrap()]).contains("listne"));
    assert!(place.refusal(&["serve", "--config", "/nowhere/aileron.toml"]).contains("/nowhere/aileron.toml"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(place.refusal(&["serve", "--listen", &address]).contains(&address));
}

#[test]
fn a_corrupt_file_and_a_newer_schema_are_refused() {
    let place = Place { folder: tempfile::tempdir().unwrap(), database: None };
    let path = place.folder.path().join("aileron.db");
    std::fs::write(&path, b"this is not a database, however long it may go on and on").unwrap();
    assert!(place.refusal(&["serve", "--listen", "127.0.0.1:0"]).contains("is not a database"));
    std::fs::remove_file(&path).unwrap();
    place.json(&["admin", "user", "create", "--email", "ada@x.test", "--first-name", "Ada", "--json"], "");
    let newer = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (999, 'future', '', 0)";
    rusqlite::Connection::open(&path).unwrap().execute(newer, []).unwrap();
    assert!(place.refusal(&["serve", "--listen", "127.0.0.1:0"]).contains("newer version"));
}

/// A connection that sends nothing must not keep the server from stopping, nor a request that is being answered be cut off.
#[tokio::test]
async fn it_stops_with_connections_open() {
    aileron_testkit::crypto();
    let place = Place::new();
    let server = place.serve();
    let idle = std::net::TcpStream::connect(server.address.trim_start_matches("http://")).unwrap();
    let client = server.client();
    client.get("/healthz", None).await;
    assert!(server.stop());
    drop(idle);
}
