//! An office that has signed in, and the verbs a story is told in.
use serde_json::{Value, json};

use super::app::{Answer, TestApp};

/// Somebody who has signed in.
pub struct Office<'a> {
    pub app: &'a TestApp,
    pub name: String,
    pub access_token: String,
    pub refresh_token: String,
}

/// A report as an office sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: String,
    pub version: i64,
    pub status: String,
}

/// Why a command was refused: the first user error, or the code of a top-level error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    /// The path inside the input, joined by dots; empty where it is about the whole.
    pub field: String,
}

pub const REPORT: &str = "id version status";

/// The document of one command, whose input is the variable `input`.
pub fn command_document(field: &str, selection: &str) -> String {
    let type_name = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    format!(
        "mutation Do($input: {type_name}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code message field currentVersion }} }} }}"
    )
}

impl Office<'_> {
    /// Sends a document and gives the whole answer.
    pub async fn ask(&self, document: &str, variables: Value) -> Value {
        self.app.ask(Some(&self.access_token), document, variables).await
    }

    /// Sends a document that has to succeed, and gives its data.
    pub async fn data(&self, document: &str, variables: Value) -> Value {
        let answer = self.ask(document, variables).await;
        assert!(answer["errors"].is_null(), "{} was refused: {answer}", self.name);
        answer["data"].clone()
    }

    /// Carries out one command and gives its payload, or the first refusal.
    pub async fn command(&self, field: &str, selection: &str, input: Value) -> Result<Value, Refusal> {
        self.command_with_key(field, selection, input, None).await
    }

    /// The same with an idempotency key.
    pub async fn command_with_key(
        &self,
        field: &str,
        selection: &str,
        input: Value,
        key: Option<&str>,
    ) -> Result<Value, Refusal> {
        let answer = self.post_command(field, selection, input, key).await.json();
        let top = &answer["errors"][0]["extensions"]["code"];
        if let Some(code) = top.as_str() {
            return Err(Refusal {
                code: code.to_owned(),
                field: String::new(),
            });
        }
        let payload = answer["data"][field].clone();
        match payload["userErrors"].get(0) {
            None => Ok(payload),
            Some(error) => {
                let path = error["field"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|part| part.as_str().unwrap())
                    .collect::<Vec<_>>();
                Err(Refusal {
                    code: error["code"].as_str().unwrap().to_owned(),
                    field: path.join("."),
                })
            }
        }
    }

    pub async fn post_command(&self, field: &str, selection: &str, input: Value, key: Option<&str>) -> Answer {
        let document = command_document(field, selection);
        let mut headers = vec![("authorization", format!("Bearer {}", self.access_token))];
        headers.extend(key.map(|key| ("idempotency-key", key.to_owned())));
        self.app
            .post(&headers, json!({ "query": document, "variables": { "input": input } }))
            .await
    }

    /// A command whose payload is one report.
    pub async fn on_report(&self, field: &str, input: Value) -> Result<Report, Refusal> {
        let payload = self.command(field, &format!("report {{ {REPORT} }}"), input).await?;
        Ok(report(&payload["report"]))
    }

    /// The id of a cycle by its code.
    pub async fn cycle(&self, code: &str) -> String {
        let document = "query($code: String!) { reportCycle(code: $code) { id } }";
        let data = self.data(document, json!({ "code": code })).await;
        let id = data["reportCycle"]["id"].as_str();
        id.unwrap_or_else(|| panic!("{} knows no round {code}", self.name))
            .to_owned()
    }

    /// The id of a unit by its code.
    pub async fn unit(&self, code: &str) -> String {
        let data = self
            .data(
                "query($code: String!) { unit(code: $code) { id } }",
                json!({ "code": code }),
            )
            .await;
        data["unit"]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no unit {code}"))
            .to_owned()
    }

    /// The ids of the seats at RI with a function.
    pub async fn seats_at_ri(&self, function: &str) -> Vec<String> {
        let data = self
            .data("{ unit(code: \"RI\") { seats { id function } } }", json!({}))
            .await;
        let seats = data["unit"]["seats"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|seat| seat["function"] == function);
        seats.map(|seat| seat["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn starts(&self, cycle: &str) -> Result<Report, Refusal> {
        let cycle = self.cycle(cycle).await;
        self.on_report("startReport", json!({ "cycle": cycle })).await
    }

    /// Answers every field of a report that takes text.
    pub async fn fills_in(&self, report: &Report, text: &str) -> Result<Report, Refusal> {
        let document =
            "query($id: ID!) { report(id: $id) { template { sections { fields { key shape { __typename } } } } } }";
        let data = self.data(document, json!({ "id": report.id })).await;
        let keys = data["report"]["template"]["sections"]
            .as_array()
            .unwrap_or_else(|| panic!("{} does not see it", self.name))
            .clone();
        let fields = keys.iter().flat_map(|section| section["fields"].as_array().unwrap());
        let answers: Vec<Value> = fields
            .filter(|field| field["shape"]["__typename"] == "TextShape")
            .map(|field| json!({ "field": field["key"], "value": { "text": text } }))
            .collect();
        self.on_report(
            "editReport",
            json!({ "report": report.id, "expectedVersion": report.version, "answers": answers }),
        )
        .await
    }

    /// Starts a report and answers every field that takes text.
    pub async fn drafts(&self, cycle: &str) -> Report {
        let started = self.starts(cycle).await.unwrap();
        self.fills_in(&started, "Terlaksana sesuai rencana.").await.unwrap()
    }

    /// A command that needs nothing but the report.
    pub async fn does(&self, field: &str, on: &Report) -> Result<Report, Refusal> {
        self.on_report(field, json!({ "report": on.id, "expectedVersion": on.version }))
            .await
    }

    /// A command that owes a reason.
    pub async fn does_because(&self, field: &str, on: &Report, reason: &str) -> Result<Report, Refusal> {
        self.on_report(
            field,
            json!({ "report": on.id, "expectedVersion": on.version, "reason": reason }),
        )
        .await
    }

    pub async fn submits(&self, on: &Report) -> Result<Report, Refusal> {
        self.does("submitReport", on).await
    }

    /// Hands reports over to the experts at RI, and gives them with the session.
    pub async fn hands_over(
        &self,
        reports: &[&Report],
        session: Option<&str>,
    ) -> Result<(Vec<Report>, String), Refusal> {
        let receivers = self.seats_at_ri("EXPERT").await;
        let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
        let input = json!({
            "reports": ids,
            "place": "Media Center Bawaslu RI, Jakarta",
            "at": "2025-01-21T09:00:00+07:00",
            "receivers": receivers,
            "session": session,
        });
        let payload = self
            .command(
                "handOverReports",
                &format!("reports {{ {REPORT} }} session {{ id }}"),
                input,
            )
            .await?;
        let reports = payload["reports"].as_array().unwrap().iter().map(report).collect();
        Ok((reports, payload["session"]["id"].as_str().unwrap().to_owned()))
    }

    pub async fn receives(&self, reports: &[&Report]) -> Result<Vec<Report>, Refusal> {
        let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
        let payload = self
            .command(
                "receiveReports",
                &format!("reports {{ {REPORT} }}"),
                json!({ "reports": ids }),
            )
            .await?;
        Ok(payload["reports"].as_array().unwrap().iter().map(report).collect())
    }

    /// The report as this office sees it; None where it does not.
    pub async fn sees(&self, on: &Report) -> Option<Report> {
        let data = self
            .data(
                &format!("query($id: ID!) {{ report(id: $id) {{ {REPORT} }} }}"),
                json!({ "id": on.id }),
            )
            .await;
        (!data["report"].is_null()).then(|| report(&data["report"]))
    }
}

/// A report out of an answer.
pub fn report(value: &Value) -> Report {
    Report {
        id: value["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no report in {value}"))
            .to_owned(),
        version: value["version"].as_i64().unwrap(),
        status: value["status"].as_str().unwrap().to_owned(),
    }
}

/// The code of the first top-level error, or `ok`.
pub fn code(answer: &Value) -> String {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("ok")
        .to_owned()
}
