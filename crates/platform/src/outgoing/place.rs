//! Where a request goes, read from a URL.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::OutgoingError;

/// A URL that may be asked: http or https, with a host, without user and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    url: Url,
    host: Host<String>,
    port: u16,
}

impl Place {
    pub(super) fn parse(text: &str) -> Result<Self, OutgoingError> {
        Self::of(Url::parse(text).map_err(|_| OutgoingError::NoUrl)?)
    }

    pub(super) fn of(url: Url) -> Result<Self, OutgoingError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutgoingError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutgoingError::UserInfo);
        }
        // The parser has turned every spelling of an IPv4 address (decimal, octal, hexadecimal, short, with a last dot) into one.
        let host = url.host().ok_or(OutgoingError::NoUrl)?.to_owned();
        let port = url.port_or_known_default().ok_or(OutgoingError::NoUrl)?;
        Ok(Self { url, host, port })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// The address, where the host is one and no name.
    pub(super) const fn literal(&self) -> Option<SocketAddr> {
        match self.host {
            Host::Ipv4(address) => Some(SocketAddr::new(IpAddr::V4(address), self.port)),
            Host::Ipv6(address) => Some(SocketAddr::new(IpAddr::V6(address), self.port)),
            Host::Domain(_) => None,
        }
    }

    /// The host as text, without the dot at the end that a name may have.
    pub(super) fn name(&self) -> String {
        self.host.to_string().trim_end_matches('.').to_owned()
    }

    /// The header `Host`.
    pub(super) fn authority(&self) -> String {
        self.url.port().map_or_else(|| self.host.to_string(), |port| format!("{}:{port}", self.host))
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        self.url.query().map_or_else(|| self.url.path().to_owned(), |query| format!("{}?{query}", self.url.path()))
    }

    /// The name that the certificate must have; none without TLS.
    pub(super) fn server_name(&self) -> Option<io::Result<ServerName<'static>>> {
        let name = || match self.literal() {
            Some(address) => Ok(ServerName::IpAddress(address.ip().into())),
            None => ServerName::try_from(self.name()).map_err(io::Error::other),
        };
        (self.url.scheme() == "https").then(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_read_as_one() {
        for url in [
            "http://127.0.0.1/",
            "http://127.0.0.1./",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0x0.0x0.0x1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.1/",
            "http://127.0.1/",
            "http://%31%32%37.0.0.1/",
            "http://１２７.0.0.1/",
            "http://127。0。0。1/",
        ] {
            assert_eq!(Place::parse(url).unwrap().literal(), Some("127.0.0.1:80".parse().unwrap()), "{url}");
        }
        let place = Place::parse("https://[::FFFF:7f00:1]:444/a?b#c").unwrap();
        assert_eq!(place.literal(), Some("[::ffff:127.0.0.1]:444".parse().unwrap()));
        assert_eq!((place.authority().as_str(), place.target().as_str()), ("[::ffff:7f00:1]:444", "/a?b"));
    }

    #[test]
    fn other_schemes_and_user_names_are_refused() {
        for url in ["file:///etc/passwd", "ftp://a.test/", "gopher://a.test/", "javascript:alert(1)", "data:,x", "unix:/run/x"] {
            assert!(matches!(Place::parse(url), Err(OutgoingError::Scheme)), "{url}");
        }
        for url in ["http://a@b.test/", "http://:p@b.test/", "https://a:p@127.0.0.1/"] {
            assert!(matches!(Place::parse(url), Err(OutgoingError::UserInfo)), "{url}");
        }
        for url in ["", "a.test", "//a.test", "http://", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://a.test:99999/"] {
            assert!(matches!(Place::parse(url), Err(OutgoingError::NoUrl)), "{url}");
        }
    }

    #[test]
    fn the_host_of_the_url_is_asked_for() {
        let place = Place::parse("https://Example.ORG.:8443/x y").unwrap();
        assert_eq!((place.authority().as_str(), place.name().as_str(), place.port()), ("example.org.:8443", "example.org", 8443));
        assert_eq!(place.target(), "/x%20y");
        assert_eq!(place.server_name().unwrap().unwrap(), ServerName::try_from("example.org").unwrap());
        assert!(Place::parse("http://example.org/").unwrap().server_name().is_none());
    }
}
