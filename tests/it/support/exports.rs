//! Exports of rounds in the hands of an office.
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{app::Answer, office::Office};

impl Office<'_> {
    /// Exports a round, by its id.
    pub async fn exports(&self, cycle: &str, extension: &str) -> Answer {
        self.exports_in(cycle, extension, "id").await
    }

    /// The same in a language.
    pub async fn exports_in(&self, cycle: &str, extension: &str, language: &str) -> Answer {
        let headers = [
            ("authorization", format!("Bearer {}", self.access_token)),
            ("accept-language", language.to_owned()),
        ];
        let path = format!("/export/cycles/{cycle}.{extension}");
        self.app.send("GET", &path, &headers, Vec::new()).await
    }

    /// The lines of JSON of a round.
    pub async fn exports_lines(&self, cycle: &str) -> Vec<Value> {
        let answer = self.exports(cycle, "jsonl").await;
        assert_eq!(answer.status, 200, "{}", self.name);
        lines(&answer.bytes)
    }

    /// The codes of the units whose submissions are exported, in their order.
    pub async fn exports_units(&self, cycle: &str) -> Vec<String> {
        let lines = self.exports_lines(cycle).await;
        let code = |line: &Value| line["unit"]["code"].as_str().unwrap().to_owned();
        lines.iter().map(code).collect()
    }

    /// Begins an export, does something once the first bytes have come, and reads on: what came on the wire, and whether it
    /// was brought to its end. Read by hand, because the client takes a line that is cut for an end.
    pub async fn exports_and_meanwhile(
        &self,
        cycle: &str,
        extension: &str,
        meanwhile: impl AsyncFnOnce(),
    ) -> (Vec<u8>, bool) {
        let head = format!(
            "GET /export/cycles/{cycle}.{extension} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\r\n",
            self.access_token
        );
        let mut line = TcpStream::connect(self.app.address).await.unwrap();
        line.write_all(head.as_bytes()).await.unwrap();
        let mut bytes = vec![0; 4096];
        line.read_exact(&mut bytes).await.unwrap();
        meanwhile().await;
        // Cut with a reset or without, it is cut.
        let _read = line.read_to_end(&mut bytes).await;
        assert!(bytes.starts_with(b"HTTP/1.1 200 "));
        let whole = bytes.ends_with(b"\r\n0\r\n\r\n");
        (bytes, whole)
    }
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of CSV, headings first.
pub fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    // The reader takes it away.
    assert!(bytes.starts_with("\u{feff}".as_bytes()), "no byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let records = reader.records().map(|record| record.unwrap());
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

/// The sheets of a workbook with their rows. None of them has a formula.
pub fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    let sheet = |name: String| {
        let formulas = workbook.worksheet_formula(&name).unwrap();
        assert!(formulas.cells().all(|(_row, _column, formula)| formula.is_empty()));
        let range = workbook.worksheet_range(&name).unwrap();
        (name, range.rows().map(<[Data]>::to_vec).collect())
    };
    names.into_iter().map(sheet).collect()
}
