//! The one way out: what became of others' clients does not become of ours. Names and servers are of this process.

use std::time::{Duration, Instant};

use aileron_platform::{
    networks::Networks,
    outgoing::{Answer, Limits, Outgoing, OutgoingError, Request, Rules},
};
use aileron_testkit::{
    Internet,
    internet::{ok, redirect},
};

const PUBLIC: &str = "93.184.216.34";

/// An internet with `public.test`, whose server answers on ports 80 and 8080.
fn internet() -> (Internet, Outgoing) {
    let internet = Internet::default();
    internet.name("public.test", &[PUBLIC]);
    for port in [80, 8080] {
        internet.page(&format!("{PUBLIC}:{port}"), "<title>Public</title>");
    }
    let client = internet.client(Rules::default());
    (internet, client)
}

async fn get(client: &Outgoing, url: &str, redirects: u8) -> Result<Answer, OutgoingError> {
    client.send(Request { redirects, ..Request::get(url) }).await
}

fn is_forbidden(answer: &Result<Answer, OutgoingError>) -> bool {
    matches!(answer, Err(OutgoingError::Forbidden))
}

#[tokio::test]
async fn a_public_address_answers() {
    let (internet, client) = internet();
    let answer = get(&client, "http://public.test:8080/a?b=c#d", 0).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..], answer.is_cut), (200, &b"<title>Public</title>"[..], false));
    let sent = internet.requests().remove(0);
    assert!(sent.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{sent}");
    for line in ["host: public.test:8080\r\n", "accept-encoding: identity\r\n", "connection: close\r\n", "user-agent: Aileron/"] {
        assert!(sent.contains(line), "{line} in {sent}");
    }
}

#[tokio::test]
async fn cve_2024_31461_no_spelling_of_an_inner_address_is_asked() {
    let (internet, client) = internet();
    for host in [
        "169.254.169.254",
        "169.254.169.254.",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "0xa9.254.43518",
        "127.0.0.1",
        "127.1",
        "0",
        "2130706433",
        "017700000001",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
    ] {
        for url in [format!("http://{host}/"), format!("https://{host}:8443/latest/meta-data")] {
            assert!(is_forbidden(&get(&client, &url, 5).await), "{url}");
        }
    }
    assert_eq!((internet.connected(), internet.resolved()), (vec![], vec![]));
}

#[tokio::test]
async fn cve_2026_30242_no_name_of_an_inner_address_is_asked() {
    let (internet, client) = internet();
    for (number, address) in [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2001::1",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("n{number}.test");
        internet.name(&name, &[address]);
        assert!(is_forbidden(&get(&client, &format!("http://{name}/"), 0).await), "{address}");
        let mixed = format!("m{number}.test");
        internet.name(&mixed, &[PUBLIC, address]);
        assert!(is_forbidden(&get(&client, &format!("http://{mixed}/"), 0).await), "{address} beside a public one");
    }
    assert_eq!(internet.connected(), Vec::<String>::new());
}

#[tokio::test]
async fn cve_2026_39843_redirect_to_private_is_stopped() {
    for target in ["http://10.0.0.1/", "http://inner.test/", "//169.254.169.254/latest", "https://[::1]/", "http://0x7f000001:6379/"] {
        for status in [301, 302, 303, 307, 308] {
            let (internet, client) = internet();
            internet.name("inner.test", &["10.0.0.1"]);
            internet.page("10.0.0.1:80", "<title>Secret</title>");
            internet.server(&format!("{PUBLIC}:80"), redirect(status, target));
            assert!(is_forbidden(&get(&client, "http://public.test/", 5).await), "{status} {target}");
            assert_eq!(internet.connected(), [format!("{PUBLIC}:80")]);
        }
    }
    let (internet, client) = internet();
    for (target, is_right) in
        [("file:///etc/passwd", false), ("gopher://public.test/", false), ("http://u:p@public.test/", false), ("/b", true)]
    {
        internet.server(&format!("{PUBLIC}:80"), redirect(302, target));
        let answer = get(&client, "http://public.test/a", 1).await;
        assert_eq!(answer.is_ok(), is_right, "{target}: {answer:?}");
    }
}

#[tokio::test]
async fn cve_2026_104977_a_name_that_moves_inside_leads_nowhere() {
    let (internet, client) = internet();
    internet.name("rebinding.test", &["93.184.216.35"]);
    internet.name("rebinding.test", &["127.0.0.1"]);
    internet.page("127.0.0.1:80", "<title>Secret</title>");
    internet.server("93.184.216.35:80", redirect(302, "http://rebinding.test/again"));
    assert!(is_forbidden(&get(&client, "http://rebinding.test/", 5).await), "each hop is judged anew");
    assert_eq!(internet.connected(), ["93.184.216.35:80"]);
}

