//! What came of an event in the API.
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::{enums::RecommendationSource, event};

use super::{Recommended, Record, has_come_of, record_outcome};
use crate::{
    error::Error,
    event::graphql::types::{Event, file},
    file::graphql::File,
    graphql::{context::Ask, id::Kind, input::change, page::Arguments, scalars::Date},
    payload,
    review::recommendation::{
        graphql::{Recommendation, RecommendationConnection, of_source},
        service::{Advance, advance},
        workflow::Step,
    },
};

pub struct EventOutcome {
    row: Box<event::Model>,
}

impl EventOutcome {
    /// What came of an event the caller has been shown; None until it has begun.
    pub fn of(row: &event::Model) -> Option<Self> {
        has_come_of(row.status).then(|| Self {
            row: Box::new(row.clone()),
        })
    }
}

/// What came of an event: its minutes, read by whoever reads the event, and what is recommended.
#[Object]
impl EventOutcome {
    /// What was written down; null while nothing was.
    async fn minutes(&self) -> Option<&str> {
        self.row.minutes.as_deref()
    }

    /// The minutes as a file; null where none was attached.
    async fn file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.row.minutes_file_id).await
    }

    /// What is recommended, as far as you may see it: the units that are to follow it, those above them, and the host. The
    /// latest first.
    async fn recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RecommendationConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        of_source(ctx, (RecommendationSource::Event, self.row.id), arguments).await
    }
}

/// Something units are to do.
#[derive(InputObject)]
pub struct OutcomeRecommendationInput {
    /// What, at most 2,000 characters.
    text: String,
    /// Who is to do it, each by itself: units that were invited, or that lie beneath the host.
    units: Vec<ID>,
    /// Until when an answer is awaited.
    due_on: Date,
}

/// What came of an event. What is left out stays as it is.
#[derive(InputObject)]
pub struct RecordOutcomeInput {
    /// The event.
    event: ID,
    /// The version you read.
    expected_version: i32,
    /// What was written down, at most 50,000 characters; null takes it away.
    minutes: MaybeUndefined<String>,
    /// The minutes as a file that you uploaded; null takes it away.
    minutes_file: MaybeUndefined<ID>,
    /// What is recommended besides what was before; an event recommends at most 100 things, each unit counted.
    #[graphql(default)]
    recommendations: Vec<OutcomeRecommendationInput>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl RecordOutcomeInput {
    fn resolve(self) -> Result<Record, Error> {
        let minutes_file = change(self.minutes_file);
        let recommended = |given: OutcomeRecommendationInput| -> Result<Recommended, Error> {
            Ok(Recommended {
                text: given.text,
                units: Kind::Unit.uuids(&given.units)?,
                due_on: given.due_on.0,
            })
        };
        Ok(Record {
            event: Kind::Event.uuid(&self.event)?,
            expected_version: self.expected_version,
            minutes: change(self.minutes),
            minutes_file: minutes_file
                .map(|file| file.map(|file| Kind::File.uuid(&file)).transpose())
                .transpose()?,
            recommendations: self
                .recommendations
                .into_iter()
                .map(recommended)
                .collect::<Result<_, _>>()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What a unit answers to what an event recommended.
#[derive(InputObject)]
pub struct AnswerOutcomeInput {
    /// The recommendation.
    recommendation: ID,
    /// The version you read.
    expected_version: i32,
    /// What was done, at most 5,000 characters.
    text: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `recordOutcome`.
    RecordOutcomePayload {
        /// The event, with what came of it.
        event: Event
    }
}

payload! {
    /// What became of `answerOutcome`.
    AnswerOutcomePayload {
        /// The recommendation, answered.
        recommendation: Recommendation
    }
}

#[derive(Default)]
pub struct OutcomeMutation;

#[Object]
impl OutcomeMutation {
    /// Write down what came of an event that has begun: STAFF or HEAD of the host, at RI also a COORDINATOR. Minutes may be
    /// written anew; recommendations are only added, and their units are told at once.
    async fn record_outcome(
        &self,
        ctx: &Context<'_>,
        input: RecordOutcomeInput,
    ) -> async_graphql::Result<RecordOutcomePayload> {
        let result = record_outcome(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Answer what your unit did about what an event recommended: its HEAD, at RI a COORDINATOR. The same as
    /// `answerRecommendation`; the host is told, and closes it or sends it back.
    async fn answer_outcome(
        &self,
        ctx: &Context<'_>,
        input: AnswerOutcomeInput,
    ) -> async_graphql::Result<AnswerOutcomePayload> {
        let given = Advance {
            recommendation: Kind::Recommendation.uuid(&input.recommendation)?,
            expected_version: input.expected_version,
            text: Some(input.text),
            due_on: None,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = advance(ctx.session()?, &ctx.command_field(), Step::Answer, given).await;
        Ok(ctx.settle(result.map(Recommendation))?.into())
    }
}
