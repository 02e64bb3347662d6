//! Stages of elections in the API.
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use entity::election_stage;

use crate::{
    connection,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known, cursor},
        scalars::{Date, DateTime},
    },
    page::window_of,
    payload,
    report::cycle::stage::{self, Create, Edit, may_manage},
    territory::graphql::Region,
};

connection!(
    ElectionStageConnection,
    ElectionStageEdge,
    ElectionStage,
    Known,
    "stages of elections"
);

#[derive(Clone)]
pub struct ElectionStage(pub Arc<election_stage::Model>);

/// A stage of an election (tahapan), by which periods are named: the campaign, the vote, a vote that is repeated in a few
/// regions. A round of such a stage asks only the units of its regions.
#[Object]
impl ElectionStage {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ElectionStage.id(self.0.id)
    }

    /// A stable name.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// 1 at first; a stage that recurs, such as a repeated vote, has 2, 3, …
    async fn round(&self) -> i32 {
        self.0.round
    }

    /// Its first day.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// Its last day.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }

    /// Where it takes place; empty: in the whole country.
    async fn regions(&self) -> Vec<Region> {
        self.0.regions.0.iter().copied().map(Region).collect()
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether you may change it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(may_manage(&ctx.session()?.actor))
    }
}

#[derive(Default)]
pub struct ElectionStageQuery;

#[Object]
impl ElectionStageQuery {
    /// The stages of elections, by first day, then code.
    async fn election_stages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ElectionStageConnection> {
        let session = ctx.session()?;
        let list = "election stages";
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window(list)?;
        let key = |row: &election_stage::Model| (row.starts_on, row.code.clone());
        let catalogue = session.services.catalogue.load();
        let rows: Vec<Arc<election_stage::Model>> = catalogue.stages().into_iter().cloned().collect();
        let total = Known(rows.len());
        let page = window_of(rows.into_iter().map(|row| (key(&row), row)), &window, false);
        Ok(ElectionStageConnection::new(
            page.map(|row| (cursor(list, &key(&row)), ElectionStage(row))),
            total,
        ))
    }
}

/// A stage that is to be.
#[derive(InputObject)]
pub struct CreateElectionStageInput {
    /// A stable name of lower-case letters, digits, dots and hyphens, at most 60 characters.
    code: String,
    /// What people call it, at most 200 characters.
    name: String,
    /// 1 at first; of a stage that recurs 2, 3, …
    #[graphql(default = 1)]
    round: i32,
    /// Its first day.
    starts_on: Date,
    /// Its last day.
    ends_on: Date,
    /// Where it takes place, at most 600; none: in the whole country.
    #[graphql(default)]
    regions: Vec<ID>,
    /// The seat that acts.
    seat: Option<ID>,
}

/// What of a stage is to be changed; what is left out stays.
#[derive(InputObject)]
pub struct EditElectionStageInput {
    /// The stage.
    stage: ID,
    /// The version you read.
    expected_version: i32,
    /// What people call it, at most 200 characters.
    name: Option<String>,
    /// Its first day.
    starts_on: Option<Date>,
    /// Its last day.
    ends_on: Option<Date>,
    /// Where it takes place, at most 600; an empty list: in the whole country.
    regions: Option<Vec<ID>>,
    /// The seat that acts.
    seat: Option<ID>,
}

payload! {
    /// What became of `createElectionStage`.
    CreateElectionStagePayload {
        /// The stage.
        stage: ElectionStage
    }
}

payload! {
    /// What became of `editElectionStage`.
    EditElectionStagePayload {
        /// The stage, changed.
        stage: ElectionStage
    }
}

#[derive(Default)]
pub struct ElectionStageMutation;

#[Object]
impl ElectionStageMutation {
    /// Enter a stage of an election. COORDINATOR of RI.
    async fn create_election_stage(
        &self,
        ctx: &Context<'_>,
        input: CreateElectionStageInput,
    ) -> async_graphql::Result<CreateElectionStagePayload> {
        let command = Create {
            regions: Kind::Region.uuids(&input.regions)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
            code: input.code,
            name: input.name,
            round: input.round,
            starts_on: input.starts_on.0,
            ends_on: input.ends_on.0,
        };
        let result = stage::create(ctx.session()?, &ctx.command_field(), command).await;
        Ok(ctx.settle(result.map(ElectionStage))?.into())
    }

    /// Change a stage of an election. Rounds of it that are not closed then ask the units of its new regions: those it no
    /// longer asks owe nothing. COORDINATOR of RI.
    async fn edit_election_stage(
        &self,
        ctx: &Context<'_>,
        input: EditElectionStageInput,
    ) -> async_graphql::Result<EditElectionStagePayload> {
        let command = Edit {
            stage: Kind::ElectionStage.uuid(&input.stage)?,
            expected_version: input.expected_version,
            regions: input.regions.map(|regions| Kind::Region.uuids(&regions)).transpose()?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
            name: input.name,
            starts_on: input.starts_on.map(|day| day.0),
            ends_on: input.ends_on.map(|day| day.0),
        };
        let result = stage::edit(ctx.session()?, &ctx.command_field(), command).await;
        Ok(ctx.settle(result.map(ElectionStage))?.into())
    }
}
