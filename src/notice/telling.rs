//! Follows the feed and writes notices. The number of the last event told moves in the transaction that writes what was
//! told, under a lock: of two processes one tells an event, and one that is killed leaves it told or untold.
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{account, award_edition, conflict, event as held, notice, outbox_event, pulse, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    audience::{AwardReach, Happening, Reach, audience},
    copying::is_wanted,
    kinds::{Kind, SubjectType},
    query::{self, Asked, NOTICES_PULSE},
    words::{Missing, findings_in},
};
use crate::{
    clock::{day_in_jakarta, new_id},
    command::{self, Changes},
    db::insert_all,
    error::Error,
    mail::{self, Item},
    report::{
        catalogue,
        query::{Handover, handovers_in_force},
    },
    review::conflict::is_conflicted,
    services::Services,
    territory::directory::Directory,
};

/// How many events are told in one transaction.
const BATCH: u64 = 200;

/// Tells of the next events, and how many there were; 0: of all there are.
///
/// # Errors
/// The database's; then nobody was told of any.
pub async fn tell(services: &Arc<Services>) -> Result<usize, Error> {
    if !query::has_untold(services.db.reader()).await? {
        return Ok(0);
    }
    let write = command::begin_unsigned(services, Changes::Records).await?;
    let connection = write.connection();
    // The row lock comes first: a second teller waits here and then sees what the first has told.
    move_pulse(connection, Expr::col(pulse::Column::Version)).await?;
    let events = query::events_after(connection, query::told_up_to(connection).await?, BATCH).await?;
    let Some(last) = events.last().and_then(|event| event.sequence) else {
        return Ok(0);
    };
    // A round that another process has opened is to be called by its name.
    catalogue::confirm(services).await?;
    let circumstances = Circumstances::of(connection, &events).await?;
    let teller = Teller {
        services,
        directory: &write.directory,
        today: day_in_jakarta(write.now),
        now: write.now,
        circumstances,
    };
    teller.tell(connection, &events).await?;
    move_pulse(connection, Expr::value(last)).await?;
    write.commit().await?;
    Ok(events.len())
}

async fn move_pulse(connection: &impl ConnectionTrait, version: Expr) -> Result<(), Error> {
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, version)
        .filter(pulse::Column::Name.eq(NOTICES_PULSE))
        .exec(connection)
        .await?;
    Ok(())
}

/// What has to be known beside the events on reports and units.
pub(super) struct Circumstances {
    pub(super) reports: HashMap<Uuid, report::Model>,
    /// Who took a step, by report and version.
    steps: HashMap<(Uuid, i32), Uuid>,
    handovers: HashMap<Uuid, Handover>,
    /// Who left a seat, by change and unit.
    leavers: HashMap<(Uuid, Uuid), Vec<Uuid>>,
    /// Whom each round asks.
    asked: HashMap<Uuid, Vec<Asked>>,
    /// How many have not sent, by the event that tells it.
    pub(super) missing: HashMap<Uuid, Missing>,
    /// What is known of conflicts of interest, where somebody is told of a review.
    conflicts: Vec<conflict::Model>,
    /// Who reviews each report, with the seat, where findings were answered.
    reviewers: HashMap<Uuid, Vec<(Uuid, Uuid)>>,
    /// How many findings each event is about.
    pub(super) findings: HashMap<Uuid, usize>,
    /// Events that are held, with whom they reach.
    pub(super) held: HashMap<Uuid, (held::Model, Reach)>,
    /// Editions of awards, with whom they reach.
    pub(super) editions: HashMap<Uuid, (award_edition::Model, AwardReach)>,
    /// Who entered, and which person, by what an event on awards is about.
    awarded: HashMap<Uuid, query::Awarded>,
}

