//! Reads what a person had to do with awards. No scope: it is the person's own, or two ADMINs of RI have decided on it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; it reads the rows of the one person whose data is taken out"
)]
use entity::{award, award_act, award_edition, award_entry, award_juror, award_list, award_objection, award_revision};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::error::Error;

/// The rows that name a person.
pub struct Rows {
    pub editions: Vec<award_edition::Model>,
    /// Of the person, made or submitted by the person.
    pub entries: Vec<award_entry::Model>,
    pub revisions: Vec<award_revision::Model>,
    pub acts: Vec<award_act::Model>,
    /// Of the person, or appointed by the person.
    pub jurors: Vec<award_juror::Model>,
    /// Reckoned or ratified by the person.
    pub lists: Vec<award_list::Model>,
    pub awards: Vec<award::Model>,
    /// Filed or decided by the person.
    pub objections: Vec<award_objection::Model>,
}

/// Everything about a person.
///
/// # Errors
/// The database's.
pub async fn of(connection: &impl ConnectionTrait, id: Uuid) -> Result<Rows, Error> {
    Ok(Rows {
        editions: award_edition::Entity::find()
            .filter(award_edition::Column::CreatedBy.eq(id))
            .order_by_asc(award_edition::Column::Id)
            .all(connection)
            .await?,
        entries: award_entry::Entity::find()
            .filter(
                Condition::any()
                    .add(award_entry::Column::AccountId.eq(id))
                    .add(award_entry::Column::CreatedBy.eq(id))
                    .add(award_entry::Column::SubmittedBy.eq(id)),
            )
            .order_by_asc(award_entry::Column::Id)
            .all(connection)
            .await?,
        revisions: award_revision::Entity::find()
            .filter(award_revision::Column::AccountId.eq(id))
            .order_by_asc(award_revision::Column::Id)
            .all(connection)
            .await?,
        acts: award_act::Entity::find()
            .filter(award_act::Column::AccountId.eq(id))
            .order_by_asc(award_act::Column::Id)
            .all(connection)
            .await?,
        jurors: award_juror::Entity::find()
            .filter(
                Condition::any()
                    .add(award_juror::Column::AccountId.eq(id))
                    .add(award_juror::Column::AppointedBy.eq(id)),
            )
            .order_by_asc(award_juror::Column::Id)
            .all(connection)
            .await?,
        lists: award_list::Entity::find()
            .filter(
                Condition::any()
                    .add(award_list::Column::ComputedBy.eq(id))
                    .add(award_list::Column::RatifiedBy.eq(id)),
            )
            .order_by_asc(award_list::Column::Id)
            .all(connection)
            .await?,
        awards: award::Entity::find()
            .filter(award::Column::AccountId.eq(id))
            .order_by_asc(award::Column::Id)
            .all(connection)
            .await?,
        objections: award_objection::Entity::find()
            .filter(
                Condition::any()
                    .add(award_objection::Column::FiledBy.eq(id))
                    .add(award_objection::Column::DecidedBy.eq(id)),
            )
            .order_by_asc(award_objection::Column::Id)
            .all(connection)
            .await?,
    })
}
