//! HTTP by hand, for what no client would send.
use std::net::SocketAddr;

use actix_web::rt::net::TcpStream;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::NEWER;

/// A connection whose bytes the test writes itself.
pub struct Line(TcpStream);

impl Line {
    pub async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Says that a request is coming, and waits until the server wants its body: then it is in flight.
    pub async fn announces(address: SocketAddr, body: &str) -> Self {
        let mut line = Self::to(address).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\naccept: {NEWER}\r\n\
             content-length: {}\r\nexpect: 100-continue\r\n\r\n",
            body.len()
        );
        line.says(&head).await;
        let mut heard = [0; 25];
        line.0.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"HTTP/1.1 100 Continue\r\n\r\n");
        line
    }

    pub async fn says(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Hears the answer out: until its JSON is whole or the line is cut.
    pub async fn hears(&mut self) -> String {
        let mut heard = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&heard).into_owned();
            let body = text.split_once("\r\n\r\n").map(|(_head, body)| body);
            if body.is_some_and(|body| serde_json::from_str::<Value>(body).is_ok()) {
                return text;
            }
            let mut chunk = [0; 4096];
            match self.0.read(&mut chunk).await.unwrap() {
                0 => return text,
                read => heard.extend_from_slice(&chunk[..read]),
            }
        }
    }
}
