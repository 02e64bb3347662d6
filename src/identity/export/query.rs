//! Reads everything that is kept of one person. No scope: it is the person who asks, or an ADMIN of RI on request.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; it reads the rows of the one person whose data is taken out"
)]
use entity::{
    access_token, account, administrative_act, certificate, conflict, contact_read, cycle, cycle_passing,
    election_stage, event, event_act, event_delegate, event_scan, event_speaker, file, finding, finding_act, handover,
    handover_act, handover_item, holder, invitation, notice, obligation_act, one_time_code, proposal, recovery_code,
    region_edition, report, reporting_act, review_act, review_assignment, review_portfolio, revision, rubric,
    score_sheet, second_factor, service_account, session, template, transition, unit_change,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::awards;
use crate::{error::Error, identity::email::email_key};

/// The rows that refer to a person.
pub(super) struct Rows {
    pub account: account::Model,
    pub holders: Vec<holder::Model>,
    pub sessions: Vec<session::Model>,
    pub second_factor: Option<second_factor::Model>,
    pub recovery_codes_left: u64,
    pub one_time_codes: Vec<one_time_code::Model>,
    /// Of the person, by account or address, and those the person made.
    pub invitations: Vec<invitation::Model>,
    pub notices: Vec<notice::Model>,
    /// Of the person's contact data, and by the person.
    pub contact_reads: Vec<contact_read::Model>,
    /// On the person, and by the person.
    pub acts: Vec<administrative_act::Model>,
    /// About the person, made or decided by the person.
    pub proposals: Vec<proposal::Model>,
    pub reports: Vec<StartedReport>,
    pub steps: Vec<transition::Model>,
    pub revisions: Vec<SubmittedRevision>,
    pub handovers: Vec<handover::Model>,
    pub handover_items: Vec<handover_item::Model>,
    pub handover_acts: Vec<handover_act::Model>,
    /// Drafted by the person.
    pub events: Vec<event::Model>,
    pub speakers: Vec<event_speaker::Model>,
    pub delegates: Vec<event_delegate::Model>,
    pub event_acts: Vec<event_act::Model>,
    pub certificates: Vec<certificate::Model>,
    pub awards: awards::query::Rows,
    /// What the person scanned or entered at a door.
    pub scans: Vec<event_scan::Model>,
    pub programs: Vec<service_account::Model>,
    pub tokens: Vec<access_token::Model>,
    /// What the person uploaded.
    pub files: Vec<file::Model>,
    pub unit_changes: Vec<unit_change::Model>,
    /// Editions of the list of regions the person took over.
    pub editions: Vec<region_edition::Model>,
    /// Versions of templates the person made, published or retired.
    pub templates: Vec<template::Model>,
    /// Versions of rubrics the person made, published or retired.
    pub rubrics: Vec<rubric::Model>,
    /// Opened or closed by the person.
    pub cycles: Vec<cycle::Model>,
    pub passings: Vec<cycle_passing::Model>,
    pub stages: Vec<election_stage::Model>,
    pub reporting_acts: Vec<reporting_act::Model>,
    pub obligation_acts: Vec<obligation_act::Model>,
    /// Raised by the person, or taken note of.
    pub findings: Vec<finding::Model>,
    pub finding_acts: Vec<finding_act::Model>,
    /// Of the person, declared or lifted by the person.
    pub conflicts: Vec<conflict::Model>,
    /// Of the person, or made by the person.
    pub assignments: Vec<review_assignment::Model>,
    pub sheets: Vec<score_sheet::Model>,
    pub portfolios: Vec<review_portfolio::Model>,
    pub review_acts: Vec<review_act::Model>,
}

/// A report the person started, or whose revision in force the person submitted: which, not what it says.
pub(super) type StartedReport = (Uuid, Uuid, Option<Uuid>);

/// Report, number and hash of a revision the person submitted.
pub(super) type SubmittedRevision = (Uuid, i32, String);

/// Reads them; none where there is no such account.
pub(super) async fn rows(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Rows>, Error> {
    let Some(account) = account::Entity::find_by_id(id).one(connection).await? else {
        return Ok(None);
    };
    let address = email_key(&account.email);
    Ok(Some(Rows {
        holders: holder::Entity::find()
            .filter(holder::Column::AccountId.eq(id))
            .order_by_asc(holder::Column::ValidFrom)
            .order_by_asc(holder::Column::Id)
            .all(connection)
            .await?,
        sessions: session::Entity::find()
            .filter(session::Column::AccountId.eq(id))
            .order_by_asc(session::Column::Id)
            .all(connection)
            .await?,
        second_factor: second_factor::Entity::find_by_id(id).one(connection).await?,
        recovery_codes_left: recovery_code::Entity::find()
            .filter(recovery_code::Column::AccountId.eq(id))
            .filter(recovery_code::Column::UsedAt.is_null())
            .count(connection)
            .await?,
        one_time_codes: one_time_code::Entity::find()
            .filter(one_time_code::Column::AccountId.eq(id))
            .order_by_asc(one_time_code::Column::CreatedAt)
            .all(connection)
            .await?,
        invitations: invitation::Entity::find()
            .filter(
                Condition::any()
                    .add(invitation::Column::AccountId.eq(id))
                    .add(invitation::Column::EmailKey.eq(address))
                    .add(invitation::Column::InvitedBy.eq(id)),
            )
            .order_by_asc(invitation::Column::Id)
            .all(connection)
            .await?,
        notices: notice::Entity::find()
            .filter(notice::Column::AccountId.eq(id))
            .order_by_asc(notice::Column::Id)
            .all(connection)
            .await?,
        contact_reads: contact_read::Entity::find()
            .filter(
                Condition::any()
                    .add(contact_read::Column::SubjectId.eq(id))
                    .add(contact_read::Column::ReaderId.eq(id)),
            )
            .order_by_asc(contact_read::Column::Id)
            .all(connection)
            .await?,
        acts: administrative_act::Entity::find()
            .filter(
                Condition::any()
                    .add(administrative_act::Column::AccountId.eq(id))
                    .add(administrative_act::Column::ByAccount.eq(id)),
            )
            .order_by_asc(administrative_act::Column::Id)
            .all(connection)
            .await?,
        proposals: proposal::Entity::find()
            .filter(
                Condition::any()
                    .add(proposal::Column::SubjectId.eq(id))
                    .add(proposal::Column::ProposedBy.eq(id))
                    .add(proposal::Column::DecidedBy.eq(id)),
            )
            .order_by_asc(proposal::Column::Id)
            .all(connection)
            .await?,
        reports: report::Entity::find()
            .select_only()
            .columns([
                report::Column::Id,
                report::Column::CreatedBy,
                report::Column::SubmittedBy,
            ])
            .filter(
                Condition::any()
                    .add(report::Column::CreatedBy.eq(id))
                    .add(report::Column::SubmittedBy.eq(id)),
            )
            .order_by_asc(report::Column::Id)
            .into_tuple()
            .all(connection)
            .await?,
        steps: transition::Entity::find()
            .filter(transition::Column::AccountId.eq(id))
            .order_by_asc(transition::Column::Id)
            .all(connection)
            .await?,
        revisions: revision::Entity::find()
            .select_only()
            .columns([
                revision::Column::ReportId,
                revision::Column::Number,
                revision::Column::Sha256,
            ])
            .filter(revision::Column::AccountId.eq(id))
            .order_by_asc(revision::Column::Id)
            .into_tuple()
            .all(connection)
            .await?,
        handovers: handover::Entity::find()
            .filter(handover::Column::AccountId.eq(id))
            .order_by_asc(handover::Column::Id)
            .all(connection)
            .await?,
        handover_items: handover_item::Entity::find()
            .filter(handover_item::Column::AccountId.eq(id))
            .order_by_asc(handover_item::Column::HandoverId)
            .all(connection)
            .await?,
        handover_acts: handover_act::Entity::find()
            .filter(handover_act::Column::AccountId.eq(id))
            .order_by_asc(handover_act::Column::Id)
            .all(connection)
            .await?,
        events: event::Entity::find()
            .filter(event::Column::CreatedBy.eq(id))
            .order_by_asc(event::Column::Id)
            .all(connection)
            .await?,
        speakers: event_speaker::Entity::find()
            .filter(event_speaker::Column::AccountId.eq(id))
            .order_by_asc(event_speaker::Column::Id)
            .all(connection)
            .await?,
        delegates: event_delegate::Entity::find()
            .filter(event_delegate::Column::AccountId.eq(id))
            .order_by_asc(event_delegate::Column::Id)
            .all(connection)
            .await?,
        event_acts: event_act::Entity::find()
            .filter(event_act::Column::AccountId.eq(id))
            .order_by_asc(event_act::Column::Id)
            .all(connection)
            .await?,
        certificates: certificate::Entity::find()
            .filter(certificate::Column::AccountId.eq(id))
            .order_by_asc(certificate::Column::Id)
            .all(connection)
            .await?,
        awards: awards::query::of(connection, id).await?,
        scans: event_scan::Entity::find()
            .filter(event_scan::Column::AccountId.eq(id))
            .order_by_asc(event_scan::Column::Id)
            .all(connection)
            .await?,
        programs: service_account::Entity::find()
            .filter(service_account::Column::CreatedBy.eq(id))
            .order_by_asc(service_account::Column::Id)
            .all(connection)
            .await?,
        tokens: access_token::Entity::find()
            .filter(access_token::Column::CreatedBy.eq(id))
            .order_by_asc(access_token::Column::Id)
            .all(connection)
            .await?,
        files: file::Entity::find()
            .filter(file::Column::BegunBy.eq(id))
            .order_by_asc(file::Column::Id)
            .all(connection)
            .await?,
        unit_changes: unit_change::Entity::find()
            .filter(unit_change::Column::ByAccount.eq(id))
            .order_by_asc(unit_change::Column::Id)
            .all(connection)
            .await?,
        editions: region_edition::Entity::find()
            .filter(region_edition::Column::ByAccount.eq(id))
            .order_by_asc(region_edition::Column::Id)
            .all(connection)
            .await?,
        templates: template::Entity::find()
            .filter(
                Condition::any()
                    .add(template::Column::CreatedBy.eq(id))
                    .add(template::Column::PublishedBy.eq(id))
                    .add(template::Column::RetiredBy.eq(id)),
            )
            .order_by_asc(template::Column::Id)
            .all(connection)
            .await?,
        rubrics: rubric::Entity::find()
            .filter(
                Condition::any()
                    .add(rubric::Column::CreatedBy.eq(id))
                    .add(rubric::Column::PublishedBy.eq(id))
                    .add(rubric::Column::RetiredBy.eq(id)),
            )
            .order_by_asc(rubric::Column::Id)
            .all(connection)
            .await?,
        cycles: cycle::Entity::find()
            .filter(
                Condition::any()
                    .add(cycle::Column::CreatedBy.eq(id))
                    .add(cycle::Column::ClosedBy.eq(id)),
            )
            .order_by_asc(cycle::Column::Id)
            .all(connection)
            .await?,
        passings: cycle_passing::Entity::find()
            .filter(cycle_passing::Column::AccountId.eq(id))
            .order_by_asc(cycle_passing::Column::Id)
            .all(connection)
            .await?,
        stages: election_stage::Entity::find()
            .filter(election_stage::Column::CreatedBy.eq(id))
            .order_by_asc(election_stage::Column::Id)
            .all(connection)
            .await?,
        reporting_acts: reporting_act::Entity::find()
            .filter(reporting_act::Column::AccountId.eq(id))
            .order_by_asc(reporting_act::Column::Id)
            .all(connection)
            .await?,
        obligation_acts: obligation_act::Entity::find()
            .filter(obligation_act::Column::AccountId.eq(id))
            .order_by_asc(obligation_act::Column::Id)
            .all(connection)
            .await?,
        findings: finding::Entity::find()
            .filter(
                Condition::any()
                    .add(finding::Column::RaisedBy.eq(id))
                    .add(finding::Column::AcknowledgedBy.eq(id)),
            )
            .order_by_asc(finding::Column::Id)
            .all(connection)
            .await?,
        finding_acts: finding_act::Entity::find()
            .filter(finding_act::Column::AccountId.eq(id))
            .order_by_asc(finding_act::Column::Id)
            .all(connection)
            .await?,
        conflicts: conflict::Entity::find()
            .filter(
                Condition::any()
                    .add(conflict::Column::AccountId.eq(id))
                    .add(conflict::Column::DeclaredBy.eq(id))
                    .add(conflict::Column::LiftedBy.eq(id)),
            )
            .order_by_asc(conflict::Column::Id)
            .all(connection)
            .await?,
        assignments: review_assignment::Entity::find()
            .filter(
                Condition::any()
                    .add(review_assignment::Column::AccountId.eq(id))
                    .add(review_assignment::Column::AssignedBy.eq(id)),
            )
            .order_by_asc(review_assignment::Column::Id)
            .all(connection)
            .await?,
        sheets: score_sheet::Entity::find()
            .filter(score_sheet::Column::AccountId.eq(id))
            .order_by_asc(score_sheet::Column::Id)
            .all(connection)
            .await?,
        portfolios: review_portfolio::Entity::find()
            .filter(review_portfolio::Column::UpdatedBy.eq(id))
            .order_by_asc(review_portfolio::Column::SeatId)
            .all(connection)
            .await?,
        review_acts: review_act::Entity::find()
            .filter(review_act::Column::AccountId.eq(id))
            .order_by_asc(review_act::Column::Id)
            .all(connection)
            .await?,
        account,
    }))
}
