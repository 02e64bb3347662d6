//! Which sheets lie apart, and having them looked at again. Nobody changes a score but the juror.
use entity::{
    award_panel,
    enums::{AssignmentState, AwardActKind},
};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    appointing::{next_version, outcome, replayed, write_if_unchanged},
    query,
    sight::{chaired, is_juror},
};
use crate::{
    award::{
        running::LONGEST_REASON,
        trace::{About, Act, record},
    },
    command::{self, Begun},
    error::{Code, Error, Refusal},
    faults::fault,
    input::required,
    review::{
        assignment::{self, Step, advance_silently},
        rubric::score::spread,
    },
    session::Session,
};

/// A sheet that lies apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlier {
    pub assignment: Uuid,
    pub total: Decimal,
    /// Of all complete sheets of the candidate, this one among them.
    pub median: Decimal,
}

/// The sheets of a candidate, each with what it comes to, that lie more than so many points from their median.
#[must_use]
pub fn outliers(totals: &[(Uuid, Decimal)], points: Option<i32>) -> Vec<Outlier> {
    let figures: Vec<Decimal> = totals.iter().map(|(_assignment, total)| *total).collect();
    let Some((points, spread)) = points.zip(spread(&figures)) else {
        return Vec::new();
    };
    let apart = |total: Decimal| (total - spread.median).abs() > Decimal::from(points);
    let found = totals.iter().filter(|(_assignment, total)| apart(*total));
    found
        .map(|(assignment, total)| Outlier {
            assignment: *assignment,
            total: *total,
            median: spread.median,
        })
        .collect()
}

/// Has a sheet that lies apart looked at again by its juror.
#[derive(Clone, Debug, Serialize)]
pub struct Reopen {
    pub panel: Uuid,
    pub expected_version: i32,
    pub scoring: Uuid,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Has a sheet that lies apart looked at again by its juror. It stays as it was, and does not count until another is complete.
///
/// # Errors
/// What [`chaired`] says; `Forbidden` for whoever judges there too, `NotFound` for the sheet, `WrongState` where none is complete or it
/// does not lie apart, `Required` and `TooLong` for the reason.
pub async fn reopen(session: &Session, field: &str, input: Reopen) -> Result<award_panel::Model, Error> {
    let write = match command::begin(session, field, "reopenAwardScores", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = chaired(&write, (input.panel, input.expected_version, input.seat)).await?;
    let connection = write.connection();
    let jurors = query::jurors(connection, &[held.panel.id]).await?;
    if is_juror(&write.actor, &jurors) {
        return Err(Refusal::forbidden().at(["panel"]).into());
    }
    let live = query::live_on(connection, held.panel.id).await?;
    let found = live.iter().find(|row| row.id == input.scoring).cloned();
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let row = found.ok_or_else(|| {
        let absent = fault(
            Code::NotFound,
            "Lembar nilai tidak ditemukan.",
            "The sheet was not found.",
        );
        absent.at(["scoring"])
    })?;
    if row.state != AssignmentState::Complete {
        return Err(assignment::wrong_state(row.state).at(["scoring"]).into());
    }
    let sheets = query::last_sheets(connection, held.panel.id).await?;
    let of_candidate = live
        .iter()
        .filter(|other| other.subject_id == row.subject_id && other.state == AssignmentState::Complete);
    let totals: Vec<(Uuid, Decimal)> = of_candidate
        .filter_map(|other| Some((other.id, sheets.get(&other.id)?.total.parse().ok()?)))
        .collect();
    let apart = outliers(&totals, held.category.outlier_points);
    if !apart.iter().any(|outlier| outlier.assignment == row.id) {
        let close = fault(
            Code::WrongState,
            "Nilai ini tidak menyimpang sejauh yang disebut aturan.",
            "This sheet does not lie as far apart as the rules say.",
        );
        return Err(close.at(["scoring"]).into());
    }
    let reopened = advance_silently(&write, &row, Step::Reopen)
        .await
        .map_err(|error| error.at("scoring"))?;
    let after = next_version(&held.panel);
    write_if_unchanged(&write, &held.panel, &after).await?;
    let act = Act {
        kind: AwardActKind::ReopenSheet,
        about: About::Scoring {
            id: row.id,
            unit: held.panel.unit_id,
        },
        details: json!({ "panel": held.panel.id, "sheet": sheets.get(&row.id).map(|sheet| sheet.id), "version": reopened.version }),
        reason: Some(reason),
    };
    record(&write, &held.edition, held.seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_apart_is_told_from_what_lies_at_the_edge() {
        let ids: Vec<Uuid> = (0..4_u128).map(Uuid::from_u128).collect();
        let totals = |figures: [&str; 4]| -> Vec<(Uuid, Decimal)> {
            let figures = figures.map(|figure| figure.parse().unwrap());
            ids.iter().copied().zip(figures).collect()
        };
        let apart = |figures, points| -> Vec<u128> {
            let found = outliers(&totals(figures), points).into_iter();
            found.map(|outlier| outlier.assignment.as_u128()).collect()
        };
        // The median is 60.00.
        assert_eq!(apart(["40.00", "60.00", "60.00", "80.01"], Some(20)), [3]);
        assert_eq!(apart(["39.99", "60.00", "60.00", "80.00"], Some(20)), [0]);
        assert_eq!(apart(["0.00", "60.00", "60.00", "100.00"], None), [0_u128; 0]);
        assert_eq!(outliers(&[], Some(1)), []);
    }
}
