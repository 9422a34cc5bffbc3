//! Who sent a request that came through proxies. Anybody may write `X-Forwarded-For`, so it is believed only from those whom
//! the operator trusts.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use serde::Deserialize;

use crate::networks::Networks;

/// The proxies whose word is taken, by their networks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Proxies(Networks);

impl Proxies {
    /// Reads networks: `10.0.0.0/8`, or single addresses. The error is what cannot be read.
    pub fn parse<'a>(networks: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        Networks::parse(networks).map(Self)
    }

    /// Whether this is one of them.
    pub fn trust(&self, peer: IpAddr) -> bool {
        self.0.contain(peer.to_canonical())
    }

    /// The address that a request comes from: of the hops that it took, the last one that is no trusted proxy.
    pub fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all("x-forwarded-for").iter().rev().map(|line| line.to_str().unwrap_or_default());
        let mut hops = lines.flat_map(|line| line.rsplit(',').map(hop));
        let mut sender = peer.to_canonical();
        while self.0.contain(sender)
            // What no address can be read from ends the way: nothing before it is known.
            && let Some(Some(before)) = hops.next()
        {
            sender = before;
        }
        sender
    }
}

/// An address, with or without a port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn sender(trusted: &[&str], peer: &str, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        Proxies::parse(trusted.iter().copied()).unwrap().sender(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_whom_the_operator_does_not_trust() {
        assert_eq!(sender(&[], "10.0.0.1", &["203.0.113.9"]), "10.0.0.1");
        assert_eq!(sender(&["10.0.0.0/8"], "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_sender() {
        let trusted = ["10.0.0.0/8", "::1", "2001:db8::/32"];
        for (peer, lines, expected) in [
            ("10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", vec!["198.51.100.7, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", vec!["198.51.100.7", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
            ("::ffff:10.0.0.1", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("::1", vec!["[2001:db9::5]:4711"], "2001:db9::5"),
            ("::1", vec!["2001:db9::5,2001:db8::1"], "2001:db9::5"),
            ("::1", vec!["[2001:db9::5]"], "2001:db9::5"),
            ("10.0.0.1", vec!["::ffff:203.0.113.9"], "203.0.113.9"),
        ] {
            assert_eq!(sender(&trusted, peer, &lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn where_the_way_is_not_known_it_begins_with_the_last_proxy() {
        for (lines, expected) in [
            (vec![], "10.0.0.1"),
            (vec![""], "10.0.0.1"),
            (vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (vec!["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
        ] {
            assert_eq!(sender(&["10.0.0.0/8"], "10.0.0.1", &lines), expected, "{lines:?}");
        }
    }
}
