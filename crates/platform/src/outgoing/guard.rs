//! Which addresses may be talked to. Public ones only, unless the operator says otherwise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{OutgoingError, Resolver, Url, place::Place};
use crate::networks::Networks;

/// How many addresses of a name are tried.
const TRIED: usize = 4;

/// What the operator says about requests to addresses of users.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Networks that are allowed although they are not public.
    pub allowed: Networks,
    /// The name of this server. Neither it is asked nor, under whatever name, the addresses that it has.
    pub own_name: Option<String>,
}

impl Rules {
    /// Rules with these networks, for a server that people reach at this address.
    pub fn new(allowed: Networks, base_url: Option<&str>) -> Self {
        let own = base_url.and_then(|url| Place::parse(url).ok());
        Self { allowed, own_name: own.map(|place| place.name()) }
    }

    /// Judges an address as far as that goes without asking anybody: its form; its host, where that is an address or a name of this
    /// machine or this server. Names are judged anew, by what they resolve to, whenever they are asked.
    pub fn judge(&self, url: &str) -> Result<Url, OutgoingError> {
        let place = Place::parse(url)?;
        let name = place.name().to_ascii_lowercase();
        let is_under = |top: &str| name == top || name.strip_suffix(top).is_some_and(|rest| rest.ends_with('.'));
        let is_own = self.own_name.as_ref().is_some_and(|own| is_under(&own.to_ascii_lowercase()));
        let is_local = is_under("localhost") && !self.is_allowed(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let is_inner = place.literal().is_some_and(|address| {
            let is_usual = is_public(address.ip()) && is_port_usual(place.port());
            !is_usual && !self.is_allowed(address.ip())
        });
        if is_own || is_local || is_inner { Err(OutgoingError::Forbidden) } else { Ok(place.url().clone()) }
    }

    /// The addresses of a place, each of them judged. One that is forbidden forbids the name: an honest name has none such.
    pub(super) async fn addresses(&self, place: &Place, resolver: &dyn Resolver) -> Result<Vec<SocketAddr>, OutgoingError> {
        if self.own_name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(&place.name())) {
            return Err(OutgoingError::Forbidden);
        }
        let mut addresses = match place.literal() {
            Some(address) => vec![address],
            None => resolver.resolve(&place.name(), place.port()).await.map_err(OutgoingError::NoSuchName)?,
        };
        let others: Vec<IpAddr> = addresses.iter().map(SocketAddr::ip).filter(|address| !self.is_allowed(*address)).collect();
        if !others.iter().all(|address| is_public(*address) && is_port_usual(place.port())) {
            return Err(OutgoingError::Forbidden);
        }
        // What the operator allows is not looked up anew for each request: a name server that is slow makes all of them wait.
        if !others.is_empty() {
            let own = self.own_addresses(resolver).await;
            if others.iter().any(|address| own.contains(&address.to_canonical())) {
                return Err(OutgoingError::Forbidden);
            }
        }
        if addresses.is_empty() {
            return Err(OutgoingError::NoSuchName(std::io::ErrorKind::NotFound.into()));
        }
        addresses.truncate(TRIED);
        for address in &mut addresses {
            address.set_port(place.port());
        }
        Ok(addresses)
    }

    /// Whether this address may be talked to, if it is not this server's own.
    pub fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || self.is_allowed(address)
    }

    /// Whether the operator allows this address, with all its ports.
    fn is_allowed(&self, address: IpAddr) -> bool {
        self.allowed.contain(address) || self.allowed.contain(address.to_canonical())
    }

    /// The addresses that this server's name has now. A name that has none leads nobody here.
    async fn own_addresses(&self, resolver: &dyn Resolver) -> Vec<IpAddr> {
        let Some(own) = &self.own_name else { return Vec::new() };
        let found = match own.trim_matches(['[', ']']).parse() {
            Ok(address) => vec![address],
            Err(_) => resolver.resolve(own, 0).await.unwrap_or_default().into_iter().map(|address| address.ip()).collect(),
        };
        found.into_iter().map(|address: IpAddr| address.to_canonical()).collect()
    }
}

