//! What is read of events, of who is invited and how units were judged, in SQL against the rule: called for each world of
//! [`super::scope`].
use std::collections::BTreeSet;

use entity::{
    enums::{DelegateStanding, EventEvaluationState, EventKind, EventMode, EventStatus, Function, InvitationReply},
    event, event_delegate, event_evaluation, event_invitation, rubric,
};
use jenjang::{
    authz::{
        Decision, Standing,
        policy::event::{Action, Ties, UnitAction, UnitTies, decide, decide_of_unit},
    },
    event::{evaluation, query},
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    forest::{Model, id},
    rows::{self, insert},
};

/// Events of every unit, whom they invite, whom those send, and how they are judged.
struct Written {
    events: Vec<event::Model>,
    invitations: Vec<event_invitation::Model>,
    delegates: Vec<event_delegate::Model>,
    evaluations: Vec<event_evaluation::Model>,
}

/// Every third event is a draft. The others invite every second unit there is, whether it lies beneath the host or was moved
/// away since; every fifth of those sends the person, who does not always come, and every one is judged, half of them as yet
/// in a draft.
async fn write(connection: &impl ConnectionTrait, units: &[Unit]) -> Written {
    let rubric = rubric::Entity::find().one(connection).await.unwrap().unwrap();
    let held = |(number, unit): (usize, &Unit)| event::Model {
        id: id(50, number),
        unit_id: unit.id,
        parent_id: None,
        wave: None,
        title: format!("Kegiatan {number}"),
        kinds: event::Kinds(vec![EventKind::RapatKoordinasi]),
        mode: EventMode::InPerson,
        description: None,
        place: Some("Pendopo".to_owned()),
        online_url: None,
        starts_at: rows::moment(),
        ends_at: rows::moment() + chrono::Duration::days(1),
        time_zone: "Asia/Jakarta".to_owned(),
        quota: 2,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: rows::moment(),
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        minutes: None,
        minutes_file_id: None,
        status: if number % 3 == 2 {
            EventStatus::Draft
        } else {
            EventStatus::Running
        },
        published_at: (number % 3 != 2).then(rows::moment),
        reminded_at: None,
        finalised_at: None,
        sha256: None,
        head_position: None,
        head_link: None,
        version: 1,
        created_at: rows::moment(),
        created_by: rows::OTHER,
    };
    let events: Vec<event::Model> = units.iter().enumerate().map(held).collect();
    let published = events
        .iter()
        .enumerate()
        .filter(|(_number, row)| row.published_at.is_some());
    let mut invitations = Vec::new();
    for (number, event) in published {
        let invited = units
            .iter()
            .enumerate()
            .filter(|(place, _unit)| (place + number) % 2 == 0);
        for (place, unit) in invited {
            invitations.push(event_invitation::Model {
                id: id(51, number * 100 + place),
                event_id: event.id,
                unit_id: unit.id,
                tier: unit.tier,
                provinsi_id: None,
                quota: 2,
                status: InvitationReply::Confirmed,
                reason: None,
                late: false,
                invited_at: rows::moment(),
                replied_at: None,
                reminded_at: None,
                version: 1,
            });
        }
    }
    let sent = |(number, row): (usize, &event_invitation::Model)| event_delegate::Model {
        id: id(52, number),
        event_id: row.event_id,
        invitation_id: Some(row.id),
        unit_id: row.unit_id,
        account_id: (number % 5 == 0).then_some(rows::ACTOR),
        name: (number % 5 != 0).then(|| "Sari".to_owned()),
        title: None,
        standing: if number % 10 == 5 {
            DelegateStanding::Replaced
        } else {
            DelegateStanding::Expected
        },
        walk_in: false,
        replaces_id: None,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        named_at: rows::moment(),
        version: 1,
    };
    let delegates: Vec<event_delegate::Model> = invitations.iter().enumerate().map(sent).collect();
    let judged = |(number, row): (usize, &event_invitation::Model)| event_evaluation::Model {
        id: id(53, number),
        event_id: row.event_id,
        unit_id: row.unit_id,
        rubric_id: rubric.id,
        scores: rubric::Scores::default(),
        note: None,
        total: None,
        state: if number % 2 == 0 {
            EventEvaluationState::Draft
        } else {
            EventEvaluationState::Issued
        },
        reply: None,
        issued_at: None,
        replied_at: None,
        version: 1,
    };
    let evaluations: Vec<event_evaluation::Model> = invitations.iter().enumerate().map(judged).collect();
    insert(connection, &events).await;
    insert(connection, &invitations).await;
    insert(connection, &delegates).await;
    insert(connection, &evaluations).await;
    Written {
        events,
        invitations,
        delegates,
        evaluations,
    }
}

