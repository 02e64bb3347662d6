//! The smallest client that can keep a server busy: requests are bytes made beforehand, sent one after the other on connections
//! that stay open, so that what is measured is the server.
use std::{
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request to `/graphql`, whole.
#[derive(Clone)]
pub struct Request(Rc<[u8]>);

impl Request {
    pub fn new(token: Option<&str>, document: &str, variables: &Value) -> Self {
        Self::keyed(token, None, document, variables)
    }

    /// One that is done once, however often it is sent.
    pub fn keyed(token: Option<&str>, key: Option<&str>, document: &str, variables: &Value) -> Self {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let bearer = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let key = key.map_or_else(String::new, |key| format!("idempotency-key: {key}\r\n"));
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\n{bearer}{key}accept: application/json\r\ncontent-type: \
             application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self(Rc::from((head + &body).into_bytes()))
    }
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: Vec::with_capacity(64 << 10),
        }
    }

    /// Sends a request and reads the answer to its end.
    pub async fn send(&mut self, request: &Request) -> &[u8] {
        self.stream.write_all(&request.0).await.unwrap();
        self.buffer.clear();
        let (head, length) = loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(
                read > 0,
                "the server hung up: {}",
                String::from_utf8_lossy(&self.buffer)
            );
            if let Some(found) = measure(&self.buffer) {
                break found;
            }
        };
        while self.buffer.len() < head + length {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the server hung up");
        }
        &self.buffer[head..]
    }

    /// Sends a request and tells its data; stops at the first error, whoever made it.
    pub async fn ask(&mut self, token: Option<&str>, document: &str, variables: &Value) -> Value {
        let answer = self.send(&Request::new(token, document, variables)).await;
        data(answer)
    }
}

/// The data of an answer without errors.
pub fn data(answer: &[u8]) -> Value {
    let mut answer: Value = serde_json::from_slice(answer).unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].take()
}

/// The length of the head and of the body, once the whole head is there.
fn measure(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = answer.parse(bytes).unwrap() else {
        return None;
    };
    assert_eq!(answer.code, Some(200), "{}", String::from_utf8_lossy(bytes));
    let length = answer
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .unwrap();
    Some((head, std::str::from_utf8(length.value).unwrap().parse().unwrap()))
}

/// What one phase of load came to.
#[derive(Clone, Copy)]
pub struct Load {
    pub per_second: f64,
    pub median: Duration,
    pub p99: Duration,
    pub done: usize,
}

impl Load {
    pub fn of(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a place in a list of some thousands"
            )]
            let place = ((latencies.len() as f64) * share) as usize;
            latencies
                .get(place.min(latencies.len().saturating_sub(1)))
                .copied()
                .unwrap_or_default()
        };
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let per_second = latencies.len() as f64 / elapsed.as_secs_f64();
        Self {
            per_second,
            median: at(0.5),
            p99: at(0.99),
            done: latencies.len(),
        }
    }
}

/// Carries out work on so many connections until the time is over or there is none left; what is under way when the time is
/// over is brought to its end.
pub async fn keep_busy<W>(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    next: impl Fn() -> Option<W>,
    carry_out: impl AsyncFn(&mut Connection, W),
) -> Load {
    let mut open = Vec::with_capacity(connections);
    for _number in 0..connections {
        open.push(Connection::open(address).await);
    }
    let began = Instant::now();
    let (next, carry_out) = (&next, &carry_out);
    let busy = open.into_iter().map(|mut connection| async move {
        let mut latencies = Vec::with_capacity(4096);
        while began.elapsed() < time {
            let Some(work) = next() else { break };
            let sent = Instant::now();
            carry_out(&mut connection, work).await;
            latencies.push(sent.elapsed());
        }
        latencies
    });
    let latencies = futures_util::future::join_all(busy).await.concat();
    Load::of(latencies, began.elapsed())
}

/// Sends one request whose answer was looked at before, and only sees that it has no errors.
pub async fn read(connection: &mut Connection, request: Request) {
    let answer = connection.send(&request).await;
    assert!(
        !answer.starts_with(b"{\"errors\""),
        "{}",
        String::from_utf8_lossy(answer)
    );
}
