//! Following the feed, as an office or a program does.
use serde_json::{Value, json};

use super::office::Office;

const CHANGES: &str = "query($after: String, $first: Int) { changes(after: $after, first: $first) {
    pageInfo { endCursor hasNextPage }
    nodes { id kind subject { __typename ... on ChangedReport { version statusBefore statusAfter revision { number } report { id status } }
        ... on ChangedTemplate { code version name template { status } }
        ... on ChangedCycle { code version dueAt by { code } cycle { id } } } } } }";

/// A page of the feed.
pub struct Pulled {
    pub changes: Vec<Value>,
    /// From where to go on.
    pub end: Option<String>,
    pub more: bool,
}

impl Pulled {
    pub fn kinds(&self) -> Vec<&str> {
        self.changes
            .iter()
            .map(|change| change["kind"].as_str().unwrap())
            .collect()
    }

    pub fn ids(&self) -> Vec<String> {
        let ids = self.changes.iter().map(|change| change["id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    }
}

impl Office<'_> {
    /// One page of what comes after a cursor.
    pub async fn pulls_page(&self, after: Option<&str>, first: usize) -> Pulled {
        let data = self.data(CHANGES, json!({ "after": after, "first": first })).await;
        let page = &data["changes"];
        Pulled {
            changes: page["nodes"].as_array().unwrap().clone(),
            end: page["pageInfo"]["endCursor"].as_str().map(str::to_owned),
            more: page["pageInfo"]["hasNextPage"].as_bool().unwrap(),
        }
    }

    /// All that comes after a cursor and has a number by now.
    pub async fn pulls(&self, after: Option<&str>) -> Pulled {
        // Whatever was committed so far is numbered, be it by the server itself or by this.
        jenjang::feed::number(&self.app.services.db).await.unwrap();
        let mut pulled = self.pulls_page(after, 100).await;
        while pulled.more {
            let next = self.pulls_page(pulled.end.as_deref(), 100).await;
            pulled.changes.extend(next.changes);
            pulled.end = next.end;
            pulled.more = next.more;
        }
        pulled
    }
}
