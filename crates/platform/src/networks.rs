//! Networks as an operator writes them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error as _};

/// A list of networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads networks: `10.0.0.0/8`, or single addresses. The error is what cannot be read.
    pub fn parse<'a>(networks: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let network = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let networks = networks.into_iter().map(str::trim).filter(|text| !text.is_empty());
        networks.map(|text| network(text).ok_or_else(|| text.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the address is in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl<'de> Deserialize<'de> for Networks {
    /// A list, or as in the environment one text with commas.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a list of networks such as \"10.0.0.0/8\"")]
        enum Either {
            Text(String),
            List(Vec<String>),
        }
        let read = match Either::deserialize(deserializer)? {
            Either::Text(text) => Self::parse(text.split(',')),
            Either::List(list) => Self::parse(list.iter().map(String::as_str)),
        };
        read.map_err(|text| D::Error::custom(format!("`{text}` is not a network such as 10.0.0.0/8")))
    }
}
