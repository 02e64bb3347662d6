//! A mail server on loopback that keeps what it is given, so that a test can read the letters of its people.
use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jenjang::config::MailSettings;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::header::ContentType};
use secrecy::SecretString;
use tokio::sync::Notify;

/// How long a letter is waited for before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A letter as it arrived, decoded.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom the server was told to bring it.
    pub to: String,
    pub subject: String,
    pub body: String,
    /// Headers and body as they came.
    pub raw: String,
}

/// A server that takes every letter, or none while it is told to refuse.
pub struct MailSink {
    address: SocketAddr,
    held: Arc<Held>,
}

#[derive(Default)]
struct Held {
    letters: Mutex<Vec<Letter>>,
    /// How many letters were offered and refused.
    refused: AtomicUsize,
    refusing: AtomicBool,
    closed: AtomicBool,
    changed: Notify,
}

impl MailSink {
    #[expect(clippy::unused_async, reason = "stands beside servers that are waited for")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let held = Arc::new(Held::default());
        let taking = Arc::clone(&held);
        std::thread::spawn(move || {
            for line in listener.incoming() {
                if taking.closed.load(Ordering::SeqCst) {
                    return;
                }
                let held = Arc::clone(&taking);
                // A line that breaks off is the sender's concern.
                std::thread::spawn(move || line.and_then(|line| held.converse(&line)));
            }
        });
        Self { address, held }
    }

    /// Where letters are brought.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What a server that sends here is configured with: `Variation { mail: Some(sink.settings()), .. }`.
    pub fn settings(&self) -> MailSettings {
        MailSettings {
            smtp_url: SecretString::from(self.url()),
            from: "Jenjang <jenjang@example.go.id>".parse().unwrap(),
            frontend_url: Some("https://laporan.example.go.id".to_owned()),
        }
    }

    /// From now on every letter is refused for the time being, or taken again.
    pub fn refuses(&self, refusing: bool) {
        self.held.refusing.store(refusing, Ordering::SeqCst);
    }

    /// Waits until that many letters have been refused.
    pub async fn has_refused(&self, count: usize) {
        self.until(&format!("{count} refused letters"), |held| {
            (held.refused.load(Ordering::SeqCst) >= count).then_some(())
        })
        .await;
    }

    /// The earliest letter to an address that has not been taken out yet; waited for.
    pub async fn next_letter_to(&self, address: &str) -> Letter {
        self.until(&format!("a letter to {address}"), |held| {
            let mut letters = held.letters.lock().unwrap();
            let place = letters.iter().position(|letter| letter.to == address)?;
            Some(letters.remove(place))
        })
        .await
    }

    /// The letters nobody has taken out yet.
    pub fn waiting(&self) -> Vec<Letter> {
        self.held.letters.lock().unwrap().clone()
    }

    async fn until<T>(&self, what: &str, look: impl Fn(&Held) -> Option<T>) -> T {
        let looking = async {
            loop {
                let changed = self.held.changed.notified();
                if let Some(found) = look(&self.held) {
                    return found;
                }
                changed.await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await;
        found.unwrap_or_else(|_late| panic!("waited in vain for {what}; there are {:?}", self.waiting()))
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.held.closed.store(true, Ordering::SeqCst);
        // Who waits for a line is woken by one.
        let _woken = TcpStream::connect(self.address);
    }
}

impl Held {
    /// One sender's side of RFC 5321, as much of it as a sender needs.
    fn converse(&self, line: &TcpStream) -> std::io::Result<()> {
        let (mut lines, mut out) = (BufReader::new(line).lines(), line);
        let mut to = Vec::new();
        out.write_all(b"220 sink\r\n")?;
        while let Some(command) = lines.next().transpose()? {
            let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-sink\r\n250 8BITMIME",
                "RCPT" => {
                    let named = command.split_once('<').and_then(|(_verb, rest)| rest.split_once('>'));
                    to.push(named.map_or(command.clone(), |(address, _rest)| address.to_owned()));
                    "250 OK"
                }
                "DATA" => {
                    out.write_all(b"354 go ahead\r\n")?;
                    let text = data(&mut lines)?;
                    self.take(&text, &std::mem::take(&mut to))
                }
                "QUIT" => return out.write_all(b"221 bye\r\n"),
                _ => "250 OK",
            };
            out.write_all(format!("{answer}\r\n").as_bytes())?;
        }
        Ok(())
    }

    fn take(&self, raw: &str, to: &[String]) -> &'static str {
        let refusing = self.refusing.load(Ordering::SeqCst);
        if refusing {
            self.refused.fetch_add(1, Ordering::SeqCst);
        } else {
            let read = to.iter().map(|to| read(raw, to));
            self.letters.lock().unwrap().extend(read);
        }
        self.changed.notify_waiters();
        if refusing { "451 not now" } else { "250 taken" }
    }
}