impl Circumstances {
    pub(super) async fn of(connection: &impl ConnectionTrait, events: &[outbox_event::Model]) -> Result<Self, Error> {
        let on = |kinds: fn(Kind) -> bool| {
            let events = events.iter();
            events.filter(move |event| Kind::of(&event.kind).is_some_and(kinds))
        };
        let ids: BTreeSet<Uuid> = on(|kind| kind.subject() == SubjectType::Report)
            .map(|event| event.subject_id)
            .collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let dissolved = || on(|kind| kind == Kind::UnitDissolved);
        let changes: BTreeSet<Uuid> = dissolved().filter_map(change_of).collect();
        let changes: Vec<Uuid> = changes.into_iter().collect();
        let units: Vec<Uuid> = dissolved().map(|event| event.subject_id).collect();
        let cycles = on(|kind| kind.subject() == SubjectType::Cycle).map(|event| event.subject_id);
        let cycles: BTreeSet<Uuid> = cycles.collect();
        let cycles: Vec<Uuid> = cycles.into_iter().collect();
        let reviews = on(Kind::is_about_review).next().is_some();
        let conflicts = if reviews {
            query::conflicts(connection).await?
        } else {
            Vec::new()
        };
        let answered = on(|kind| kind == Kind::FindingAnswered).map(|event| event.subject_id);
        let answered: Vec<Uuid> = answered.collect();
        let held = on(|kind| kind.subject() == SubjectType::Event).map(|event| event.subject_id);
        let held: BTreeSet<Uuid> = held.collect();
        let held: Vec<Uuid> = held.into_iter().collect();
        let on_awards = || on(|kind| kind.subject() == SubjectType::Award);
        let editions: BTreeSet<Uuid> = on_awards().map(|event| event.subject_id).collect();
        let editions: Vec<Uuid> = editions.into_iter().collect();
        let about: Vec<Uuid> = on_awards().filter_map(about_of).collect();
        Ok(Self {
            editions: query::editions(connection, &editions).await?,
            awarded: query::awarded(connection, &about).await?,
            held: query::held(connection, &held).await?,
            reviewers: query::reviewers(connection, &answered).await?,
            conflicts,
            reports: query::reports(connection, &ids).await?,
            steps: query::steps(connection, &ids).await?,
            handovers: handovers_in_force(connection, &ids).await?,
            leavers: query::leavers(connection, &changes, &units).await?,
            asked: query::asked(connection, &cycles).await?,
            missing: on(|kind| kind == Kind::ReportsMissing)
                .filter_map(|event| Some((event.id, Missing::of(&event.payload)?)))
                .collect(),
            findings: on(Kind::is_on_findings)
                .map(|event| (event.id, findings_in(&event.payload)))
                .collect(),
        })
    }
}

/// What the payload of a step on a report says of who took it.
#[derive(Deserialize)]
struct Step {
    version: i32,
}

/// What the payload of an event on an assignment says.
#[derive(Deserialize)]
struct Review {
    reviewer: Uuid,
    /// Nobody, where the day came of itself.
    by: Option<Uuid>,
}

/// What the payload of something done about findings says of who did it, and who had raised them.
#[derive(Deserialize)]
struct OnFindings {
    /// Nobody, where the day came of itself.
    by: Option<Uuid>,
    desks: Vec<Uuid>,
}

/// What the payload of an act on people says of whom and by whom.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Act {
    account: Option<Uuid>,
    by: Uuid,
    by_seat: Option<Uuid>,
}

/// What the payload of an event on a unit says of the change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Touch {
    change: Uuid,
    by: Uuid,
    by_seat: Uuid,
}

/// What the payload of an event on a round, or on what a unit owes in one, says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    cycle: Uuid,
    /// Nobody, where the day came of itself.
    by: Option<Uuid>,
    by_seat: Option<Uuid>,
}

/// What the payload of an event on a session says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Gathering {
    units: Vec<Uuid>,
    receivers: Vec<Uuid>,
    by: Uuid,
    by_seat: Uuid,
}

/// What the payload of an event on a recommendation says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recommended {
    issuer: Uuid,
    /// Nobody, where the day came of itself.
    by: Option<Uuid>,
    by_seat: Option<Uuid>,
}

/// What the payload of an act on an event that is held, or on an edition of awards, says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    about: About,
    details: Value,
    /// Nobody, where the day came of itself.
    by: Option<Uuid>,
    by_seat: Option<Uuid>,
}

#[derive(Deserialize)]
struct About {
    id: Uuid,
}

impl Held {
    /// Whom a substitution concerns: who comes now, and who came before.
    fn substituted(&self) -> Vec<Uuid> {
        let before = self.details["replaces"].as_str().and_then(|id| id.parse().ok());
        std::iter::once(self.about.id).chain(before).collect()
    }

    /// Who was appointed, of an act on a jury.
    fn appointed(&self) -> Option<Uuid> {
        self.details["person"].as_str()?.parse().ok()
    }

