//! Files in the hands of an office: announced, sent in pieces, and fetched.
use std::{
    io::Write,
    net::{Shutdown, TcpStream},
};

use entity::{
    cycle,
    template::{self, Field, Shape},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    app::{Answer, TestApp, Variation},
    office::{Office, REPORT, Refusal, Report, report},
};

/// The field of [`TestApp::asking_for_files`].
pub const FIELD: &str = "lampiran";

impl TestApp {
    /// This server replaced by one whose template for a round also asks for at most two PDF files of 10,000 bytes.
    pub async fn asking_for_files(self, round: &str) -> Self {
        let connection = self.services.db.reader();
        let cycle = cycle::Entity::find()
            .filter(cycle::Column::Code.eq(round))
            .one(connection);
        let cycle = cycle.await.unwrap().unwrap();
        let template = template::Entity::find_by_id(cycle.template_id).one(connection);
        let template = template.await.unwrap().unwrap();
        let mut sections = template.sections.clone();
        sections.0[0].fields.push(Field {
            key: FIELD.to_owned(),
            label: "Lampiran".to_owned(),
            guidance: String::new(),
            required: false,
            shape: Shape::File {
                types: vec!["application/pdf".to_owned()],
                least: 0,
                most: 2,
                largest: 10_000,
            },
        });
        let mut changed = template.into_active_model();
        changed.sections = Set(sections);
        changed.update(connection).await.unwrap();
        self.varied(Variation::unthrottled()).await
    }
}

/// An upload as its sender knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    pub url: String,
}

pub const UPLOAD: &str = "upload { id url offset size expiresAt file { id } }";

/// The bytes of a PDF that nobody else sends: so many, told apart by a word.
pub fn pdf(word: &str, size: usize) -> Vec<u8> {
    let mut bytes = format!("%PDF-1.7\n% {word}\n").into_bytes();
    let filling = b"0123456789abcdef\n";
    while bytes.len() < size {
        bytes.extend_from_slice(filling);
    }
    bytes.truncate(size);
    bytes
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What `beginUpload` is told of a PDF.
pub fn announcement(name: &str, bytes: &[u8]) -> Value {
    json!({ "name": name, "size": bytes.len(), "sha256": sha256(bytes), "mediaType": "application/pdf" })
}

impl Office<'_> {
    /// Announces a PDF.
    pub async fn announces(&self, name: &str, bytes: &[u8]) -> Result<Upload, Refusal> {
        let payload = self.command("beginUpload", UPLOAD, announcement(name, bytes)).await?;
        let text = |field: &str| payload["upload"][field].as_str().unwrap().to_owned();
        Ok(Upload {
            id: text("id"),
            url: text("url"),
        })
    }

    fn upload_headers(&self, offset: usize) -> Vec<(&'static str, String)> {
        vec![
            ("authorization", format!("Bearer {}", self.access_token)),
            ("upload-offset", offset.to_string()),
        ]
    }

    /// Sends bytes from an offset on.
    pub async fn puts(&self, upload: &Upload, offset: usize, bytes: &[u8]) -> Answer {
        let headers = self.upload_headers(offset);
        self.app.send("PUT", &upload.url, &headers, bytes.to_vec()).await
    }

    /// Sends the beginning of a longer piece, and hangs up.
    pub fn puts_and_hangs_up(&self, upload: &Upload, offset: usize, length: usize, bytes: &[u8]) {
        let mut line = TcpStream::connect(self.app.address).unwrap();
        let mut head = format!("PUT {} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n", upload.url);
        for (name, value) in self.upload_headers(offset) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        line.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        line.write_all(bytes).unwrap();
        line.shutdown(Shutdown::Both).unwrap();
    }

    /// How many bytes have come; the status where it is not told.
    pub async fn offset_of(&self, upload: &Upload) -> Result<usize, u16> {
        let token = [("authorization", format!("Bearer {}", self.access_token))];
        let answer = self.app.send("HEAD", &upload.url, &token, Vec::new()).await;
        match answer.status {
            200 => Ok(answer.header("upload-offset").unwrap().parse().unwrap()),
            status => Err(status),
        }
    }

    /// Announces and sends a PDF, and gives the id of the file.
    pub async fn uploads(&self, name: &str, bytes: &[u8]) -> String {
        let upload = self.announces(name, bytes).await.unwrap();
        let sent = self.puts(&upload, 0, bytes).await;
        assert_eq!(sent.status, 200, "{}", sent.json());
        sent.json()["file"].as_str().unwrap().to_owned()
    }

    /// Puts a file into the draft.
    pub async fn attaches(&self, on: &Report, file: &str) -> Result<Report, Refusal> {
        let input = json!({ "report": on.id, "expectedVersion": on.version, "field": FIELD, "file": file });
        let payload = self
            .command("attachFile", &format!("report {{ {REPORT} }}"), input)
            .await?;
        Ok(report(&payload["report"]))
    }

    /// Says anew which files there are in the draft.
    pub async fn lists_files(&self, on: &Report, files: &[&str]) -> Result<Report, Refusal> {
        let answers = [json!({ "field": FIELD, "value": { "files": files } })];
        let input = json!({ "report": on.id, "expectedVersion": on.version, "answers": answers });
        let payload = self
            .command("editReport", &format!("report {{ {REPORT} }}"), input)
            .await?;
        Ok(report(&payload["report"]))
    }

    /// Whether a file can be read, by the API and by a link.
    pub async fn reads_file(&self, file: &str) -> bool {
        match self.links_to(file).await {
            None => false,
            Some(link) => self.app.send("GET", &link, &[], Vec::new()).await.status == 200,
        }
    }

    /// A link to a file; none where this office does not see it.
    pub async fn links_to(&self, file: &str) -> Option<String> {
        let document = "query($id: ID!) { node(id: $id) { ... on File { link { url } } } }";
        let data = self.data(document, json!({ "id": file })).await;
        data["node"]["link"]["url"].as_str().map(str::to_owned)
    }

    /// Fetches a file, which this office sees, with headers.
    pub async fn fetches(&self, file: &str, headers: &[(&str, String)]) -> Answer {
        let link = self.links_to(file).await;
        let link = link.unwrap_or_else(|| panic!("{} does not see it", self.name));
        self.app.send("GET", &link, headers, Vec::new()).await
    }
}
