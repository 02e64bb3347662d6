//! The evaluation of units at the end of an event, in the API.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, Enum, ID, InputObject, Object,
    dataloader::{DataLoader, Loader},
};
use entity::{enums, event, event_evaluation, event_invitation};
use uuid::Uuid;

use super::{
    Answer, Evaluate, Issue, answer, evaluate, issue,
    query::{self, Filter},
    workflow::{Step, next, takes_evaluations},
};
use crate::{
    authz::policy::event::{Action, UnitAction},
    connection,
    error::Error,
    event::{
        graphql::{
            loader::{EventLoader, Visible},
            types::{Event, EventAct, acts_on},
        },
        sight::Guest,
    },
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor, either},
        problem::of_field,
        scalars::DateTime,
    },
    payload,
    review::rubric::{
        graphql::{
            score::{CriterionScore, CriterionScoreInput, scores},
            types::Rubric,
        },
        query::by_ids as rubrics_by_ids,
    },
    territory::graphql::Unit,
};

/// Where the evaluation of a unit stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EventEvaluationState")]
pub enum EventEvaluationState {
    /// It is being written, for the first time or after the unit objected; known to the host alone.
    Draft,
    /// The unit was shown it and has not answered.
    Issued,
    /// The unit acknowledged it.
    Acknowledged,
    /// The unit objects, and says why.
    Objected,
}

/// Reads of evaluations, a page at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EvaluationOf {
    event: Uuid,
    unit: Uuid,
}

impl Loader<EvaluationOf> for EventLoader {
    type Value = event_evaluation::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[EvaluationOf]) -> Result<HashMap<EvaluationOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let events: Vec<Uuid> = keys.iter().map(|key| key.event).collect();
        let units: Vec<Uuid> = keys.iter().map(|key| key.unit).collect();
        let found = query::of_units(self.services.db.reader(), actor, (&events, &units)).await?;
        let key = |row: &event_evaluation::Model| EvaluationOf {
            event: row.event_id,
            unit: row.unit_id,
        };
        Ok(found.into_iter().map(|row| (key(&row), row)).collect())
    }
}

/// A rubric by which something was judged that the caller was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JudgedBy(Uuid);

impl Loader<JudgedBy> for EventLoader {
    type Value = entity::rubric::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[JudgedBy]) -> Result<HashMap<JudgedBy, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = rubrics_by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (JudgedBy(row.id), row)).collect())
    }
}

#[derive(Clone)]
pub struct EventEvaluation(pub event_evaluation::Model);

impl EventEvaluation {
    /// The evaluation of an invited unit; None where there is none that the reader may see.
    pub async fn of(ctx: &Context<'_>, row: &event_invitation::Model) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let key = EvaluationOf {
            event: row.event_id,
            unit: row.unit_id,
        };
        let found = loader.load_one(key).await.map_err(of_field);
        found.map(|row| row.map(Self)).transpose()
    }

    /// The event, which whoever reads the evaluation may know of.
    async fn at(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<event::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(Visible(self.0.event_id)).await.map_err(of_field);
        found.transpose()
    }
}

/// How a host judged a unit that it invited, by a rubric. While it is being written it is known to the host alone; once issued
/// also to those above the host, to the unit and to those above it.
#[Object]
impl EventEvaluation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::EventEvaluation.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Event>> {
        Event::visible(ctx, self.0.event_id).await
    }

    /// The unit that was judged.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// What it was judged by; null where you may not know of that version.
    async fn rubric(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Rubric>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(JudgedBy(self.0.rubric_id)).await.map_err(of_field);
        found.map(|row| row.map(Rubric)).transpose()
    }

    /// The scores, by the keys of their criteria.
    async fn scores(&self) -> Vec<CriterionScore> {
        scores(&self.0.scores)
    }

    /// On the whole.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// What the scores come to, from 0 to 100 with two places; null while it is a draft.
    async fn total(&self) -> Option<&str> {
        self.0.total.as_deref()
    }

    /// Where it stands.
    async fn state(&self) -> EventEvaluationState {
        self.0.state.into()
    }

    /// What the unit said to it last.
    async fn reply(&self) -> Option<&str> {
        self.0.reply.as_deref()
    }

    /// When it was last issued.
    async fn issued_at(&self) -> Option<DateTime> {
        self.0.issued_at.map(DateTime)
    }

    /// When the unit last answered.
    async fn replied_at(&self) -> Option<DateTime> {
        self.0.replied_at.map(DateTime)
    }

    /// Whether you may write it down, or anew, now.
    async fn viewer_can_write(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let Some(event) = self.at(ctx).await.transpose()? else {
            return Ok(false);
        };
        let open = takes_evaluations(event.status) && next(self.0.state, Step::Write).is_ok();
        Ok(open && Event::from(event).may(ctx, Action::Prepare)?)
    }

    /// Whether you may acknowledge it or object to it now.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if next(self.0.state, Step::Object).is_err() {
            return Ok(false);
        }
        let Some(event) = self.at(ctx).await.transpose()? else {
            return Ok(false);
        };
        Ok(Guest::of_unit(&event, self.0.unit_id).may(&ctx.session()?.actor, UnitAction::Answer))
    }

    /// What was done to it, the earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventAct>> {
        acts_on(ctx, self.0.id).await
    }
}

connection!(
    EventEvaluationConnection,
    EventEvaluationEdge,
    EventEvaluation,
    CountedEvaluations,
    "evaluations"
);

/// How many evaluations a filter finds, counted when asked for.
pub struct CountedEvaluations(Filter);

