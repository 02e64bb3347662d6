//! Portfolios of experts in the API.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::enums::{Function, Tier};

use super::cycle::ReportCycle;
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::review::{Action, Relations, decide},
    },
    error::{Code, Error, Refusal},
    graphql::{context::Ask, id::Kind, scalars::DateTime},
    locale::Text,
    payload,
    review::{
        portfolio::{Entry, SetPortfolio, set},
        query::{self, Portfolio},
    },
    session::Session,
    territory::graphql::{Seat, Unit},
};

/// A part of a portfolio. What is null stands for all.
#[derive(SimpleObject)]
pub struct ReviewPortfolioEntry {
    /// The reports of this province and of all beneath it.
    province: Option<Unit>,
    /// By any version of the template with this code.
    template_code: Option<String>,
    /// Of this round.
    cycle: Option<ReportCycle>,
}

pub struct ReviewPortfolio(Portfolio);

/// What an expert looks after: the reports that the seat sees once they are handed over, and that are spread over it. Known
/// to COORDINATORs and to who holds the seat.
#[Object]
impl ReviewPortfolio {
    /// The expert's seat.
    async fn seat(&self) -> Seat {
        Seat(self.0.row.seat_id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// When it was last set.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }

    /// What it is made of.
    async fn entries(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewPortfolioEntry>> {
        let catalogue = ctx.session()?.services.catalogue.load();
        let entry = |entry: &entity::portfolio_entry::Model| ReviewPortfolioEntry {
            province: entry.provinsi_id.map(Unit),
            template_code: entry.template_code.clone(),
            cycle: entry
                .cycle_id
                .and_then(|id| catalogue.cycle(id))
                .map(|row| ReportCycle(std::sync::Arc::clone(row))),
        };
        Ok(self.0.entries.iter().map(entry).collect())
    }
}

/// A part of a portfolio. What is left out stands for all.
#[derive(InputObject)]
pub struct ReviewPortfolioEntryInput {
    /// The reports of this province and of all beneath it.
    province: Option<ID>,
    /// By any version of the template with this code.
    template_code: Option<String>,
    /// Of this round.
    cycle: Option<ID>,
}

/// What an expert is to look after.
#[derive(InputObject)]
pub struct SetReviewPortfolioInput {
    /// The expert's seat.
    reviewer: ID,
    /// The version you read; 0 where there was no portfolio.
    expected_version: i32,
    /// All of it, at most 200 entries; none end it.
    entries: Vec<ReviewPortfolioEntryInput>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl SetReviewPortfolioInput {
    fn resolve(self, session: &Session) -> Result<SetPortfolio, Error> {
        let entry = |entry: ReviewPortfolioEntryInput| {
            Ok(Entry {
                province: Kind::Unit.maybe(entry.province.as_ref())?,
                template_code: entry.template_code,
                cycle: Kind::ReportCycle.maybe(entry.cycle.as_ref())?,
            })
        };
        let entries: Result<Vec<Entry>, Error> = self.entries.into_iter().map(entry).collect();
        let given = SetPortfolio {
            reviewer: Kind::Seat.uuid(&self.reviewer)?,
            expected_version: self.expected_version,
            entries: entries?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        };
        check(session, &given)?;
        Ok(given)
    }
}

/// That the seat is an expert's and that what the entries name exists. Neither is a secret to who sets portfolios, and
/// neither goes away again.
fn check(session: &Session, given: &SetPortfolio) -> Result<(), Error> {
    // Who may not set any is told that alone, and learns of no round or template by asking.
    let sets =
        |seat: &ActingSeat| decide(seat.function, Action::SetPortfolio, Relations::default()) == Decision::Allowed;
    if !session.actor.seats.iter().any(sets) {
        return Err(Refusal::forbidden().into());
    }
    let (directory, catalogue) = (&session.actor.directory, session.services.catalogue.load());
    let mut refusals = Vec::new();
    let expert = directory.seat(given.reviewer);
    if expert.is_none_or(|seat| seat.function != Function::Expert) {
        let text = Text::new("Ini bukan jabatan Tenaga Ahli.", "This is not the seat of an expert.");
        refusals.push(Refusal::new(Code::Invalid, text).at(["reviewer"]));
    }
    for (place, entry) in given.entries.iter().enumerate() {
        let at = |field: &str| ["entries".to_owned(), place.to_string(), field.to_owned()];
        let province = entry.province.map(|id| directory.tree.get(id));
        if province.is_some_and(|unit| unit.is_none_or(|unit| unit.tier != Tier::Provinsi)) {
            let text = Text::new("Ini bukan provinsi.", "This is not a province.");
            refusals.push(Refusal::new(Code::Invalid, text).at(at("province")));
        }
        let code = entry.template_code.as_ref();
        if code.is_some_and(|code| catalogue.newest_published(code).is_none()) {
            let text = Text::new("Tidak ada templat dengan kode ini.", "No template has this code.");
            refusals.push(Refusal::new(Code::Invalid, text).at(at("templateCode")));
        }
        if entry.cycle.is_some_and(|id| catalogue.cycle(id).is_none()) {
            let text = Text::new("Periode laporan tidak ditemukan.", "The round was not found.");
            refusals.push(Refusal::new(Code::NotFound, text).at(at("cycle")));
        }
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

payload! {
    /// What became of `setReviewPortfolio`.
    SetReviewPortfolioPayload {
        /// The portfolio as it is now.
        portfolio: ReviewPortfolio
    }
}

#[derive(Default)]
pub struct PortfolioQuery;

#[Object]
impl PortfolioQuery {
    /// What experts look after: all portfolios for a COORDINATOR, your own for an EXPERT, none for others.
    async fn review_portfolios(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewPortfolio>> {
        let session = ctx.session()?;
        let found = query::portfolios(session.services.db.reader(), &session.actor).await?;
        Ok(found.into_iter().map(ReviewPortfolio).collect())
    }
}

#[derive(Default)]
pub struct PortfolioMutation;

#[Object]
impl PortfolioMutation {
    /// Set what an expert looks after, in place of what was set before. COORDINATOR.
    async fn set_review_portfolio(
        &self,
        ctx: &Context<'_>,
        input: SetReviewPortfolioInput,
    ) -> async_graphql::Result<SetReviewPortfolioPayload> {
        let session = ctx.session()?;
        let result = match input.resolve(session) {
            Ok(given) => set(session, &ctx.command_field(), given).await,
            Err(error) => Err(error),
        };
        Ok(ctx.settle(result.map(ReviewPortfolio))?.into())
    }
}
