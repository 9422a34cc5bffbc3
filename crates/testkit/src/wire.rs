//! A client that costs next to nothing: one connection, one request at a time, for load and for servers in other processes.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// One connection, kept open between requests.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    body: std::ops::Range<usize>,
    status: u16,
}

/// The bytes of a request, with a token where there is one.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let token = token.map_or_else(String::new, |token| format!("x-api-key: {token}\r\n"));
    let (kind, text) = body.map_or(("", ""), |body| ("content-type: application/json\r\n", body));
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{token}{kind}content-length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream, received: Vec::with_capacity(1 << 16), body: 0..0, status: 0 })
    }

    /// Sends a request and waits for its answer: the status.
    pub fn send(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request)?;
        self.received.clear();
        let head = loop {
            if let Some(at) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let (status, length) = parse(self.received.get(..head).unwrap_or_default())?;
        while self.received.len() < head + length {
            self.more()?;
        }
        self.status = status;
        self.body = head..head + length;
        Ok(status)
    }

    /// Sends a request and reads the JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&mut self, status: u16, request: &[u8]) -> serde_json::Value {
        let got = self.send(request).expect("the server answers");
        assert_eq!(got, status, "{}", String::from_utf8_lossy(self.body()));
        if self.body().is_empty() { serde_json::Value::Null } else { serde_json::from_slice(self.body()).expect("the body is JSON") }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.received.get(self.body.clone()).unwrap_or_default()
    }

    fn more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 8_192];
        let read = self.stream.read(&mut chunk)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.received.extend_from_slice(chunk.get(..read).unwrap_or_default());
        Ok(())
    }
}

/// Status and length of the body.
fn parse(head: &[u8]) -> io::Result<(u16, usize)> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let text = std::str::from_utf8(head).map_err(|_| wrong("a head that is not text"))?;
    let status = text.get(9..12).and_then(|digits| digits.parse().ok()).ok_or_else(|| wrong("no status"))?;
    let mut lengths = text.lines().filter_map(|line| line.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().and_then(|(_, value)| value.trim().parse().ok());
    if length.is_none() && status != 204 {
        return Err(wrong("an answer without content-length"));
    }
    Ok((status, length.unwrap_or(0)))
}