    /// Whether it is worth telling: of a draft nobody knows, and that a word of the description changed concerns nobody.
    fn is_told(&self, kind: Kind) -> bool {
        kind != Kind::EventChanged || self.details["rearranged"] == true
    }
}

/// What an act on an edition of awards is about.
fn about_of(event: &outbox_event::Model) -> Option<Uuid> {
    Held::deserialize(&event.payload).ok().map(|held| held.about.id)
}

fn change_of(event: &outbox_event::Model) -> Option<Uuid> {
    Touch::deserialize(&event.payload).ok().map(|touch| touch.change)
}

struct Teller<'s> {
    services: &'s Services,
    directory: &'s Directory,
    today: NaiveDate,
    now: DateTime<Utc>,
    circumstances: Circumstances,
}

impl Teller<'_> {
    async fn tell(&self, connection: &impl ConnectionTrait, events: &[outbox_event::Model]) -> Result<(), Error> {
        let mut notices = Vec::new();
        for event in events {
            let Some(kind) = Kind::of(&event.kind) else { continue };
            let Some(happening) = self.happening(kind, event) else {
                // Left out for good: an event that cannot be read must not keep all later ones from being told.
                tracing::error!(event = %event.id, kind = event.kind, "an event could not be read");
                continue;
            };
            let told = audience(&happening, self.directory, self.today);
            notices.extend(
                told.into_iter()
                    .map(|account| (kind, self.notice(event, &happening, account))),
            );
        }
        // Nobody else writes notices while the pulse is locked, so that what is not there now is not there when it is written.
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        let told = query::told_already(connection, &ids).await?;
        notices.retain(|(_kind, notice)| !told.contains(&(notice.event_id, notice.account_id)));
        insert_all(
            connection,
            notices.iter().map(|(_kind, notice)| notice.clone()).collect(),
        )
        .await?;
        if self.services.mail.is_some() {
            self.copy_all(connection, &notices).await?;
        }
        Ok(())
    }

    async fn copy_all(
        &self,
        connection: &impl ConnectionTrait,
        notices: &[(Kind, notice::Model)],
    ) -> Result<(), Error> {
        let accounts: BTreeSet<Uuid> = notices.iter().map(|(_kind, notice)| notice.account_id).collect();
        let accounts: Vec<Uuid> = accounts.into_iter().collect();
        let accounts = query::accounts(connection, &accounts).await?;
        for (kind, notice) in notices {
            if let Some(account) = accounts.get(&notice.account_id) {
                self.copy(connection, *kind, notice, account).await?;
            }
        }
        Ok(())
    }

    /// None when the event does not say what events of its kind say.
    fn happening(&self, kind: Kind, event: &outbox_event::Model) -> Option<Happening> {
        let about_nobody = Happening {
            kind,
            subject: event.subject_id,
            unit: event.unit_id,
            by: None,
            by_seat: None,
            reviewing: None,
            receivers: Vec::new(),
            leaving: Vec::new(),
            asked: Vec::new(),
            reviewer: None,
            reviewing_seats: Vec::new(),
            conflicted: Vec::new(),
            desks: Vec::new(),
            event: Reach::default(),
            award: AwardReach::default(),
        };
        match kind.subject() {
            SubjectType::Report if kind.is_about_review() => {
                let Review { reviewer, by } = Review::deserialize(&event.payload).ok()?;
                let rows = &self.circumstances.conflicts;
                let conflicted = rows.iter().map(|row| row.account_id);
                let conflicted = conflicted
                    .filter(|account| is_conflicted(self.directory, rows, (*account, event.unit_id, self.today)));
                Some(Happening {
                    by,
                    reviewer: Some(reviewer),
                    conflicted: conflicted.collect(),
                    ..about_nobody
                })
            }
            SubjectType::Report if kind.is_on_findings() => {
                let OnFindings { by, desks } = OnFindings::deserialize(&event.payload).ok()?;
                let reviewers = self.circumstances.reviewers.get(&event.subject_id);
                Some(Happening {
                    by,
                    desks,
                    reviewing_seats: reviewers.cloned().unwrap_or_default(),
                    ..about_nobody
                })
            }
            SubjectType::Report => {
                let Step { version } = Step::deserialize(&event.payload).ok()?;
                let report = self.circumstances.reports.get(&event.subject_id)?;
                let handover = self.circumstances.handovers.get(&report.id);
                Some(Happening {
                    by: self.circumstances.steps.get(&(report.id, version)).copied(),
                    reviewing: report.reviewing_tier,
                    receivers: handover.map_or_else(Vec::new, |handover| handover.receivers.clone()),
                    ..about_nobody
                })
            }
            SubjectType::Account => {
                let Act { account, by, by_seat } = Act::deserialize(&event.payload).ok()?;
                Some(Happening {
                    // What was done to nobody else concerns who did it: a token made in one's name.
                    subject: account.unwrap_or(by),
                    by: Some(by),
                    by_seat,
                    ..about_nobody
                })
            }
            SubjectType::Unit => {
                let Touch { change, by, by_seat } = Touch::deserialize(&event.payload).ok()?;
                let leaving = self.circumstances.leavers.get(&(change, event.subject_id));
                Some(Happening {
                    by: Some(by),
                    by_seat: Some(by_seat),
                    leaving: leaving.cloned().unwrap_or_default(),
                    ..about_nobody
                })
            }
            SubjectType::Handover => {
                let Gathering {
                    units,
                    receivers,
                    by,
                    by_seat,
                } = Gathering::deserialize(&event.payload).ok()?;
                Some(Happening {
                    by: Some(by),
                    by_seat: Some(by_seat),
                    receivers,
                    asked: units,
                    ..about_nobody
                })
            }
            SubjectType::Event => {
                let held = Held::deserialize(&event.payload).ok()?;
                let reach = self.circumstances.held.get(&event.subject_id);
                let reach = reach.filter(|_reach| held.is_told(kind));
                Some(Happening {
                    asked: held.substituted(),
                    by: held.by,
                    by_seat: held.by_seat,
                    event: reach.map(|(_row, reach)| reach.clone()).unwrap_or_default(),
                    ..about_nobody
                })
            }
            SubjectType::Award => {
                let act = Held::deserialize(&event.payload).ok()?;
                let (_row, reach) = self.circumstances.editions.get(&event.subject_id)?;
                let about = self.circumstances.awarded.get(&act.about.id);
                Some(Happening {
                    by: act.by,
                    by_seat: act.by_seat,
                    award: AwardReach {
                        nominator: about.and_then(|about| about.nominator),
                        person: about.and_then(|about| about.person).or_else(|| act.appointed()),
                        ..reach.clone()
                    },
                    ..about_nobody
                })
            }
            SubjectType::Recommendation => {
                let Recommended { issuer, by, by_seat } = Recommended::deserialize(&event.payload).ok()?;
                Some(Happening {
                    by,
                    by_seat,
                    asked: vec![issuer],
                    ..about_nobody
                })
            }
            SubjectType::Cycle | SubjectType::Obligation => {
                let Round { cycle, by, by_seat } = Round::deserialize(&event.payload).ok()?;
                let all = self.circumstances.asked.get(&cycle).map_or(&[][..], Vec::as_slice);
                let asked = all.iter().filter(|asked| match kind {
                    Kind::CyclePassedOn => asked.is_beneath(event.unit_id),
                    _ => true,
                });
                Some(Happening {
                    subject: cycle,
                    by,
                    by_seat,
                    asked: asked.map(|asked| asked.unit).collect(),
                    ..about_nobody
                })
            }
        }
    }

    fn notice(&self, event: &outbox_event::Model, happening: &Happening, account: Uuid) -> notice::Model {
        notice::Model {
            id: new_id(self.now),
            account_id: account,
            event_id: event.id,
            kind: happening.kind.event().to_owned(),
            subject_type: happening.kind.subject().word().to_owned(),
            subject_id: happening.subject,
            unit_id: happening.unit,
            created_at: event.at,
            read_at: None,
        }
    }

    /// Posts the copy of a notice, where this one is wanted or a warning. What it says is found out when it is sent.
    async fn copy(
        &self,
        connection: &impl ConnectionTrait,
        kind: Kind,
        notice: &notice::Model,
        account: &account::Model,
    ) -> Result<(), Error> {
        if !is_wanted(kind, account) {
            return Ok(());
        }
        let vault = &self.services.identity.vault;
        let copy = Item::Notice { notice: notice.id };
        mail::post(connection, vault, Some(account.id), &copy, self.now).await
    }
}
