//! The line to the mail server.
use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use secrecy::ExposeSecret;

use super::Letter;
use crate::{config::MailSettings, error::Error};

/// How long the mail server may take to answer one command.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a letter may take altogether.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(60);

/// A mail server to bring letters to.
pub struct Transport {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a letter was not brought. It holds neither address nor content, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It is none: no server would take it.
    Unwritable,
    /// The server was not reached, or gave no answer in time.
    Unreachable,
    /// The server refused it, with the code of its answer where it gave one.
    Refused(Option<u16>),
}

impl Transport {
    /// # Errors
    /// When the URL makes no sense.
    pub fn new(settings: &MailSettings) -> Result<Self, Error> {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.smtp_url.expose_secret());
        // The library's error may repeat the URL, password and all.
        let smtp = smtp.map_err(|_error| Error::internal("smtp-url cannot be used"))?;
        Ok(Self {
            smtp: smtp.timeout(Some(PATIENCE)).build(),
            from: settings.from.clone(),
        })
    }

    /// Brings a letter to the server.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = message(&self.from, letter).ok_or(Undelivered::Unwritable)?;
        let sent = tokio::time::timeout(PATIENCE_IN_ALL, self.smtp.send(message)).await;
        let sent = sent.map_err(|_elapsed| Undelivered::Unreachable)?;
        let refused = |error: lettre::transport::smtp::Error| {
            if error.is_permanent() || error.is_transient() {
                Undelivered::Refused(error.status().map(u16::from))
            } else {
                Undelivered::Unreachable
            }
        };
        sent.map(drop).map_err(refused)
    }
}

/// The letter as it travels. The builder encodes what stands in headers, so that a line break in a subject stays text, and
/// an address that is none, or two, makes no message.
fn message(from: &Mailbox, letter: &Letter) -> Option<Message> {
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, letter.to.parse().ok()?))
        .subject(&letter.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: subject.to_owned(),
            body: "Isi.\n".to_owned(),
        }
    }

    fn written(letter: &Letter) -> Option<String> {
        let from = "Jenjang <jenjang@example.go.id>".parse().expect("an address");
        let message = message(&from, letter)?;
        Some(String::from_utf8(message.formatted()).expect("text"))
    }

    #[test]
    fn a_subject_adds_no_header() {
        for subject in [
            "Satu\r\nBcc: semua@example.id",
            "Satu\nBcc: semua@example.id",
            "Satu\rBcc: semua@example.id",
        ] {
            let text = written(&letter("ani@example.id", subject)).expect("a letter");
            let headers = text.split("\r\n\r\n").next().expect("headers");
            let smuggled = headers.split(['\r', '\n']).any(|line| line.starts_with("Bcc"));
            assert!(!smuggled, "{headers}");
        }
    }

    #[test]
    fn an_address_is_one_address() {
        for to in [
            "",
            "ani",
            "ani@example.id, budi@example.id",
            "ani@example.id\r\nBcc: budi@example.id",
            "Ani <ani@example.id>",
            "ani@example.id>\r\nDATA",
        ] {
            assert_eq!(written(&letter(to, "Halo")), None, "{to:?}");
        }
        assert!(written(&letter("ani@example.id", "Halo")).is_some());
    }
}