/// Whether web servers are found at this port: those below 1024 but two belong to mail, remote shells and the like.
const fn is_port_usual(port: u16) -> bool {
    matches!(port, 80 | 443 | 1024..)
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Networks of IPv4 that are not public: network and length of its prefix.
const INNER_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),            // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // of providers, and metadata of some clouds
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // metadata of one cloud, at a public address
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local, and metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, and broadcast
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let number = address.to_bits();
    !INNER_V4.iter().any(|(network, length)| (number ^ network.to_bits()) >> (32 - length) == 0)
}

/// Networks within `2000::/3` that are not public.
const INNER_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols: Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: an IPv4 address inside
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Of IPv6 only `2000::/3` is public at all: loopback, link-local, site-local, private, multicast and the forms that hold an IPv4
/// address lie outside. Two of these forms are judged by the address inside: mapped ones, and those of NAT64, which a network
/// without IPv4 gives to every name.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = address.to_ipv4_mapped() {
        return is_public_v4(inside);
    }
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        return is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    let number = address.to_bits();
    number >> 125 == 1 && !INNER_V6.iter().any(|(network, length)| (number ^ network.to_bits()) >> (128 - length) == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2003::1",
            "2a00::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn all_others_are_not() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:808:808::1",
            "2002:7f00:1::",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_operator_may_allow_a_network_and_nothing_beside_it() {
        let rules = Rules { allowed: Networks::parse(["10.1.0.0/16", "fd00::/64"]).unwrap(), own_name: None };
        for (address, allowed) in
            [("10.1.2.3", true), ("::ffff:10.1.2.3", true), ("10.2.0.1", false), ("fd00::1", true), ("127.0.0.1", false)]
        {
            assert_eq!(rules.allows(address.parse().unwrap()), allowed, "{address}");
        }
    }

    #[test]
    fn an_address_is_judged_before_it_is_asked() {
        let rules = Rules { allowed: Networks::parse(["10.1.0.0/16"]).unwrap(), own_name: Some("Aileron.test".to_owned()) };
        for good in ["https://hooks.test/a?b", "http://10.1.2.3:99/", "http://1.1.1.1:8080/", "https://notaileron.test/"] {
            assert_eq!(rules.judge(good).unwrap().as_str(), good);
        }
        for bad in [
            "http://localhost/",
            "http://a.LOCALHOST./",
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://[::ffff:10.2.0.1]/",
            "http://169.254.169.254/",
            "http://1.1.1.1:25/",
            "https://aileron.test/",
            "https://sub.AILERON.test./",
        ] {
            assert!(matches!(rules.judge(bad), Err(OutgoingError::Forbidden)), "{bad}");
        }
        assert!(matches!(rules.judge("ftp://a.test/"), Err(OutgoingError::Scheme)));
        assert!(matches!(rules.judge("http://u@a.test/"), Err(OutgoingError::UserInfo)));
        assert!(matches!(rules.judge("a.test"), Err(OutgoingError::NoUrl)));
    }

    /// A name server that knows one address for all names, and what it was asked.
    struct Names(SocketAddr, std::sync::Mutex<Vec<String>>);

    impl Resolver for Names {
        fn resolve<'a>(&'a self, name: &'a str, _: u16) -> futures_util::future::BoxFuture<'a, std::io::Result<Vec<SocketAddr>>> {
            self.1.lock().unwrap().push(name.to_owned());
            Box::pin(async move { Ok(vec![self.0]) })
        }
    }

    #[tokio::test]
    async fn this_server_is_looked_up_where_that_decides() {
        let rules = Rules { allowed: Networks::parse(["10.1.0.0/16"]).unwrap(), own_name: Some("aileron.test".to_owned()) };
        let place = Place::parse("https://hooks.test/").unwrap();
        for (address, is_fine, asked) in [("10.1.2.3:443", true, 1), ("10.2.2.3:443", false, 1), ("1.1.1.1:443", false, 2)] {
            let names = Names(address.parse().unwrap(), std::sync::Mutex::default());
            assert_eq!(rules.addresses(&place, &names).await.is_ok(), is_fine, "{address}");
            assert_eq!(names.1.lock().unwrap().len(), asked, "{address}");
        }
    }

    proptest! {
        /// What the standard library calls special is never public here.
        #[test]
        fn no_special_address_is_public(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            let special = v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
                || v4.is_documentation() || v4.is_unspecified();
            prop_assert!(!(special && is_public(v4.into())));
            prop_assert_eq!(is_public(v4.into()), is_public(v4.to_ipv6_mapped().into()));
        }
    }
}
