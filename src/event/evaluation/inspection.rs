//! Whether what units were shown of their evaluations is still what is kept.
use std::collections::HashMap;

use entity::{enums::EventActKind, rubric};
use uuid::Uuid;

use super::{content_hash, query};
use crate::{
    db::Db,
    error::Error,
    event::query::acts,
    review::rubric::{query as rubrics, score::total},
};

/// How many are read at once.
const AT_ONCE: u64 = 500;

/// What must not be, a sentence each: an evaluation whose total its scores do not come to, or that is not as it was issued.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.reader();
    let (mut faults, mut after) = (Vec::new(), None);
    loop {
        let issued = query::issued_after(connection, after, AT_ONCE).await?;
        let Some(last) = issued.last() else { return Ok(faults) };
        after = Some(last.id);
        let ids: Vec<Uuid> = issued.iter().map(|row| row.id).collect();
        let acts = acts(connection, &ids).await?;
        let ids: Vec<Uuid> = issued.iter().map(|row| row.rubric_id).collect();
        let rubrics = rubrics::scored_by(connection, &ids).await?;
        let rubrics: HashMap<Uuid, rubric::Model> = rubrics.into_iter().map(|row| (row.id, row)).collect();
        for row in issued {
            let judged = rubrics
                .get(&row.rubric_id)
                .and_then(|rubric| total(&rubric.criteria, &row.scores));
            if judged.map(|total| total.to_string()) != row.total {
                faults.push(format!(
                    "evaluation {} of an event has a total its scores do not come to",
                    row.id
                ));
            }
            let mut issuing = acts.get(&row.id).into_iter().flatten();
            let last = issuing.rfind(|act| act.kind == EventActKind::IssueEvaluation);
            let told = last.and_then(|act| act.details["sha256"].as_str());
            if told != Some(content_hash(&row)?.as_str()) {
                faults.push(format!("evaluation {} of an event is not as it was issued", row.id));
            }
        }
    }
}
