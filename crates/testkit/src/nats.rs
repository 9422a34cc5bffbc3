//! A NATS server of a test's own: Debian's `nats-server`.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What is asked of those who come.
const PASSWORD: &str = "owls-in-the-attic";

/// A running server; killed when it goes out of scope.
pub struct Nats {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Nats {
    /// Starts one on a port that is free.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let child = start("-1", folder.path());
        let mut nats = Self { child, port: 0, folder };
        nats.port = nats.wait();
        nats
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://aileron:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Starts it again where it was.
    pub fn start_again(&mut self) {
        self.child = start(&self.port.to_string(), self.folder.path());
        self.wait();
    }

    /// Waits until it says at which port it is.
    fn wait(&self) -> u16 {
        let said = self.folder.path().join(format!("nats-server_{}.ports", self.child.id()));
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            let ports = std::fs::read(&said).ok().and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
            if let Some(port) = ports.and_then(|ports| ports["nats"][0].as_str()?.rsplit(':').next()?.parse().ok()) {
                return port;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nats-server does not start");
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(port: &str, folder: &Path) -> Child {
    let mut command = Command::new("nats-server");
    command
        .args(["-a", "127.0.0.1", "-p", port, "--user", "aileron", "--pass", PASSWORD, "--ports_file_dir"])
        .arg(folder)
        .current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nats-server is installed (Debian: apt-get install nats-server)")
}
