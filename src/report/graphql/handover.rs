//! How reports change hands.
use async_graphql::{Context, Enum, ID, Object};
use entity::enums;
use uuid::Uuid;

use super::query::{ReportConnection, ReportOrder, report_page};
use crate::{
    graphql::{id::Kind, page::Arguments, scalars::DateTime},
    report::query::{Filter, Handover},
    territory::graphql::Seat,
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

/// A gathering in which reports change hands. Seen by the unit that opened it, those beneath it, and whoever sees a report handed over in it.
#[Object]
impl HandoverSession {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::HandoverSession.id(self.0)
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
