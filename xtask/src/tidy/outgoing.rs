//! One way out: what users gave as an address is asked by `platform::outgoing` and by nothing else.

use super::Finding;
use super::source::Source;

/// Where the one client is.
const HOME: &str = "crates/platform/src/outgoing/";
/// Crates that are no part of the server.
const FREE: [&str; 2] = ["crates/testkit/", "crates/bench/"];
/// What opens a connection or finds the address of a name.
const REFUSED: [&str; 9] = [
    "reqwest::",
    "ureq::",
    "hyper::client",
    "client::conn",
    "client::legacy",
    "TcpStream::connect",
    "TcpSocket::",
    "lookup_host",
    "to_socket_addrs",
];

/// Other clients, outside unit tests.
pub(super) fn check(path: &str, source: &Source) -> Vec<Finding> {
    let is_bound = path.starts_with("crates/") && path.contains("/src/") && !path.starts_with(HOME);
    if !is_bound || FREE.iter().any(|free| path.starts_with(free)) {
        return Vec::new();
    }
    let tests = source.tests_begin();
    let lines = source.lines().filter(|(number, _)| *number < tests);
    let used = lines.filter_map(|(number, line)| Some((number, REFUSED.iter().find(|word| line.contains(*word))?)));
    used.map(|(number, word)| Finding::new(path, number, format!("{word} is a way around platform::outgoing: use that"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(path, &Source::parse(text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn other_clients_are_found() {
        let text =
            "let a = reqwest::Client::new();\n// reqwest::get\nlet b = \"ureq::get\";\ntokio::net::TcpStream::connect(c);\nlookup_host(d)";
        assert_eq!(lines("crates/tracker/src/links/preview.rs", text), [1, 4, 5]);
    }

    #[test]
    fn the_one_client_and_tests_may() {
        let text = "hyper::client::conn::http1::handshake(a)";
        for path in ["crates/platform/src/outgoing/exchange.rs", "crates/testkit/src/wire.rs", "tests/api/src/main.rs"] {
            assert!(lines(path, text).is_empty(), "{path}");
        }
        assert!(lines("crates/server/src/a.rs", "#[cfg(test)]\nmod tests {\n    TcpStream::connect(a)\n}").is_empty());
    }
}
