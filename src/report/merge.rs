//! Pieces of a draft, merged as they come: pure. Two people may write one draft from two places, and a phone may send the
//! same piece again long after it arrived. A field that nobody saved since the writer looked takes what the writer says;
//! one that somebody did is left alone unless both say the same.
use entity::draft::{Answer, Answers, Saved};

/// What one field is to say; none clears it.
pub type Change = (String, Option<Answer>);

/// A draft with a piece in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub answers: Answers,
    pub saved: Saved,
}

/// A field that two want to say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which of the changes it is.
    pub place: usize,
    pub field: String,
    pub yours: Option<Answer>,
    /// What is saved.
    pub theirs: Option<Answer>,
    /// The version with which that was saved.
    pub version: i32,
}

/// Merges a piece into a draft as version `next` of its report. `seen` is the version the writer had read. None where the
/// draft says all of it already: then there is nothing to save, and so to send a piece twice is to send it once.
///
/// # Errors
/// Every field that was saved since with another answer; then nothing is merged.
pub fn merge(
    answers: &Answers,
    saved: &Saved,
    piece: &[Change],
    seen: i32,
    next: i32,
) -> Result<Option<Merged>, Vec<Conflict>> {
    let mut merged = Merged {
        answers: answers.clone(),
        saved: saved.clone(),
    };
    let mut conflicts = Vec::new();
    for (place, (field, yours)) in piece.iter().enumerate() {
        let theirs = answers.0.get(field);
        if theirs == yours.as_ref() {
            continue;
        }
        match saved.0.get(field) {
            Some(&version) if version > seen => conflicts.push(Conflict {
                place,
                field: field.clone(),
                yours: yours.clone(),
                theirs: theirs.cloned(),
                version,
            }),
            Some(_) | None => {
                merged.saved.0.insert(field.clone(), next);
                match yours {
                    Some(answer) => drop(merged.answers.0.insert(field.clone(), answer.clone())),
                    None => drop(merged.answers.0.remove(field)),
                }
            }
        }
    }
    if conflicts.is_empty() {
        Ok((merged.saved != *saved).then_some(merged))
    } else {
        Err(conflicts)
    }
}