impl CountedEvaluations {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Which states; one of the two.
#[derive(InputObject, Default)]
pub struct EventEvaluationStateFilter {
    /// Exactly this one.
    eq: Option<EventEvaluationState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<EventEvaluationState>>,
}

/// A page of the evaluations of an event that the reader may see.
///
/// # Errors
/// What is wrong with the arguments; the database's.
pub async fn of_event(
    ctx: &Context<'_>,
    event: Uuid,
    state: Option<EventEvaluationStateFilter>,
    arguments: Arguments,
) -> async_graphql::Result<EventEvaluationConnection> {
    const LIST: &str = "event-evaluations";
    let session = ctx.session()?;
    let EventEvaluationStateFilter { eq, any } = state.unwrap_or_default();
    let states = either(eq, any)?;
    let filter = Filter {
        event,
        state: states.map(|states| states.into_iter().map(Into::into).collect()),
    };
    let window = arguments.window::<Uuid>(LIST)?;
    let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
    let page = page.map(|row| (cursor(LIST, &row.id), EventEvaluation(row)));
    Ok(EventEvaluationConnection::new(page, CountedEvaluations(filter)))
}

/// What to write down of a unit.
#[derive(InputObject)]
pub struct EvaluateUnitInput {
    /// The invitation of the unit.
    invitation: ID,
    /// The version of the evaluation you read; left out: there is none yet.
    expected_version: Option<i32>,
    /// What it is judged by, published; left out: the one it was begun with. Another one begins with no scores.
    rubric: Option<ID>,
    /// The criteria to write, at most 40; those left out stay as they are.
    #[graphql(default)]
    scores: Vec<CriterionScoreInput>,
    /// On the whole, at most 10,000 characters; left out it stays as it is, and empty there is none.
    note: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What to show to the units.
#[derive(InputObject)]
pub struct IssueEventEvaluationsInput {
    /// The event.
    event: ID,
    /// Which drafts, at most 600; left out: every one there is.
    evaluations: Option<Vec<ID>>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which evaluation is acknowledged.
#[derive(InputObject)]
pub struct AcknowledgeEventEvaluationInput {
    /// The evaluation.
    evaluation: ID,
    /// The version you read.
    expected_version: i32,
    /// What there is to say to it, at most 2,000 characters.
    note: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What is objected to, and why.
#[derive(InputObject)]
pub struct ObjectToEventEvaluationInput {
    /// The evaluation.
    evaluation: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `evaluateUnit`.
    EvaluateUnitPayload {
        /// The evaluation, a draft.
        evaluation: EventEvaluation
    }
}

payload! {
    /// What became of `issueEventEvaluations`.
    IssueEventEvaluationsPayload {
        /// The event.
        event: Event
    }
}

payload! {
    /// What became of `acknowledgeEventEvaluation`.
    AcknowledgeEventEvaluationPayload {
        /// The evaluation, acknowledged.
        evaluation: EventEvaluation
    }
}

payload! {
    /// What became of `objectToEventEvaluation`.
    ObjectToEventEvaluationPayload {
        /// The evaluation, with what the unit objects.
        evaluation: EventEvaluation
    }
}

#[derive(Default)]
pub struct EventEvaluationMutation;

#[Object]
impl EventEvaluationMutation {
    /// Judge an invited unit by a rubric, piece by piece, from the beginning of the event on: STAFF or HEAD of the host, at RI
    /// also a COORDINATOR. Nobody else knows of it until it is issued. Once the unit has objected it may be written anew.
    async fn evaluate_unit(
        &self,
        ctx: &Context<'_>,
        input: EvaluateUnitInput,
    ) -> async_graphql::Result<EvaluateUnitPayload> {
        let given = Evaluate {
            invitation: Kind::EventInvitation.uuid(&input.invitation)?,
            expected_version: input.expected_version,
            rubric: Kind::Rubric.maybe(input.rubric.as_ref())?,
            scores: input.scores.into_iter().map(CriterionScoreInput::resolve).collect(),
            note: input.note,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = evaluate(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(EventEvaluation))?.into())
    }

    /// Show complete evaluations to their units, all or none: HEAD of the host, at RI also a COORDINATOR. The units are told,
    /// and acknowledge or object.
    async fn issue_event_evaluations(
        &self,
        ctx: &Context<'_>,
        input: IssueEventEvaluationsInput,
    ) -> async_graphql::Result<IssueEventEvaluationsPayload> {
        let evaluations = input.evaluations.map(|ids| Kind::EventEvaluation.uuids(&ids));
        let given = Issue {
            event: Kind::Event.uuid(&input.event)?,
            evaluations: evaluations.transpose()?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = issue(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Take note of how your unit was judged: its HEAD.
    async fn acknowledge_event_evaluation(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeEventEvaluationInput,
    ) -> async_graphql::Result<AcknowledgeEventEvaluationPayload> {
        let given = Answer {
            evaluation: Kind::EventEvaluation.uuid(&input.evaluation)?,
            expected_version: input.expected_version,
            reply: input.note,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = answer(ctx.session()?, &ctx.command_field(), false, given).await;
        Ok(ctx.settle(result.map(EventEvaluation))?.into())
    }

    /// Object to how your unit was judged: its HEAD, with a reason. The host is told, and may write it anew.
    async fn object_to_event_evaluation(
        &self,
        ctx: &Context<'_>,
        input: ObjectToEventEvaluationInput,
    ) -> async_graphql::Result<ObjectToEventEvaluationPayload> {
        let given = Answer {
            evaluation: Kind::EventEvaluation.uuid(&input.evaluation)?,
            expected_version: input.expected_version,
            reply: Some(input.reason),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = answer(ctx.session()?, &ctx.command_field(), true, given).await;
        Ok(ctx.settle(result.map(EventEvaluation))?.into())
    }
}