#[tokio::test]
async fn cve_2026_104973_the_connection_goes_to_the_address_that_was_judged() {
    let (internet, client) = internet();
    internet.name("moving.test", &[PUBLIC]);
    internet.name("moving.test", &["127.0.0.1"]);
    get(&client, "http://moving.test/", 0).await.unwrap();
    assert_eq!((internet.resolved(), internet.connected()), (vec!["moving.test".to_owned()], vec![format!("{PUBLIC}:80")]));
    assert!(internet.requests()[0].contains("host: moving.test\r\n"));
    // The certificate is asked for by name too: it stands readable in the first message of TLS.
    internet.server(&format!("{PUBLIC}:443"), "no TLS");
    let refused = get(&client, "https://public.test/", 0).await;
    assert!(matches!(refused, Err(OutgoingError::Unreachable(_))), "{refused:?}");
    assert!(internet.requests()[1].contains("public.test"), "the name is that of the URL");
}

#[tokio::test]
async fn cve_2026_105636_redirects_are_followed_only_where_they_are_wanted() {
    let (internet, client) = internet();
    internet.server(&format!("{PUBLIC}:80"), redirect(302, "http://public.test:8080/"));
    let answer = get(&client, "http://public.test/", 0).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (302, 0));
    let posted = client.send(Request { redirects: 5, ..Request::post("http://public.test/", "x") }).await.unwrap();
    assert_eq!(posted.status.as_u16(), 302, "what was posted is posted once");
    assert_eq!(internet.connected().len(), 2);
    let followed = get(&client, "http://public.test/", 1).await.unwrap();
    assert_eq!((followed.status.as_u16(), followed.url.as_str()), (200, "http://public.test:8080/"));
    internet.server(&format!("{PUBLIC}:80"), redirect(302, "http://public.test/"));
    let before = internet.connected().len();
    assert_eq!(get(&client, "http://public.test/", 200).await.unwrap().status.as_u16(), 302);
    assert_eq!(internet.connected().len() - before, 6, "five redirects at most");
}

#[tokio::test]
async fn cve_2026_105636_the_answer_is_read_to_its_limit() {
    let (internet, client) = internet();
    let limits = Limits { body: 10, ..Limits::default() };
    for (body, read, cut) in [("0123456789", "0123456789", false), ("0123456789a", "0123456789", true), ("", "", false)] {
        internet.page(&format!("{PUBLIC}:80"), body);
        let answer = client.send(Request { limits, ..Request::get("http://public.test/") }).await.unwrap();
        assert_eq!((&answer.body[..], answer.is_cut), (read.as_bytes(), cut));
    }
    let packed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1fab";
    internet.server(&format!("{PUBLIC}:80"), packed);
    assert_eq!(&get(&client, "http://public.test/", 0).await.unwrap().body[..], b"\x1fab", "nothing is unpacked");
    internet.server(&format!("{PUBLIC}:80"), format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(40_000)));
    assert!(matches!(get(&client, "http://public.test/", 0).await, Err(OutgoingError::Unreadable(_))));
}

#[tokio::test]
async fn ghsa_6485_m23r_fx8q_the_server_does_not_ask_itself() {
    let internet = Internet::default();
    internet.name("aileron.test", &[PUBLIC]);
    internet.page(&format!("{PUBLIC}:443"), "");
    let client = internet.client(Rules::new(Networks::default(), Some("https://Aileron.test")));
    for url in ["https://aileron.test/api", "http://AILERON.test./", "http://aileron.test:9464/metrics"] {
        assert!(is_forbidden(&get(&client, url, 0).await), "{url}");
    }
    assert_eq!(internet.connected(), Vec::<String>::new());
}

#[tokio::test]
async fn ghsa_6485_m23r_fx8q_nor_under_another_name() {
    for base_url in ["https://aileron.test", "https://93.184.216.34"] {
        let internet = Internet::default();
        internet.name("aileron.test", &["2606:4700::1111", PUBLIC]);
        internet.name("alias.test", &[PUBLIC]);
        internet.name("mapped.test", &["::ffff:93.184.216.34"]);
        internet.name("both.test", &["93.184.216.35", PUBLIC]);
        internet.name("other.test", &["93.184.216.35"]);
        for address in [PUBLIC, "93.184.216.35"] {
            internet.page(&format!("{address}:80"), "");
        }
        internet.server("93.184.216.35:8080", redirect(302, "http://alias.test/"));
        let client = internet.client(Rules::new(Networks::default(), Some(base_url)));
        for host in ["alias.test", "mapped.test", "both.test", "93.184.216.34", "[::ffff:93.184.216.34]", "alias.test:9464"] {
            assert!(is_forbidden(&get(&client, &format!("http://{host}/"), 0).await), "{host} of {base_url}");
        }
        assert!(is_forbidden(&get(&client, "http://other.test:8080/", 1).await), "a redirect leads there as little");
        assert_eq!(internet.connected(), ["93.184.216.35:8080"]);
        assert!(get(&client, "http://other.test/", 0).await.is_ok());
        let client = internet.client(Rules::new(Networks::parse(["93.184.216.34/32"]).unwrap(), Some(base_url)));
        assert!(get(&client, "http://alias.test/", 0).await.is_ok(), "other servers at the same address, if the operator says so");
    }
}

