//! Secrets at rest: sealed with a key that is derived from one master key for one purpose each.
//!
//! A sealed value is `v1.<key id>.<base64url of nonce and ciphertext>`: XChaCha20-Poly1305 under
//! HKDF-SHA256(master, purpose); version, key id and purpose are authenticated with it. Earlier master keys still open
//! what they sealed, so that a key can be changed while the server runs on.

use std::{fmt, io, marker::PhantomData, path::Path, path::PathBuf};

use aileron_kernel::{Random, random};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::config::Config;

const VERSION: &str = "v1";
const NONCE: usize = 24;

/// Why a secret or the key for it cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The master key has not the right form.
    #[error(
        "the secret key from {origin} must be 32 random bytes, written as 64 hexadecimal digits or as base64 (for example the output of `openssl rand -hex 32`)"
    )]
    BadKey {
        /// The setting or file.
        origin: String,
    },
    /// Others than the owner may read the key file.
    #[error("{path} can be read by others (mode {mode:o}); run `chmod 600 {path}` and consider replacing the key", path = path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file cannot be read or made.
    #[error("cannot read or create the key file {path}: {source}; the data folder must be writable, or set AILERON_SECRET_KEY", path = path.display())]
    File {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No key that is known here has sealed this.
    #[error("this secret was sealed with another key (id {key_id}); add the earlier key to `previous_secret_keys`")]
    UnknownKey {
        /// The id of that key.
        key_id: String,
    },
    /// Not a sealed value, damaged, or sealed for another purpose.
    #[error("this is not a secret sealed for this purpose, or it is damaged")]
    Damaged,
}

/// A master key: 32 bytes.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(redacted)")
    }
}

impl MasterKey {
    /// Reads 64 hexadecimal digits or base64 (either alphabet) of 32 bytes. `origin` is named in the error.
    pub fn parse(text: &str, origin: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let bytes = hex::decode(text)
            .ok()
            .or_else(|| STANDARD.decode(text).ok())
            .or_else(|| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            // One byte repeated is a placeholder out of an example and not a key.
            .filter(|bytes| bytes.iter().any(|byte| Some(byte) != bytes.first()));
        bytes.map(Self).ok_or_else(|| SealError::BadKey { origin: origin.to_owned() })
    }

    /// The key in `secret.key` of the data folder, made (mode 0600) if it is not there.
    ///
    /// Refuses a file that others can read, and one with anything else in it: a new key would make every stored secret unreadable.
    pub fn load_or_create(data_dir: &Path, random: &dyn Random) -> Result<Self, SealError> {
        let path = data_dir.join("secret.key");
        let failed = |source| SealError::File { path: path.clone(), source };
        match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(data_dir, &path, random).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
            Ok(_) => {}
        }
        // Read again in both cases: another process may have made it first.
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        check_mode(&path)?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Eight hexadecimal digits that tell keys apart and nothing else.
    fn id(&self) -> String {
        hex::encode(self.derive::<4>("key id"))
    }

    fn authenticator(&self, purpose: &str) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of any length.
        Hmac::new_from_slice(&self.derive::<32>(purpose)).ok()
    }

    fn as_file(&self) -> String {
        format!("{}\n", hex::encode(self.0))
    }

    fn derive<const N: usize>(&self, purpose: &str) -> [u8; N] {
        let mut key = [0; N];
        // HKDF refuses only more than 8,160 bytes; `N` is 4 or 32.
        let _ = Hkdf::<Sha256>::new(Some(b"aileron"), &self.0).expand(purpose.as_bytes(), &mut key);
        key
    }
}

/// Writes the whole key to a file of its own and then links it in place, so that nobody ever sees half a key and nobody's key is replaced.
fn create(data_dir: &Path, path: &Path, random: &dyn Random) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    std::fs::create_dir_all(data_dir)?;
    let temporary = data_dir.join(format!(".secret.key.{}", hex::encode(random::bytes::<8>(random))));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written = file.write_all(MasterKey(random::bytes(random)).as_file().as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match std::fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    std::fs::remove_file(&temporary)?;
    linked?;
    std::fs::File::open(data_dir)?.sync_all()
}

fn check_mode(path: &Path) -> Result<(), SealError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).map_err(|source| SealError::File { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(SealError::Exposed { path: path.to_owned(), mode }) }
}

/// Seals and opens secrets.
#[derive(Clone, Debug)]
pub struct Sealer {
    current: MasterKey,
    previous: Vec<MasterKey>,
}

impl Sealer {
    /// Seals with `current`; opens what that or one of the `previous` keys sealed.
    pub fn new(current: MasterKey, previous: Vec<MasterKey>) -> Self {
        Self { current, previous }
    }

