//! What was done to a report.
use async_graphql::{Context, Object};
use entity::transition;

use super::types::{ReportCommand, ReportStatus};
use crate::{
    connection,
    error::Error,
    graphql::{
        page::{Arguments, Known},
        planned::{Planned, Told, leaf, object},
        scalars::DateTime,
    },
    identity::graphql::{Account, service_account::ServiceAccount},
    territory::graphql::{Seat, Unit},
};

#[derive(Clone)]
pub struct ReportTransition(transition::Model);

/// One step in the life of a report.
#[Object]
impl ReportTransition {
    /// What was done.
    async fn command(&self) -> ReportCommand {
        self.0.command.into()
    }

    /// The status before; null for the first step.
    async fn from_status(&self) -> Option<ReportStatus> {
        self.0.from_status.map(Into::into)
    }

    /// The status it led to.
    async fn to_status(&self) -> ReportStatus {
        self.0.to_status.into()
    }

    /// The version the report reached by it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The seat that acted.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The unit that acted.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The person who acted; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id)
    }

    /// The program that acted with the person's rights; null where the person did.
    async fn service(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ServiceAccount>> {
        ServiceAccount::of(ctx, self.0.service_account_id?)
    }

    /// Why; null where no reason is asked for and none was given.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

impl Planned for ReportTransition {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "command" => leaf(|step, _request| ReportCommand::from(step.0.command)),
            "fromStatus" => leaf(|step, _request| step.0.from_status.map(ReportStatus::from)),
            "toStatus" => leaf(|step, _request| ReportStatus::from(step.0.to_status)),
            "version" => leaf(|step, _request| step.0.version),
            "unit" => object(|step, _request| Ok(Some(Unit(step.0.unit_id)))),
            "person" => object(|step, request| Account::planned(request, Some(step.0.account_id))),
            "reason" => leaf(|step, _request| step.0.reason.clone()),
            "at" => leaf(|step, _request| DateTime(step.0.at)),
            _ => return None,
        })
    }
}

connection!(planned
    ReportTransitionConnection,
    ReportTransitionEdge,
    ReportTransition,
    Known,
    "steps in the life of a report"
);

/// A page of the history of one report, which is short and in memory by now.
pub(super) fn history_page(
    steps: Vec<transition::Model>,
    arguments: &Arguments,
) -> Result<ReportTransitionConnection, Error> {
    let (page, total) = arguments.page_of("report-history", steps, |step| step.version, false)?;
    let page = page.map(|(cursor, step)| (cursor, ReportTransition(step)));
    Ok(ReportTransitionConnection::new(page, total))
}
