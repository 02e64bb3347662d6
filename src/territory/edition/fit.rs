//! Whether an edition can be so on every day: nothing is dated before what it follows on, no code means two regions on one
//! day, and what a region lies in exists as long as it lies there. Pure.
use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::compare::Change;
use crate::territory::{directory::overlap, regions::Regions};

/// Why a change cannot be so. The line is the one that would have to be dated otherwise; none stands for the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// What it follows on is in force only since that day.
    TooEarly { line: Option<u64>, since: NaiveDate },
    /// Its code means another region on some of these days.
    CodeTaken { line: Option<u64>, other: Uuid },
    /// The region it lies in does not exist all that time.
    NoParent { line: Option<u64>, parent: Option<Uuid> },
}

/// What a region is for a time.
#[derive(Clone, Copy)]
struct Span<'a> {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    code: &'a str,
    parent: Option<Uuid>,
}

impl Span<'_> {
    fn days(&self) -> (NaiveDate, Option<NaiveDate>) {
        (self.from.unwrap_or(NaiveDate::MIN), self.to)
    }
}

/// Tries changes on what was.
///
/// # Errors
/// Every [`Misfit`], those of dates before the others.
pub fn check(regions: &Regions, changes: &[Change]) -> Result<(), Vec<Misfit>> {
    let early: Vec<Misfit> = changes.iter().filter_map(|change| too_early(regions, change)).collect();
    if !early.is_empty() {
        return Err(early);
    }
    let lives = lives(regions, changes);
    let mut by_code: HashMap<&str, Vec<(Uuid, Span<'_>)>> = HashMap::new();
    for (region, spans) in &lives {
        for span in spans {
            by_code.entry(span.code).or_default().push((*region, *span));
        }
    }
    let mut misfits: Vec<Misfit> = Vec::new();
    for change in changes {
        let line = change.line;
        let spans = &lives[&change.region];
        // Of two regions with one code one has just got it.
        let got = spans.last().filter(|_last| change.after.is_some());
        let taken = got.and_then(|got| {
            let mut others = by_code
                .get(got.code)?
                .iter()
                .filter(|(other, _span)| *other != change.region);
            others.find(|(_other, span)| overlap(got.days(), span.days()))
        });
        misfits.extend(taken.map(|(other, _span)| Misfit::CodeTaken { line, other: *other }));
        let mut orphaned = spans
            .iter()
            .filter(|span| !span.parent.is_none_or(|parent| lasts(lives.get(&parent), span)));
        let orphaned = orphaned.next().map(|span| span.parent);
        misfits.extend(orphaned.map(|parent| Misfit::NoParent { line, parent }));
    }
    if misfits.is_empty() { Ok(()) } else { Err(misfits) }
}

/// A state lasts a day at least.
fn too_early(regions: &Regions, change: &Change) -> Option<Misfit> {
    let since = regions.states(change.region).last()?.from?;
    let early = change.on.is_none_or(|on| on <= since);
    early.then_some(Misfit::TooEarly {
        line: change.line,
        since,
    })
}

fn lives<'a>(regions: &'a Regions, changes: &'a [Change]) -> HashMap<Uuid, Vec<Span<'a>>> {
    let spans_of = |id: Uuid| {
        let states = regions.states(id);
        let spans = states.map(|state| Span {
            from: state.from,
            to: state.to,
            code: state.code,
            parent: state.parent,
        });
        spans.collect()
    };
    let mut lives: HashMap<Uuid, Vec<Span<'_>>> = regions.all().iter().map(|row| (row.id, spans_of(row.id))).collect();
    for change in changes {
        let spans = lives.entry(change.region).or_default();
        if let Some(last) = spans.last_mut() {
            last.to = change.on;
        }
        spans.extend(change.after.as_ref().map(|after| Span {
            from: change.on,
            to: None,
            code: &after.code,
            parent: after.parent,
        }));
    }
    lives
}

/// Whether a region exists on every day of a span.
fn lasts(parent: Option<&Vec<Span<'_>>>, span: &Span<'_>) -> bool {
    let (Some(first), Some(last)) = (
        parent.and_then(|spans| spans.first()),
        parent.and_then(|spans| spans.last()),
    ) else {
        return false;
    };
    first.from <= span.from && last.to.is_none_or(|end| span.to.is_some_and(|to| to <= end))
}