/// The lines up to the single dot, with leading dots unstuffed.
fn data(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> std::io::Result<String> {
    let mut text = String::new();
    for line in lines {
        let line = line?;
        if line == "." {
            break;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
    Ok(text)
}

fn read(raw: &str, to: &str) -> Letter {
    let (headers, body) = raw.split_once("\n\n").unwrap();
    // A folded header goes on in the next line, after a blank.
    let headers = headers.replace("\n ", " ").replace("\n\t", " ");
    let header = |name: &str| {
        let mut named = headers.lines().filter_map(|line| line.split_once(": "));
        let found = named.find(|(known, _value)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_name, value)| value).to_owned()
    };
    let body = match header("Content-Transfer-Encoding").as_str() {
        "quoted-printable" => unquoted(body),
        "base64" => from_base64(&body.replace('\n', "")),
        _plain => body.to_owned(),
    };
    Letter {
        to: to.to_owned(),
        subject: words(&header("Subject")),
        body: body.replace("\r\n", "\n"),
        raw: raw.to_owned(),
    }
}

fn from_base64(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

/// RFC 2045 §6.7.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'=' {
            let (digits, after) = rest.split_at(2);
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The encoded words of a header, RFC 2047, in the form the sender uses: base64.
fn words(header: &str) -> String {
    let mut read = String::new();
    let mut after_encoded = false;
    for word in header.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        // Blanks between two encoded words only divide them.
        let only_divides = after_encoded && encoded.is_some();
        if !read.is_empty() && !only_divides {
            read.push(' ');
        }
        read.push_str(&encoded.map_or(word.to_owned(), from_base64));
        after_encoded = encoded.is_some();
    }
    read
}

#[actix_web::test]
async fn a_letter_is_read_as_it_was_written() {
    let sink = MailSink::start().await;
    let subject = "Laporan “Kota Bekasi” dikembalikan, dan baris ini cukup panjang untuk dilipat di tengah jalan";
    let body = "Satu = dua — é\n.titik di depan\n\nTautan: https://laporan.example.go.id/x?y=1\n";
    let settings = sink.settings();
    let letter = Message::builder()
        .from(settings.from)
        .to("ani@example.id".parse().unwrap())
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body.to_owned())
        .unwrap();
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&sink.url()).unwrap();
    sink.refuses(true);
    let transport = transport.build();
    assert!(transport.send(letter.clone()).await.is_err());
    sink.has_refused(1).await;
    sink.refuses(false);
    transport.send(letter).await.unwrap();
    let arrived = sink.next_letter_to("ani@example.id").await;
    assert_eq!(
        (arrived.subject.as_str(), arrived.body.trim_end()),
        (subject, body.trim_end())
    );
    assert!(
        arrived.raw.contains("From: Jenjang <jenjang@example.go.id>"),
        "{}",
        arrived.raw
    );
    assert!(sink.waiting().is_empty());
}