    /// The sealer that the settings name; without a `secret_key`, with the key file of the data folder.
    pub fn from_config(config: &Config, random: &dyn Random) -> Result<Self, SealError> {
        let current = match &config.secret_key {
            Some(key) => MasterKey::parse(key.expose(), "AILERON_SECRET_KEY")?,
            None => MasterKey::load_or_create(&config.data_dir, random)?,
        };
        let previous = config.previous_secret_keys.iter().map(|key| MasterKey::parse(key.expose(), "previous_secret_keys"));
        Ok(Self::new(current, previous.collect::<Result<_, _>>()?))
    }

    /// Seals a secret. Only [`Self::open`] with the same purpose opens it. Each call gives another text.
    pub fn seal(&self, purpose: &str, plaintext: &[u8], random: &dyn Random) -> String {
        let nonce: [u8; NONCE] = random::bytes(random);
        let head = format!("{VERSION}.{}", self.current.id());
        let cipher = XChaCha20Poly1305::new(&self.current.derive::<32>(purpose).into());
        let aad = format!("{head}.{purpose}");
        // Encryption fails only for more than 256 GB.
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: aad.as_bytes() }).unwrap_or_default();
        format!("{head}.{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens a sealed secret.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let (head, body) = sealed.rsplit_once('.').ok_or(SealError::Damaged)?;
        let key_id = head.strip_prefix(VERSION).and_then(|rest| rest.strip_prefix('.')).ok_or(SealError::Damaged)?;
        let key = self.keys().find(|key| key.id() == key_id).ok_or_else(|| SealError::UnknownKey { key_id: key_id.to_owned() })?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Damaged)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Damaged)?;
        let cipher = XChaCha20Poly1305::new(&key.derive::<32>(purpose).into());
        let aad = format!("{head}.{purpose}");
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: aad.as_bytes() }).map_err(|_| SealError::Damaged)
    }

    /// Vouches for a message that goes out and comes back, such as a signed address: an HMAC under a key for this purpose alone.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        let tag = self.current.authenticator(purpose).map(|mac| mac.chain_update(message).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(tag.unwrap_or_default())
    }

    /// Whether [`Self::sign`] made this signature with one of the keys known here. Takes the same time for every wrong one.
    pub fn is_signed(&self, purpose: &str, message: &str, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let is_by =
            |key: &MasterKey| key.authenticator(purpose).is_some_and(|mac| mac.chain_update(message).verify_slice(&signature).is_ok());
        self.keys().any(is_by)
    }

    /// Whether a secret should be sealed again because an earlier key sealed it.
    pub fn is_stale(&self, sealed: &str) -> bool {
        !sealed.starts_with(&format!("{VERSION}.{}.", self.current.id()))
    }

    /// A sealer with the key that [`Self::key_file`] wrote.
    pub fn of_key_file(text: &str) -> Result<Self, SealError> {
        Ok(Self::new(MasterKey::parse(text, "the backup")?, Vec::new()))
    }

    /// The key that seals as it stands in a file: for a backup of it.
    pub fn key_file(&self) -> String {
        self.current.as_file()
    }

    /// The ids of all keys that open.
    pub fn key_ids(&self) -> Vec<String> {
        self.keys().map(MasterKey::id).collect()
    }

    fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// The id of the key that sealed this text, if it looks sealed.
pub fn sealed_with(text: &str) -> Option<&str> {
    let (key_id, body) = text.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')?;
    let is_id = key_id.len() == 8 && key_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    // The nonce and the tag are 40 bytes, which nothing that is sealed has fewer of.
    let is_body = body.len() >= 54 && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (is_id && is_body).then_some(key_id)
}

/// What a sealed value is for. Implemented by empty types, so that a mail password cannot be opened as a webhook secret.
pub trait Purpose {
    /// A name that never changes: secrets are bound to it.
    const NAME: &'static str;
}

/// A sealed text for one purpose, as it stands in a column.
pub struct Sealed<P>(String, PhantomData<fn() -> P>);

impl<P: Purpose> Sealed<P> {
    /// Seals a text.
    pub fn seal(sealer: &Sealer, secret: &str, random: &dyn Random) -> Self {
        Self(sealer.seal(P::NAME, secret.as_bytes(), random), PhantomData)
    }

    /// A value read from its column.
    pub fn from_column(text: String) -> Self {
        Self(text, PhantomData)
    }

    /// The value for its column.
    pub fn as_column(&self) -> &str {
        &self.0
    }

    /// The secret.
    pub fn open(&self, sealer: &Sealer) -> Result<String, SealError> {
        String::from_utf8(sealer.open(P::NAME, &self.0)?).map_err(|_| SealError::Damaged)
    }
}

impl<P> Clone for Sealed<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<P> fmt::Debug for Sealed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(..)")
    }
}

#[cfg(test)]
#[path = "sealed_tests.rs"]
mod tests;
