//! How reports change hands.
use async_graphql::{Context, Enum, ID, Object, dataloader::DataLoader};
use entity::enums;
use uuid::Uuid;

use super::{
    gathering::{HandoverAct, HandoverRow},
    loader::{GatheringOf, GivenIn, ReportLoader},
    query::{ReportConnection, ReportOrder, report_page},
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, page::Arguments, problem::of_field, scalars::DateTime},
    report::{
        gathering::{query::Gathering, rows},
        query::{Filter, Handover},
    },
    territory::graphql::{Seat, Unit},
};

/// What became of a report in its handover.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::HandoverOutcome")]
pub enum HandoverOutcome {
    /// Not answered yet.
    Pending,
    /// Received.
    Received,
    /// Refused; the report went back to its giver.
    Refused,
}

pub struct ReportHandover(pub Handover);

/// How a report changed hands.
#[Object]
impl ReportHandover {
    /// The session in which it did.
    async fn session(&self) -> HandoverSession {
        HandoverSession(self.0.act.session_id)
    }

    /// Where.
    async fn place(&self) -> &str {
        &self.0.act.place
    }

    /// When, as the givers stated it.
    async fn at(&self) -> DateTime {
        DateTime(self.0.act.at)
    }

    /// The seat that gave it.
    async fn giver(&self) -> Seat {
        Seat(self.0.act.seat_id)
    }

    /// The seats named to receive it.
    async fn receivers(&self) -> Vec<Seat> {
        self.0.receivers.iter().copied().map(Seat).collect()
    }

    /// What became of it.
    async fn outcome(&self) -> HandoverOutcome {
        self.0.item.outcome.into()
    }

    /// The seat that received it; null while nobody has.
    async fn decided_by(&self) -> Option<Seat> {
        self.0.item.seat_id.map(Seat)
    }

    /// When it was received; null while it was not.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.item.decided_at.map(DateTime)
    }
}

#[derive(Clone)]
pub struct HandoverSession(pub Uuid);

impl HandoverSession {
    async fn gathering(&self, ctx: &Context<'_>) -> async_graphql::Result<Gathering> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(GatheringOf(self.0)).await.map_err(of_field)?;
        Ok(found.ok_or_else(|| Error::internal("a session that is gone"))?)
    }
}

/// A session in which reports change hands: scheduled, or opened by whoever hands over first. A scheduled one is seen by the
/// units expected in it and those above them and by those who receive; any by whoever sees a report handed over in it; one
/// that nobody scheduled by the unit that opened it and those beneath, so that they can join it.
#[Object]
impl HandoverSession {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::HandoverSession.id(self.0)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.gathering(ctx).await?.row.version)
    }

    /// The unit that scheduled or opened it.
    async fn unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Unit> {
        Ok(Unit(self.gathering(ctx).await?.row.unit_id))
    }

    /// Where; null where nobody scheduled it: then each handover says where it was.
    async fn place(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let gathering = self.gathering(ctx).await;
        gathering.map(|gathering| gathering.row.place).transpose()
    }

    /// When it begins; null where nobody scheduled it.
    async fn starts_at(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<DateTime>> {
        let gathering = self.gathering(ctx).await;
        gathering
            .map(|gathering| gathering.row.starts_at.map(DateTime))
            .transpose()
    }

    /// When it ends; null where nobody scheduled it.
    async fn ends_at(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<DateTime>> {
        let gathering = self.gathering(ctx).await;
        gathering
            .map(|gathering| gathering.row.ends_at.map(DateTime))
            .transpose()
    }

    /// What else the units should know; null where nothing.
    async fn note(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let gathering = self.gathering(ctx).await;
        gathering.map(|gathering| gathering.row.note).transpose()
    }

    /// When it was cancelled; null while it was not.
    async fn cancelled_at(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<DateTime>> {
        let gathering = self.gathering(ctx).await;
        gathering
            .map(|gathering| gathering.row.cancelled_at.map(DateTime))
            .transpose()
    }

    /// The seats that are to receive; none where nobody scheduled it.
    async fn receivers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        Ok(self.gathering(ctx).await?.receivers.into_iter().map(Seat).collect())
    }

    /// The units expected, in the order of the agenda, with what each has done; then those that came besides, as far as you
    /// may know of them.
    async fn rows(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<HandoverRow>> {
        let session = ctx.session()?;
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let given = loader.load_one(GivenIn(self.0)).await.map_err(of_field)?;
        let rows = rows::rows(&session.actor, &self.gathering(ctx).await?, &given.unwrap_or_default());
        Ok(rows.into_iter().map(HandoverRow).collect())
    }

    /// What was done to it, earliest first; nothing where nobody scheduled it.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<HandoverAct>> {
        Ok(self.gathering(ctx).await?.acts.into_iter().map(HandoverAct).collect())
    }

    /// The reports handed over in it and not refused, as far as you may see them, latest first.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportConnection> {
        let filter = Filter {
            handover_session: Some(self.0),
            ..Filter::default()
        };
        report_page(
            ctx,
            filter,
            ReportOrder::default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )
        .await
    }
}