#[tokio::test]
async fn who_has_no_address_is_nobody_else() {
    let internet = Internet::default();
    internet.name("public.test", &[PUBLIC]);
    internet.page(&format!("{PUBLIC}:80"), "");
    let client = internet.client(Rules::new(Networks::default(), Some("https://unknown.test")));
    assert!(get(&client, "http://public.test/", 0).await.is_ok());
}

#[tokio::test]
async fn only_ports_of_web_servers_are_asked() {
    let (internet, client) = internet();
    for port in [80, 443, 1024, 8080, 65_535] {
        internet.page(&format!("{PUBLIC}:{port}"), "");
        assert!(get(&client, &format!("http://public.test:{port}/"), 0).await.is_ok(), "{port}");
    }
    let before = internet.connected().len();
    for port in [0, 1, 22, 25, 79, 81, 442, 444, 993, 1023] {
        for host in ["public.test", PUBLIC] {
            assert!(is_forbidden(&get(&client, &format!("http://{host}:{port}/"), 0).await), "{host}:{port}");
        }
    }
    internet.server(&format!("{PUBLIC}:80"), redirect(302, "http://public.test:25/"));
    assert!(is_forbidden(&get(&client, "http://public.test/", 1).await));
    assert_eq!(internet.connected().len(), before + 1);
    internet.page(&format!("{PUBLIC}:81"), "");
    let client = internet.client(Rules::new(Networks::parse(["93.184.216.0/24"]).unwrap(), None));
    assert!(get(&client, "http://public.test:81/", 0).await.is_ok(), "the operator names the network");
}

#[tokio::test]
async fn cve_2026_30242_an_operator_may_allow_a_network() {
    let internet = Internet::default();
    internet.name("inner.test", &["10.1.0.5"]);
    internet.page("10.1.0.5:8080", "hello");
    internet.name("other.test", &["10.2.0.5"]);
    let client = internet.client(Rules::new(Networks::parse(["10.1.0.0/16"]).unwrap(), None));
    assert_eq!(&get(&client, "http://inner.test:8080/", 0).await.unwrap().body[..], b"hello");
    assert!(is_forbidden(&get(&client, "http://other.test:8080/", 0).await));
}

#[tokio::test]
async fn secrets_stay_with_the_origin_that_they_are_for() {
    let (internet, client) = internet();
    internet.name("other.test", &["93.184.216.35"]);
    internet.page("93.184.216.35:80", "");
    internet.server(&format!("{PUBLIC}:80"), redirect(302, "http://other.test/"));
    let mut request = Request { redirects: 1, ..Request::get("http://public.test/") };
    request.headers.insert("authorization", "Bearer x".parse().unwrap());
    request.headers.insert("accept", "text/html".parse().unwrap());
    client.send(request).await.unwrap();
    let sent = internet.requests();
    assert!(sent[0].contains("authorization: Bearer x") && !sent[1].contains("authorization"), "{sent:?}");
    assert!(sent[1].contains("accept: text/html\r\n"));
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let (internet, client) = internet();
    internet.silent_server(&format!("{PUBLIC}:80"));
    let limits = Limits { total: Duration::from_millis(30), ..Limits::default() };
    let begun = Instant::now();
    let answer = client.send(Request { limits, ..Request::get("http://public.test/") }).await;
    assert!(matches!(answer, Err(OutgoingError::TooSlow)), "{answer:?}");
    let limits = Limits { connect: Duration::from_millis(30), ..Limits::default() };
    internet.silent_server(&format!("{PUBLIC}:443"));
    let answer = client.send(Request { limits, ..Request::get("https://public.test/") }).await;
    assert!(matches!(answer, Err(OutgoingError::TooSlow)), "{answer:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_next_address_is_tried() {
    let (internet, client) = internet();
    internet.name("two.test", &["2606:4700::1111", PUBLIC]);
    assert!(get(&client, "http://two.test/", 0).await.is_ok());
    assert_eq!(internet.connected(), ["[2606:4700::1111]:80".to_owned(), format!("{PUBLIC}:80")]);
    assert!(matches!(get(&client, "http://unknown.test/", 0).await, Err(OutgoingError::NoSuchName(_))));
}

#[tokio::test]
async fn only_the_wanted_type_is_read() {
    let (internet, client) = internet();
    for (kind, is_right) in [("text/html", true), ("Text/HTML; charset=x", true), ("text/html-x", false), ("image/png", false)] {
        internet.server(&format!("{PUBLIC}:80"), ok(kind, "x"));
        let answer = client.send(Request { only: Some("text/html"), ..Request::get("http://public.test/") }).await;
        assert_eq!(answer.is_ok(), is_right, "{kind}");
    }
}
