//! How complete rounds are: what was asked of a unit and of those beneath it, and what of it came, when.
use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{Tier, Verdict},
};
use uuid::Uuid;

use super::{
    perspective::Perspective,
    query::{self, Counted, Group, View},
    reads,
};
use crate::{
    error::Error,
    report::{
        catalogue::Catalogue,
        cycle::sight::is_visible,
        obligation::{State, state_of},
    },
    session::{Actor, Session},
};

/// The most rounds that are counted at once: five years of months.
pub const MOST_ROUNDS: usize = 60;

/// How many obligations stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub scheduled: i64,
    pub open: i64,
    pub overdue: i64,
    pub on_time: i64,
    pub late: i64,
    pub excused: i64,
    pub waived: i64,
    pub not_applicable: i64,
    pub unmet: i64,
    /// Of those that came.
    pub accepted: i64,
    pub declined: i64,
}

impl Counts {
    /// Counts obligations that stand alike.
    pub fn add(&mut self, state: State, verdict: Option<Verdict>, obligations: i64) {
        let place = match state {
            State::Scheduled => &mut self.scheduled,
            State::Open => &mut self.open,
            State::Overdue => &mut self.overdue,
            State::MetOnTime => &mut self.on_time,
            State::MetLate => &mut self.late,
            State::Excused => &mut self.excused,
            State::Waived => &mut self.waived,
            State::NotApplicable => &mut self.not_applicable,
            State::Unmet => &mut self.unmet,
        };
        *place += obligations;
        match verdict {
            Some(Verdict::Accepted) => self.accepted += obligations,
            Some(Verdict::Declined) => self.declined += obligations,
            None => {}
        }
    }

    /// What came.
    #[must_use]
    pub fn submitted(&self) -> i64 {
        self.on_time + self.late
    }

    /// What was asked for, of units that were there to be asked: excused and waived ones included.
    #[must_use]
    pub fn expected(&self) -> i64 {
        self.submitted() + self.scheduled + self.open + self.overdue + self.excused + self.waived + self.unmet
    }
}

/// What is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    pub unit: Uuid,
    /// Of units of this tier alone.
    pub tier: Option<Tier>,
    pub cycle: Option<Uuid>,
    /// Rounds of any version of this template.
    pub template: Option<Uuid>,
    /// Rounds whose period ends on this day or later,
    pub from: Option<NaiveDate>,
    /// and on this day or before.
    pub to: Option<NaiveDate>,
    /// Only so many, the latest due.
    pub last: Option<usize>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Completeness {
    pub unit: Uuid,
    /// The rounds that are counted, by due moment.
    pub cycles: Vec<Arc<cycle::Model>>,
    groups: Vec<Group>,
    now: DateTime<Utc>,
}

/// Counts; None where the actor may not read what the unit owes, or not know of the round.
///
/// # Errors
/// `BadInput` for too many rounds; the database's.
pub async fn completeness(session: &Session, asked: &Asked) -> Result<Option<Completeness>, Error> {
    let actor = &session.actor;
    let catalogue = session.services.catalogue.load();
    let history = &actor.directory.history;
    let Some(life) = history.life(asked.unit) else {
        return Ok(None);
    };
    let cycles = rounds(&catalogue, actor, asked);
    if cycles.is_empty() && (asked.cycle.is_some() || !reads(actor, asked.unit, actor.today)) {
        return Ok(None);
    }
    if cycles.len() > MOST_ROUNDS {
        return Err(Error::bad_input(
            format!("Paling banyak {MOST_ROUNDS} putaran dihitung sekaligus; persempit rentangnya."),
            format!("At most {MOST_ROUNDS} rounds are counted at once; narrow the span."),
        ));
    }
    let counted = Counted {
        cycles: cycles.iter().map(|cycle| cycle.id).collect(),
        top: (life.tier, life.id),
        tier: asked.tier,
    };
    let view = View {
        perspective: Perspective::of_unit(&catalogue, history, asked.unit),
        catalogue,
        now: session.now(),
    };
    let groups = if cycles.is_empty() {
        Vec::new()
    } else {
        query::groups(session.services.db.reader(), &view, &counted).await?
    };
    Ok(Some(Completeness {
        unit: asked.unit,
        cycles,
        groups,
        now: view.now,
    }))
}

/// The rounds that are asked about and that the actor may count there, by due moment.
fn rounds(catalogue: &Catalogue, actor: &Actor, asked: &Asked) -> Vec<Arc<cycle::Model>> {
    let code_of = |template: Uuid| catalogue.template(template).map(|template| template.code.as_str());
    let wanted = |cycle: &cycle::Model| {
        asked.cycle.is_none_or(|id| id == cycle.id)
            && asked
                .template
                .is_none_or(|template| code_of(template).is_some() && code_of(template) == code_of(cycle.template_id))
            && asked.from.is_none_or(|from| from <= cycle.period_end)
            && asked.to.is_none_or(|to| cycle.period_end <= to)
            && is_visible(actor, cycle.owner_id)
            && reads(actor, asked.unit, cycle.tree_date)
    };
    let mut rounds: Vec<Arc<cycle::Model>> = catalogue
        .cycles()
        .into_iter()
        .filter(|cycle| wanted(cycle))
        .cloned()
        .collect();
    if let Some(last) = asked.last {
        rounds.drain(..rounds.len().saturating_sub(last));
    }
    rounds
}

impl Completeness {
    fn count<'g>(&self, groups: impl Iterator<Item = &'g Group>) -> Counts {
        let mut counts = Counts::default();
        for group in groups {
            if let Some(cycle) = self.cycles.iter().find(|cycle| cycle.id == group.cycle_id) {
                let state = state_of(group.came, group.until, cycle, self.now);
                counts.add(state, group.verdict, group.obligations);
            }
        }
        counts
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.count(self.groups.iter())
    }

    /// Round by round.
    #[must_use]
    pub fn by_cycle(&self) -> Vec<(Arc<cycle::Model>, Counts)> {
        let of = |cycle: &Arc<cycle::Model>| {
            let groups = self.groups.iter().filter(|group| group.cycle_id == cycle.id);
            (Arc::clone(cycle), self.count(groups))
        };
        self.cycles.iter().map(of).collect()
    }

    /// By the units through which it came, in no order; what the unit itself owes is not among them.
    #[must_use]
    pub fn by_child(&self) -> Vec<(Uuid, Counts)> {
        let mut children: HashMap<Uuid, Vec<&Group>> = HashMap::new();
        for group in &self.groups {
            if let Some(child) = group.child {
                children.entry(child).or_default().push(group);
            }
        }
        let counted = children.into_iter();
        counted
            .map(|(child, groups)| (child, self.count(groups.into_iter())))
            .collect()
    }

    /// The units through which it came, by the name they had at the end of the last period.
    #[must_use]
    pub fn children(&self, actor: &Actor) -> Vec<(Uuid, Counts)> {
        let history = &actor.directory.history;
        let day = self.cycles.last().map_or(actor.today, |cycle| cycle.tree_date);
        let mut children = self.by_child();
        children.sort_by_key(|(unit, _counts)| (history.life(*unit).map(|life| life.name_on(day).to_owned()), *unit));
        children
    }
}
