//! Making recommendations, in the transaction of what they follow from.
use std::collections::HashSet;

use entity::{
    enums::{RecommendationSource, RecommendationState, ReviewActKind},
    evaluation::Proposal,
    recommendation,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    db::insert_all,
    error::{Code, Error, Refusal},
    input::check_length,
    locale::Text,
    review::trace::{About, Act, record},
    territory::directory::is_valid,
};

/// The most that one thing may recommend.
pub const MOST: usize = 100;

/// The longest recommendation, characters.
pub const LONGEST_TEXT: usize = 2_000;

/// Who recommends, whom it may recommend to, and how much it has recommended.
#[derive(Clone, Debug)]
pub struct Room {
    pub issuer: Uuid,
    /// Units that may be recommended to wherever they lie, beside those beneath the issuer.
    pub also: HashSet<Uuid>,
    /// How many the same thing has recommended before.
    pub made: usize,
}

impl Room {
    /// Of what has recommended nothing yet.
    #[must_use]
    pub fn beneath(issuer: Uuid) -> Self {
        Self {
            issuer,
            also: HashSet::new(),
            made: 0,
        }
    }
}

/// What is wrong with what is to be recommended to units beneath an issuer, each at its place in the list `field` names.
#[must_use]
pub fn faults(write: &Write, issuer: Uuid, proposals: &[Proposal], field: &str) -> Vec<Refusal> {
    faults_within(write, &Room::beneath(issuer), proposals, field)
}

/// What is wrong with what is to be recommended, each at its place in the list `field` names.
#[must_use]
pub fn faults_within(write: &Write, room: &Room, proposals: &[Proposal], field: &str) -> Vec<Refusal> {
    if room.made + proposals.len() > MOST {
        let text = Text::new(
            format!("Paling banyak {MOST} rekomendasi."),
            format!("At most {MOST} recommendations."),
        );
        return vec![Refusal::new(Code::TooLong, text).at([field])];
    }
    let (actor, tree) = (&write.actor, &write.actor.directory.tree);
    let mut faults = Vec::new();
    for (place, proposal) in proposals.iter().enumerate() {
        let mut note = |refusal: Refusal| {
            faults.push(refusal.within([field.to_owned(), place.to_string()]));
        };
        let unit = tree.get(proposal.unit).filter(|unit| {
            let exists = is_valid(actor.today, unit.formed_on, unit.dissolved_on);
            exists && (tree.is_within(unit.id, room.issuer) || room.also.contains(&unit.id))
        });
        if unit.is_none() {
            let text = Text::new("Unit tidak ditemukan.", "The unit was not found.");
            note(Refusal::new(Code::NotFound, text).at(["unit"]));
        }
        if proposal.text.trim().is_empty() {
            let text = Text::new("Isian ini wajib.", "This is required.");
            note(Refusal::new(Code::Required, text).at(["text"]));
        } else if let Err(refusal) = check_length(&proposal.text, "text", LONGEST_TEXT) {
            note(refusal);
        }
        if proposal.due_on < actor.today {
            let text = Text::new(
                "Batas waktu tidak boleh di masa lalu.",
                "The due date cannot lie in the past.",
            );
            note(Refusal::new(Code::Invalid, text).at(["dueOn"]));
        }
    }
    faults
}

/// Makes them, in their order.
///
/// # Errors
/// The database's.
pub async fn make(
    write: &Write,
    seat: ActingSeat,
    source: (RecommendationSource, Uuid),
    issuer: Uuid,
    proposals: &[Proposal],
) -> Result<(), Error> {
    add(write, seat, source, &Room::beneath(issuer), proposals).await
}

/// Makes them, in their order, after those the same thing has made before.
///
/// # Errors
/// The database's.
pub async fn add(
    write: &Write,
    seat: ActingSeat,
    (source, subject): (RecommendationSource, Uuid),
    room: &Room,
    proposals: &[Proposal],
) -> Result<(), Error> {
    let first = i32::try_from(room.made).map_err(Error::internal)? + 1;
    let made = proposals
        .iter()
        .zip(first..)
        .map(|(proposal, position)| recommendation::Model {
            id: new_id(write.now),
            subject_type: source,
            subject_id: subject,
            position,
            issuer_id: room.issuer,
            unit_id: proposal.unit,
            text: proposal.text.clone(),
            due_on: proposal.due_on,
            state: RecommendationState::Open,
            made_at: write.now,
            reminded_at: None,
            version: 1,
        });
    let made: Vec<_> = made.collect();
    insert_all(write.connection(), made.clone()).await?;
    for row in &made {
        let act = Act {
            kind: ReviewActKind::MakeRecommendation,
            about: About::Recommendation(row),
            details: json!({
                "version": row.version,
                "state": row.state,
                "source": { "type": row.subject_type, "id": row.subject_id },
                "unit": row.unit_id,
                "dueOn": row.due_on,
            }),
            reason: Some(row.text.clone()),
        };
        record(write, seat, act).await?;
    }
    Ok(())
}
