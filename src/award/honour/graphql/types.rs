//! An award in the API.
use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::award;
use uuid::Uuid;

use super::loader::{CertificateOf, VisibleAward};
use crate::{
    authz::policy::award::Action,
    award::{
        entry::graphql::types::AwardEntry,
        graphql::{
            loader::AwardLoader,
            types::{AwardCategory, AwardEdition},
            words::{AwardHonour, AwardRecipient},
        },
        honour::naming::honoured,
    },
    certificate::graphql::Certificate,
    graphql::{
        context::Ask,
        id::Kind,
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    territory::graphql::{Tier, Unit},
};

#[derive(Clone)]
pub struct Award(pub Box<award::Model>);

impl From<award::Model> for Award {
    fn from(row: award::Model) -> Self {
        Self(Box::new(row))
    }
}

impl Award {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(VisibleAward(id)).await.map_err(of_field);
        found.map(|row| row.map(Self::from)).transpose()
    }
}

/// What somebody was honoured with. Read, from the announcement on, by everybody who reads its edition; before, there is none. The
/// unit and its province are those of that day, whatever became of the tree since.
#[Object]
impl Award {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Award.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The edition.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEdition>> {
        AwardEdition::visible(ctx, self.0.edition_id).await
    }

    /// The category.
    async fn category(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardCategory>> {
        AwardCategory::visible(ctx, self.0.category_id).await
    }

    /// The entry that was honoured, with what was submitted of it; null where it is not one you may see.
    async fn entry(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEntry>> {
        AwardEntry::visible(ctx, self.0.entry_id).await
    }

    /// Who gave it: RI, or a province.
    async fn issuer(&self) -> Unit {
        Unit(self.0.issuer_id)
    }

    /// Who was honoured, or whose person, or who named whom it honours.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The tier of that unit.
    async fn tier(&self) -> Tier {
        self.0.tier.into()
    }

    /// The province it lay in, or was, when it was announced.
    async fn province(&self) -> Unit {
        Unit(self.0.provinsi_id)
    }

    /// Whom it honours.
    async fn recipient(&self) -> AwardRecipient {
        self.0.recipient.into()
    }

    /// The account of the person, where it has one and people of the unit are within what you may see; null of units.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id?)
    }

    /// Who was honoured: the unit as it was called that day, or the person, or whoever it is from outside; null of somebody who was
    /// erased.
    async fn name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        match ctx.session() {
            Ok(session) => honoured(&session.actor.directory, &self.0).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// What it is.
    async fn honour(&self) -> AwardHonour {
        self.0.honour.into()
    }

    /// The place, from 1 up; null among equals, and of nominees.
    async fn place(&self) -> Option<i32> {
        self.0.place
    }

    /// When it was announced.
    async fn announced_at(&self) -> DateTime {
        DateTime(self.0.announced_at)
    }

    /// The day it was announced, in Jakarta.
    async fn announced_on(&self) -> Date {
        Date(self.0.announced_on)
    }

    /// When it was revoked; null while it stands. Nobody takes its place.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// Why it was revoked.
    async fn revoked_because(&self) -> Option<&str> {
        self.0.revoked_because.as_deref()
    }

    /// Its certificate; null while none was issued, and to all but the unit, the issuer, those above either, and the person.
    async fn certificate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Certificate>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(CertificateOf(self.0.id)).await.map_err(of_field);
        found.map(|row| row.map(Certificate)).transpose()
    }

    /// Whether you may propose now that it be revoked.
    async fn viewer_can_revoke(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if self.0.revoked_at.is_some() {
            return Ok(false);
        }
        match AwardEdition::visible(ctx, self.0.edition_id).await {
            Some(edition) => edition?.may(ctx, Action::Command),
            None => Ok(false),
        }
    }
}
