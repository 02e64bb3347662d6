//! A stranger learns nothing: what is hidden is answered like what is absent, in the same words and for the same SQL
//! statements, on every path.
mod files;
mod findings;
mod notices;
mod people;
mod reports;
mod rounds;
mod sessions;
mod words;

use serde_json::{Value, json};

use crate::support::{TestApp, office::Office};

/// What somebody can learn from an answer: its status, its bytes, and, by the time it takes, its statements.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    status: u16,
    body: String,
    statements: Vec<String>,
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Asks about something; `about` is blotted out of the answer, as the asker named it.
pub async fn told(app: &TestApp, token: Option<&str>, document: &str, variables: Value, about: &str) -> Told {
    let headers: Vec<(&str, String)> = token
        .map(|token| ("authorization", format!("Bearer {token}")))
        .into_iter()
        .collect();
    let answer = app
        .post(&headers, json!({ "query": document, "variables": variables }))
        .await;
    let body = String::from_utf8(answer.bytes).unwrap();
    Told {
        status: answer.status,
        body: body.replace(about, "…"),
        statements: app.last_statements(),
    }
}

/// Asks the same about several things, which must not be told apart; gives what was said of them.
pub async fn alike(office: &Office<'_>, document: &str, variables: impl Fn(&str) -> Value, things: &[&str]) -> Value {
    let mut first: Option<Told> = None;
    for thing in things {
        let next = told(
            office.app,
            Some(&office.access_token),
            document,
            variables(thing),
            thing,
        )
        .await;
        match &first {
            Some(first) => assert_eq!(*first, next, "{} tells {things:?} apart by {document}", office.name),
            None => first = Some(next),
        }
    }
    first.expect("something is asked about").json()
}

/// The code of the first user error of a command.
pub fn refusal<'v>(answer: &'v Value, command: &str) -> &'v Value {
    &answer["data"][command]["userErrors"][0]["code"]
}
