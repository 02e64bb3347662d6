//! Objections in the API.
use async_graphql::{Context, ID, InputObject, Object, dataloader::DataLoader};
use entity::award_objection;
use uuid::Uuid;

use super::{
    loader::{CountOfObjections, ObjectionsIn},
    types::Award,
};
use crate::{
    award::{
        graphql::{
            loader::AwardLoader,
            types::{AwardCategory, AwardEdition, file},
            words::AwardObjectionState,
        },
        honour::{objecting::deciding_seat, query::Standing},
    },
    connection,
    file::graphql::File,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor, either},
        problem::of_field,
        scalars::DateTime,
    },
    identity::graphql::Account,
    territory::graphql::Unit,
};

#[derive(Clone)]
pub struct AwardObjection(pub Box<award_objection::Model>);

impl From<award_objection::Model> for AwardObjection {
    fn from(row: award_objection::Model) -> Self {
        Self(Box::new(row))
    }
}

/// What a unit has to say against what was announced of a category it entered something in. Read by that unit, by those above it,
/// and by the issuer. One that is upheld changes nothing by itself: `revokeAward` follows.
#[Object]
impl AwardObjection {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardObjection.id(self.0.id)
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

    /// What is objected to; null: that what the unit entered got nothing.
    async fn award(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Award>> {
        Award::visible(ctx, self.0.award_id?).await
    }

    /// Who objects.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What proves it; null where nothing was attached.
    async fn file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.file_id).await
    }

    /// Where it stands.
    async fn state(&self) -> AwardObjectionState {
        self.0.state.into()
    }

    /// What was answered; null until then.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// Who filed it; null when people of that unit are outside what you may see.
    async fn filed_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.filed_by)
    }

    /// When it was filed.
    async fn filed_at(&self) -> DateTime {
        DateTime(self.0.filed_at)
    }

    /// Who decided on it; null until then, and when people of that unit are outside what you may see.
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.decided_by?)
    }

    /// When it was decided on; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// Whether you may decide on it now.
    async fn viewer_can_decide(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if self.0.state != entity::enums::AwardObjectionState::Open {
            return Ok(false);
        }
        let Some(edition) = AwardEdition::visible(ctx, self.0.edition_id).await else {
            return Ok(false);
        };
        let seat = deciding_seat(&ctx.session()?.actor, (&edition?.0, &self.0), None);
        Ok(seat.is_ok())
    }
}

connection!(
    AwardObjectionConnection,
    AwardObjectionEdge,
    AwardObjection,
    CountedObjections,
    "objections"
);

/// How many objections of an edition a filter finds, counted when asked for.
pub struct CountedObjections(CountOfObjections);

impl CountedObjections {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> async_graphql::Result<u64> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let count = loader.load_one(self.0.clone()).await.map_err(of_field)?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}

/// Chooses by where an objection stands.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardObjectionStateFilter {
    /// Exactly this one.
    eq: Option<AwardObjectionState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardObjectionState>>,
}

/// Which objections are wanted.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardObjectionFilter {
    /// By where they stand.
    state: Option<AwardObjectionStateFilter>,
}

/// The objections in an edition that the caller may know of.
///
/// # Errors
/// `BadInput` for the arguments; the database's.
pub async fn of_edition(
    ctx: &Context<'_>,
    (edition, filter): (Uuid, AwardObjectionFilter),
    arguments: Arguments,
) -> async_graphql::Result<AwardObjectionConnection> {
    const LIST: &str = "award-objections";
    let AwardObjectionStateFilter { eq, any } = filter.state.unwrap_or_default();
    ctx.session()?;
    let state: Standing = either(eq, any)?.map(|states| states.into_iter().map(Into::into).collect());
    let wanted = ObjectionsIn {
        edition,
        state: state.clone(),
        window: arguments.window::<Uuid>(LIST)?,
    };
    let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
    let page = loader.load_one(wanted).await.map_err(of_field)?.unwrap_or_default();
    let page = page.map(|row| (cursor(LIST, &row.id), AwardObjection::from(row)));
    let counted = CountOfObjections { edition, state };
    Ok(AwardObjectionConnection::new(page, CountedObjections(counted)))
}
