use std::os::unix::fs::PermissionsExt as _;

use aileron_kernel::SystemRandom;

use super::*;

fn key(first: u8) -> MasterKey {
    let bytes: Vec<u8> = (first..first + 32).collect();
    MasterKey::parse(&hex::encode(bytes), "test").unwrap()
}

struct Mail;
impl Purpose for Mail {
    const NAME: &'static str = "mail";
}

#[test]
fn what_is_sealed_opens_for_its_purpose_only() {
    let sealer = Sealer::new(key(1), Vec::new());
    let token = sealer.seal("mail", b"hunter2", &SystemRandom);
    assert!(token.starts_with("v1.") && !token.contains("hunter2"));
    assert_ne!(token, sealer.seal("mail", b"hunter2", &SystemRandom));
    assert_eq!(sealer.open("mail", &token).unwrap(), b"hunter2");
    assert!(matches!(sealer.open("webhook", &token), Err(SealError::Damaged)));
    let typed = Sealed::<Mail>::from_column(token);
    assert_eq!(typed.open(&sealer).unwrap(), "hunter2");
    assert_eq!(format!("{typed:?} {sealer:?}"), "Sealed(..) Sealer { current: MasterKey(redacted), previous: [] }");
}

#[test]
fn every_changed_character_is_noticed() {
    let sealer = Sealer::new(key(1), Vec::new());
    let token = sealer.seal("mail", b"hunter2", &SystemRandom);
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(sealer.open("mail", &changed).is_err(), "{changed}");
    }
    for nonsense in ["", "v1", "v1.", "v1..", "v2.a.b", &token[..token.len() - 4]] {
        assert!(sealer.open("mail", nonsense).is_err(), "{nonsense}");
    }
}

#[test]
fn an_earlier_key_still_opens_and_is_stale() {
    let token = Sealer::new(key(1), Vec::new()).seal("mail", b"x", &SystemRandom);
    let rotated = Sealer::new(key(2), vec![key(1)]);
    assert_eq!(rotated.open("mail", &token).unwrap(), b"x");
    assert!(rotated.is_stale(&token) && !rotated.is_stale(&rotated.seal("mail", b"x", &SystemRandom)));
    assert!(matches!(Sealer::new(key(2), Vec::new()).open("mail", &token), Err(SealError::UnknownKey { .. })));
}

#[test]
fn keys_are_32_bytes_in_hex_or_base64() {
    let bytes: Vec<u8> = (1..33).collect();
    let id = key(1).id();
    for text in [hex::encode(&bytes), STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes), format!(" {}\n", hex::encode_upper(&bytes))]
    {
        assert_eq!(MasterKey::parse(&text, "test").unwrap().id(), id, "{text}");
    }
    for text in ["", "secret", &hex::encode(&bytes[1..]), &hex::encode([0; 32])] {
        let message = MasterKey::parse(text, "AILERON_SECRET_KEY").unwrap_err().to_string();
        assert!(message.contains("AILERON_SECRET_KEY") && message.contains("32"), "{message}");
    }
}

#[test]
fn the_key_file_is_made_once_and_is_private() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("new/data");
    let first = MasterKey::load_or_create(&data, &SystemRandom).unwrap();
    let second = MasterKey::load_or_create(&data, &SystemRandom).unwrap();
    assert_eq!(first.id(), second.id());
    let path = data.join("secret.key");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(MasterKey::load_or_create(&data, &SystemRandom), Err(SealError::Exposed { mode: 0o640, .. })));

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&path, "too short").unwrap();
    assert!(matches!(MasterKey::load_or_create(&data, &SystemRandom), Err(SealError::BadKey { .. })));
}

#[test]
fn servers_that_start_together_agree_on_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| MasterKey::load_or_create(dir.path(), &SystemRandom).unwrap().id())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn the_settings_name_the_keys() {
    let dir = tempfile::tempdir().unwrap();
    let secret = |first: u8| crate::config::Secret::new(hex::encode((first..first + 32).collect::<Vec<u8>>()));
    let mut config = Config { data_dir: dir.path().to_owned(), secret_key: Some(secret(1)), ..Config::default() };
    let token = Sealer::from_config(&config, &SystemRandom).unwrap().seal("mail", b"x", &SystemRandom);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    config.secret_key = None;
    config.previous_secret_keys = vec![secret(1)];
    let rotated = Sealer::from_config(&config, &SystemRandom).unwrap();
    assert_eq!(rotated.open("mail", &token).unwrap(), b"x");
    assert!(rotated.is_stale(&token) && dir.path().join("secret.key").exists());
}

#[test]
fn a_signature_is_for_one_message_and_one_purpose() {
    let sealer = Sealer::new(key(1), Vec::new());
    let signature = sealer.sign("upload", "a.5");
    assert!(sealer.is_signed("upload", "a.5", &signature));
    for (purpose, message) in [("download", "a.5"), ("upload", "a.6"), ("upload", "a.5 "), ("upload", "")] {
        assert!(!sealer.is_signed(purpose, message, &signature), "{purpose} {message}");
    }
    for at in 0..signature.len() {
        let mut bytes = signature.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert!(!sealer.is_signed("upload", "a.5", std::str::from_utf8(&bytes).unwrap()));
    }
    for nonsense in ["", "=", "\u{0}", &signature[1..], &format!("{signature}A")] {
        assert!(!sealer.is_signed("upload", "a.5", nonsense), "{nonsense}");
    }
    let rotated = Sealer::new(key(2), vec![key(1)]);
    assert!(rotated.is_signed("upload", "a.5", &signature) && rotated.sign("upload", "a.5") != signature);
    assert!(!Sealer::new(key(2), Vec::new()).is_signed("upload", "a.5", &signature));
}
