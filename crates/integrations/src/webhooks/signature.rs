//! How deliveries are signed: as the compatible API does, and by Standard Webhooks.

use aileron_kernel::{Random, random};
use aileron_platform::sealed::{Purpose, Sealed};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What a secret begins with, so that people and scanners recognise it.
const PREFIX: &str = "plane_wh_";

/// Seals the secrets of webhooks.
#[derive(Clone, Copy, Debug)]
pub(super) struct WebhookSecret;

impl Purpose for WebhookSecret {
    const NAME: &'static str = "webhook secret";
}

/// A secret in its column.
pub(super) type SealedSecret = Sealed<WebhookSecret>;

/// A new secret.
pub(super) fn new_secret(random: &dyn Random) -> String {
    format!("{PREFIX}{}", hex::encode(random::bytes::<16>(random)))
}

/// The same secret as libraries for Standard Webhooks take it.
pub(super) fn as_standard(secret: &str) -> String {
    format!("whsec_{}", BASE64_STANDARD.encode(secret))
}

/// The value of `X-Plane-Signature`: of the body alone.
pub(super) fn compatible(secret: &str, body: &str) -> String {
    hex::encode(mac(secret, body))
}

/// The value of `webhook-signature`: one signature for each secret that is good.
pub(super) fn standard<'a>(secrets: impl IntoIterator<Item = &'a str>, id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let signatures = secrets.into_iter().map(|secret| format!("v1,{}", BASE64_STANDARD.encode(mac(secret, &signed))));
    signatures.collect::<Vec<_>>().join(" ")
}

fn mac(secret: &str, text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok();
    mac.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 4231, and of the example in the specification of Standard Webhooks.
    #[test]
    fn signatures_are_those_of_the_specifications() {
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(compatible("Jefe", "what do ya want for nothing?"), known);
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{body}").as_bytes());
        assert_eq!(BASE64_STANDARD.encode(mac.finalize().into_bytes()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let one = standard(["Jefe"], "msg", 5, body);
        assert_eq!(one, format!("v1,{}", BASE64_STANDARD.encode(hex::decode(compatible("Jefe", &format!("msg.5.{body}"))).unwrap())));
        assert_eq!(standard(["Jefe", "old"], "msg", 5, body).split(' ').next(), Some(one.as_str()));
    }

    #[test]
    fn a_secret_is_recognised_and_goes_into_a_library() {
        let secret = new_secret(&aileron_kernel::SystemRandom);
        assert!(secret.starts_with(PREFIX) && secret.len() == PREFIX.len() + 32 && secret != new_secret(&aileron_kernel::SystemRandom));
        let standard = as_standard(&secret);
        assert_eq!(BASE64_STANDARD.decode(standard.strip_prefix("whsec_").unwrap()).unwrap(), secret.as_bytes());
    }
}
