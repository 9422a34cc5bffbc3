#![expect(clippy::result_large_err, reason = "figment's Jail wants its own error")]

use figment::Jail;

use super::*;

fn load() -> Result<Config, ConfigError> {
    Config::load(Some(Path::new("aileron.toml")))
}

#[test]
fn without_anything_the_defaults_hold() {
    Jail::expect_with(|_| {
        let config = Config::load(None).unwrap();
        assert_eq!(config, Config::default());
        assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
        assert_eq!(config.sqlite_path(), Path::new("./data/aileron.db"));
        Ok(())
    });
}

#[test]
fn the_environment_is_over_the_file_and_the_file_over_the_defaults() {
    Jail::expect_with(|jail| {
        jail.create_file("aileron.toml", "api_rate_limit = 7\nservice_rate_limit = 8\nbase_url = 'https://a.test/'\nlog_format = 'json'")?;
        jail.set_env("AILERON_API_RATE_LIMIT", "0");
        jail.set_env("AILERON_METRICS_LISTEN", "");
        jail.set_env("AILERON_DATA_DIR", "/srv/aileron");
        jail.set_env("AILERON_OTLP_ENDPOINT", "");
        jail.set_env("AILERON_TRUSTED_PROXIES", "10.0.0.0/8, ::1");
        jail.set_env("AILERON_TEST_POSTGRES", "x");
        jail.set_env("AILERON_DATABASE_CA_FILE", "/etc/aileron/007");
        jail.set_env("DATABASE_URL", "postgres://me:hunter2@db/aileron");
        jail.set_env("AILERON_NATS_URL", "nats://me:hunter2@one:4222, tls://two");
        jail.set_env("AILERON_DRAIN_SECONDS", "6");
        let config = load().unwrap();
        assert_eq!((config.api_rate_limit, config.service_rate_limit), (0, 8));
        assert_eq!((config.metrics_listen, config.log_format), (None, LogFormat::Json));
        assert_eq!(config.base_url.as_deref(), Some("https://a.test"));
        assert_eq!(config.data_dir, Path::new("/srv/aileron"));
        assert_eq!(config.database_ca_file.as_deref(), Some(Path::new("/etc/aileron/007")));
        assert_eq!(config.otlp_endpoint, None);
        assert_eq!(config.trusted_proxies, Proxies::parse(["10.0.0.0/8", "::1/128"]).unwrap());
        assert_eq!(config.database_url.as_ref().map(Secret::expose), Some("postgres://me:hunter2@db/aileron"));
        assert_eq!(config.nats_url.as_ref().map(Secret::expose), Some("nats://me:hunter2@one:4222, tls://two"));
        assert_eq!((config.drain_seconds, config.max_connections), (6, 2_048));
        assert!(!format!("{config:?}").contains("hunter2"));
        Ok(())
    });
}

#[test]
fn an_unknown_name_is_an_error_that_names_it() {
    Jail::expect_with(|jail| {
        jail.create_file("aileron.toml", "api_rate_limt = 7")?;
        assert!(load().unwrap_err().to_string().contains("api_rate_limt"));
        jail.create_file("aileron.toml", "")?;
        jail.set_env("AILERON_LISTN", "127.0.0.1:1");
        assert!(load().unwrap_err().to_string().contains("listn"));
        Ok(())
    });
}

#[test]
fn wrong_values_are_errors_that_name_the_setting() {
    let cases = [
        ("listen = 'nowhere'", "listen"),
        ("metrics_listen = 'nowhere'", "metrics_listen"),
        ("api_rate_limit = -1", "api_rate_limit"),
        ("max_body = 3", "max_body"),
        ("max_file = 0", "max_file"),
        ("base_url = 'a.test'", "base_url"),
        ("db_readers = 0", "db_readers"),
        ("database_url = 'mysql://x'", "database_url"),
        ("nats_url = 'nats://x'", "nats_url"),
        ("database_url = 'postgres://x'\nnats_url = 'http://x'", "nats_url"),
        ("database_url = 'postgres://x'\nnats_url = 'nats://x,'", "nats_url"),
        ("max_connections = 15", "max_connections"),
        ("blobs = 'ftp'", "blobs"),
        ("trusted_proxies = ['10.0.0.0/33']", "trusted_proxies"),
        ("trusted_proxies = 'nginx'", "`nginx`"),
        ("trusted_proxies = 7", "trusted_proxies"),
        ("[blobs]\nbucket = 'b'", "access_key"),
        ("[blobs]\nbucket = 'b'\naccess_key = 'a'\nsecret_key = 's'\nbukket = 'x'", "bukket"),
    ];
    for (toml, name) in cases {
        Jail::expect_with(|jail| {
            jail.create_file("aileron.toml", toml)?;
            let message = load().unwrap_err().to_string();
            assert!(message.contains(name), "{toml}: {message}");
            Ok(())
        });
    }
    assert!(matches!(Config::load(Some(Path::new("/nowhere/a.toml"))), Err(ConfigError::File { .. })));
}

#[test]
fn a_bucket_comes_from_the_file_and_its_key_from_the_environment() {
    Jail::expect_with(|jail| {
        jail.create_file("aileron.toml", "[blobs]\nbucket = 'b'\naccess_key = 'a'\npath_style = true")?;
        jail.set_env("AILERON_BLOBS__SECRET_KEY", "[hunter2");
        jail.set_env("AILERON_SECRET_KEY", "0123");
        let config = load().unwrap();
        let BlobConfig::S3(s3) = &config.blobs else { panic!("{config:?}") };
        assert_eq!((s3.bucket.as_str(), s3.region.as_str(), s3.secret_key.expose(), s3.path_style), ("b", "us-east-1", "[hunter2", true));
        assert_eq!(config.secret_key.as_ref().map(Secret::expose), Some("0123"));
        assert!(!format!("{config:?}").contains("hunter2"));
        Ok(())
    });
}

#[test]
fn who_is_open_to_others_without_https_is_told() {
    let with = |base_url: Option<&str>, listen: &str| {
        let config = Config { base_url: base_url.map(ToOwned::to_owned), ..Config::default() };
        config.is_open_without_https(listen.parse().unwrap())
    };
    assert!(with(None, "0.0.0.0:8000") && with(Some("http://a.test"), "[::]:8000") && with(None, "192.0.2.1:80"));
    assert!(!with(Some("https://a.test"), "0.0.0.0:8000") && !with(None, "127.0.0.1:8000") && !with(None, "[::1]:8000"));
}

#[test]
fn proxies_are_a_list_in_the_file() {
    Jail::expect_with(|jail| {
        jail.create_file("aileron.toml", "trusted_proxies = ['10.0.0.0/8', '192.0.2.1']")?;
        assert_eq!(load().unwrap().trusted_proxies, Proxies::parse(["10.0.0.0/8", "192.0.2.1/32"]).unwrap());
        Ok(())
    });
}