impl Written {
    fn event(&self, id: Uuid) -> &event::Model {
        self.events.iter().find(|row| row.id == id).unwrap()
    }

    fn is_named(&self, belongs: impl Fn(&event_delegate::Model) -> bool) -> bool {
        let mut mine = self
            .delegates
            .iter()
            .filter(|row| row.account_id == Some(rows::ACTOR) && row.standing == DelegateStanding::Expected);
        mine.any(belongs)
    }
}

fn is_over(standing: Standing) -> bool {
    matches!(standing, Standing::Parent | Standing::Above)
}

/// What is shown is what the rule lets the actor read, told by a walk through the hierarchy. Who is named in an event knows of
/// it and of the own invitation with any seat and without one.
pub async fn is_read_by_the_rule(
    connection: &impl ConnectionTrait,
    units: &[Unit],
    actor: &Actor,
    custodians: impl Fn(Uuid) -> BTreeSet<Uuid>,
) -> Result<(), TestCaseError> {
    let model = Model::new(units);
    let written = write(connection, units).await;
    let reads_event = |row: &&event::Model| {
        let named = row.published_at.is_some() && written.is_named(|delegate| delegate.event_id == row.id);
        let invited: Vec<Uuid> = written
            .invitations
            .iter()
            .filter(|invitation| invitation.event_id == row.id)
            .map(|invitation| invitation.unit_id)
            .collect();
        let by_seat = actor.seats.iter().any(|seat| {
            let reaches = |unit: &Uuid| {
                let standing = model.standing(seat.unit, *unit);
                standing == Standing::Own || is_over(standing)
            };
            let ties = Ties {
                published: row.published_at.is_some(),
                invited: invited.iter().any(reaches),
                named,
            };
            let standing = model.standing(seat.unit, row.unit_id);
            decide(seat.function, Action::Read, standing, ties) == Decision::Allowed
        });
        named || by_seat
    };
    let expected: BTreeSet<Uuid> = written.events.iter().filter(reads_event).map(|row| row.id).collect();
    let all: Vec<Uuid> = written.events.iter().map(|row| row.id).collect();
    let found = query::by_ids(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &expected, "events");
    let counted = query::count(connection, actor, &query::Filter::default())
        .await
        .unwrap();
    prop_assert_eq!(counted, expected.len() as u64, "events, counted");

    let reads_invitation = |row: &&event_invitation::Model| {
        let event = written.event(row.event_id);
        let named = written.is_named(|delegate| delegate.invitation_id == Some(row.id));
        let by_seat = actor.seats.iter().any(|seat| {
            let ties = UnitTies {
                host: seat.unit == event.unit_id,
                above_host: is_over(model.standing(seat.unit, event.unit_id)),
                custodian: custodians(row.unit_id).contains(&seat.seat),
                named,
                submitted: false,
            };
            let standing = model.standing(seat.unit, row.unit_id);
            decide_of_unit(seat.function, UnitAction::Read, standing, ties) == Decision::Allowed
        });
        named || by_seat
    };
    let readable: BTreeSet<Uuid> = written
        .invitations
        .iter()
        .filter(reads_invitation)
        .map(|row| row.id)
        .collect();
    let all: Vec<Uuid> = written.invitations.iter().map(|row| row.id).collect();
    let found = query::invitations_by_id(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &readable, "invitations");
    let columns = [event_invitation::Column::EventId, event_invitation::Column::UnitId];
    let [event, unit] = columns.map(|column| (event_invitation::Entity, column));
    let matters = event_invitation::Entity::find().filter(query::sees_of_unit(actor, event, unit));
    let found = matters.all(connection).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &readable, "what concerns their units");
    let all: Vec<Uuid> = written.delegates.iter().map(|row| row.id).collect();
    let found = query::delegates_by_id(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().filter_map(|row| row.invitation_id).collect();
    prop_assert_eq!(&found, &readable, "whom they send");

    let content = |function| !matches!(function, Function::Admin | Function::Expert);
    let reads_evaluation = |row: &&event_evaluation::Model| {
        let host = written.event(row.event_id).unit_id;
        let issued = row.state != EventEvaluationState::Draft;
        actor.seats.iter().filter(|seat| content(seat.function)).any(|seat| {
            let (to_host, to_unit) = (model.standing(seat.unit, host), model.standing(seat.unit, row.unit_id));
            let within = to_unit == Standing::Own || is_over(to_unit);
            to_host == Standing::Own || (issued && (is_over(to_host) || within))
        })
    };
    let expected = written.evaluations.iter().filter(reads_evaluation);
    let expected: BTreeSet<Uuid> = expected.map(|row| row.id).collect();
    let all: Vec<Uuid> = written.evaluations.iter().map(|row| row.id).collect();
    let found = evaluation::query::by_ids(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &expected, "evaluations");
    Ok(())
}
