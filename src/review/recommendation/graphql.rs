//! Recommendations in the API.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, Enum, ID, InputObject, Object,
    dataloader::{DataLoader, Loader},
};
use entity::{
    enums::{self, ReviewActKind},
    recommendation, review_act,
};
use uuid::Uuid;

use super::{
    availability::Case,
    query::{self, Filter},
    service::{Advance, advance},
    workflow::Step,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    payload,
    services::Services,
    session::Actor,
    territory::graphql::{Seat, Unit, ids},
};

/// How far a recommendation is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::RecommendationState")]
pub enum RecommendationState {
    /// It waits for the answer of its unit.
    Open,
    /// It was answered, and waits for who recommended it.
    Answered,
    /// Whoever recommended it is content, or asks no more.
    Closed,
}

/// What was done about a recommendation.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecommendationActKind {
    /// It was made.
    Made,
    /// Its unit answered what was done.
    Answered,
    /// More was asked for than was answered.
    Returned,
    /// It was closed.
    Closed,
}

#[derive(Clone)]
pub struct RecommendationAct {
    row: review_act::Model,
    kind: RecommendationActKind,
}

impl RecommendationAct {
    fn of(row: &review_act::Model) -> Option<Self> {
        let kind = match row.kind {
            ReviewActKind::MakeRecommendation => RecommendationActKind::Made,
            ReviewActKind::AnswerRecommendation => RecommendationActKind::Answered,
            ReviewActKind::ReturnRecommendation => RecommendationActKind::Returned,
            ReviewActKind::CloseRecommendation => RecommendationActKind::Closed,
            _ => return None,
        };
        Some(Self { row: row.clone(), kind })
    }
}

/// Something that was done about a recommendation.
#[Object]
impl RecommendationAct {
    /// What.
    async fn kind(&self) -> RecommendationActKind {
        self.kind
    }

    /// The recommendation, the answer or the reason; null where none was owed.
    async fn text(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// The seat that acted.
    async fn seat(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The person who acted; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.row.account_id)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.row.at)
    }
}

/// Loads recommendations that something points to, those of them that the caller may know of, and what was done about those
/// the caller has been shown.
pub struct RecommendationLoader {
    pub services: Arc<Services>,
    /// None: nobody is signed in.
    pub actor: Option<Actor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visible(Uuid);

impl Loader<Visible> for RecommendationLoader {
    type Value = recommendation::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Visible]) -> Result<HashMap<Visible, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (Visible(row.id), row)).collect())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActsOf(Uuid);

impl Loader<ActsOf> for RecommendationLoader {
    type Value = Vec<review_act::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ActsOf]) -> Result<HashMap<ActsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::acts(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, acts)| (ActsOf(id), acts)).collect())
    }
}

/// What the thing is called that a recommendation follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TitleOf(enums::RecommendationSource, Uuid);

impl Loader<TitleOf> for RecommendationLoader {
    type Value = String;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[TitleOf]) -> Result<HashMap<TitleOf, String>, Arc<Error>> {
        let sources: Vec<_> = keys.iter().map(|key| (key.0, key.1)).collect();
        let titles = query::titles(self.services.db.reader(), &sources).await?;
        Ok(keys
            .iter()
            .filter_map(|key| Some((*key, titles.get(&key.1)?.clone())))
            .collect())
    }
}

#[derive(Clone)]
pub struct Recommendation(pub recommendation::Model);

impl Recommendation {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<RecommendationLoader>>();
        let found = loader.load_one(Visible(id)).await.map_err(of_field);
        found.map(|row| row.map(Self)).transpose()
    }

    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<review_act::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<RecommendationLoader>>();
        let acts = loader.load_one(ActsOf(self.0.id)).await.map_err(of_field)?;
        Ok(acts.unwrap_or_default())
    }

    async fn last_answer(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<review_act::Model>> {
        let last = |acts: Vec<review_act::Model>| {
            let mut acts = acts.into_iter().rev();
            acts.find(|act| act.kind == ReviewActKind::AnswerRecommendation)
        };
        self.history(ctx).await.map(last).transpose()
    }

    async fn can(&self, ctx: &Context<'_>, step: Step) -> async_graphql::Result<bool> {
        let answered = self.0.state == enums::RecommendationState::Answered;
        let answer = if answered {
            self.last_answer(ctx).await.transpose()?
        } else {
            None
        };
        let case = Case {
            row: &self.0,
            answered_by: answer.map(|act| act.account_id),
        };
        Ok(case.check(&ctx.session()?.actor, step, None).is_ok())
    }
}

/// Something a unit is to do by a day, and what it answered (*tindak lanjut*). Seen by the unit, by those above it and by the
/// unit that recommends.
#[Object]
impl Recommendation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Recommendation.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it follows from, as a global id for `node`: a NationalEvaluation or an Event.
    async fn source(&self) -> ID {
        match self.0.subject_type {
            enums::RecommendationSource::Evaluation => Kind::NationalEvaluation.id(self.0.subject_id),
            enums::RecommendationSource::Event => Kind::Event.id(self.0.subject_id),
        }
    }

    /// What that is called: the title of the event, the name of the round that was evaluated; also where you may not see the
    /// thing itself.
    async fn source_title(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let loader = ctx.data_unchecked::<DataLoader<RecommendationLoader>>();
        let title = loader.load_one(TitleOf(self.0.subject_type, self.0.subject_id)).await;
        Ok(title.map_err(of_field)?.unwrap_or_default())
    }

    /// Its place there, from 1 up.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// The unit that recommends.
    async fn issuer(&self) -> Unit {
        Unit(self.0.issuer_id)
    }

    /// The unit that is to follow.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// What is to be done.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Until when an answer is awaited.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// How far it is.
    async fn state(&self) -> RecommendationState {
        self.0.state.into()
    }

    /// Whether an answer is awaited and its day has passed.
    async fn is_overdue(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let today = ctx.session()?.actor.today;
        Ok(self.0.state == enums::RecommendationState::Open && self.0.due_on < today)
    }

    /// The last answer; null while there is none.
    async fn answer(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let answer = self.last_answer(ctx).await?;
        answer.map(|act| act.reason).transpose()
    }

    /// Everything that was done about it, the earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RecommendationAct>> {
        Ok(self
            .history(ctx)
            .await?
            .iter()
            .filter_map(RecommendationAct::of)
            .collect())
    }

    /// Whether you may answer it now.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Answer).await
    }

    /// Whether you may send it back now.
    async fn viewer_can_return(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Return).await
    }

    /// Whether you may close it now.
    async fn viewer_can_close(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Close).await
    }
}

connection!(
    RecommendationConnection,
    RecommendationEdge,
    Recommendation,
    Counted,
    "recommendations"
);

/// How many a filter finds, counted when asked for.
pub struct Counted(Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by how far recommendations are.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RecommendationStateFilter {
    /// Exactly this one.
    eq: Option<RecommendationState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<RecommendationState>>,
}

/// Which recommendations are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RecommendationFilter {
    /// Following from this national evaluation. Give this or `event`, not both.
    evaluation: Option<ID>,
    /// Following from this event.
    event: Option<ID>,
    /// To be followed by exactly these units.
    unit: Option<IdFilter>,
    /// By how far they are.
    state: Option<RecommendationStateFilter>,
    /// Due before this day.
    due_before: Option<Date>,
}

impl RecommendationFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let RecommendationStateFilter { eq, any } = self.state.unwrap_or_default();
        let evaluation = Kind::NationalEvaluation.maybe(self.evaluation.as_ref())?;
        let event = Kind::Event.maybe(self.event.as_ref())?;
        let states = either(eq, any)?;
        if evaluation.is_some() && event.is_some() {
            return Err(Error::bad_input(
                "Sebutkan `evaluation` atau `event`, tidak keduanya.",
                "Give `evaluation` or `event`, not both.",
            ));
        }
        let of_evaluation = evaluation.map(|id| (enums::RecommendationSource::Evaluation, id));
        Ok(Filter {
            source: of_evaluation.or(event.map(|id| (enums::RecommendationSource::Event, id))),
            unit: ids(Kind::Unit, self.unit)?,
            state: states.map(|states| states.into_iter().map(Into::into).collect()),
            due_before: self.due_before.map(|date| date.0),
        })
    }
}

/// What something recommends, as far as the caller may know of it, the latest first.
///
/// # Errors
/// `BadInput` for the arguments; the database's.
pub async fn of_source(
    ctx: &Context<'_>,
    source: (enums::RecommendationSource, Uuid),
    arguments: Arguments,
) -> async_graphql::Result<RecommendationConnection> {
    let filter = Filter {
        source: Some(source),
        ..Filter::default()
    };
    listed(ctx, filter, arguments).await
}

async fn listed(
    ctx: &Context<'_>,
    filter: Filter,
    arguments: Arguments,
) -> async_graphql::Result<RecommendationConnection> {
    const LIST: &str = "recommendations";
    let session = ctx.session()?;
    let window = arguments.window::<Uuid>(LIST)?;
    let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
    let page = page.map(|row| (cursor(LIST, &row.id), Recommendation(row)));
    Ok(RecommendationConnection::new(page, Counted(filter)))
}

#[derive(Default)]
pub struct RecommendationQuery;

#[Object]
impl RecommendationQuery {
    /// The recommendations you may see, the latest first.
    async fn recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<RecommendationFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RecommendationConnection> {
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        listed(ctx, filter, arguments).await
    }
}

/// What a unit answers to a recommendation.
#[derive(InputObject)]
pub struct AnswerRecommendationInput {
    /// The recommendation.
    recommendation: ID,
    /// The version you read.
    expected_version: i32,
    /// What was done, at most 5,000 characters.
    text: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which answer is not enough, and why.
#[derive(InputObject)]
pub struct ReturnRecommendationInput {
    /// The recommendation.
    recommendation: ID,
    /// The version you read.
    expected_version: i32,
    /// What is missing, at most 5,000 characters.
    reason: String,
    /// Until when another answer is awaited; left out it stays.
    due_on: Option<Date>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which recommendation is done with.
#[derive(InputObject)]
pub struct CloseRecommendationInput {
    /// The recommendation.
    recommendation: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 5,000 characters. Owed where nothing was answered.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `answerRecommendation`.
    AnswerRecommendationPayload {
        /// The recommendation, answered.
        recommendation: Recommendation
    }
}

payload! {
    /// What became of `returnRecommendation`.
    ReturnRecommendationPayload {
        /// The recommendation, open again.
        recommendation: Recommendation
    }
}

payload! {
    /// What became of `closeRecommendation`.
    CloseRecommendationPayload {
        /// The recommendation, closed.
        recommendation: Recommendation
    }
}

#[derive(Default)]
pub struct RecommendationMutation;

#[Object]
impl RecommendationMutation {
    /// Answer what your unit did about a recommendation: its HEAD, at RI a COORDINATOR. Whoever recommended it is told.
    async fn answer_recommendation(
        &self,
        ctx: &Context<'_>,
        input: AnswerRecommendationInput,
    ) -> async_graphql::Result<AnswerRecommendationPayload> {
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

    /// Send an answered recommendation back for more: who speaks for the unit that recommends, but not whoever answered it.
    /// A reason is owed; the unit is told.
    async fn return_recommendation(
        &self,
        ctx: &Context<'_>,
        input: ReturnRecommendationInput,
    ) -> async_graphql::Result<ReturnRecommendationPayload> {
        let given = Advance {
            recommendation: Kind::Recommendation.uuid(&input.recommendation)?,
            expected_version: input.expected_version,
            text: Some(input.reason),
            due_on: input.due_on.map(|date| date.0),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = advance(ctx.session()?, &ctx.command_field(), Step::Return, given).await;
        Ok(ctx.settle(result.map(Recommendation))?.into())
    }

    /// Close a recommendation: who speaks for the unit that recommends, but not whoever answered it. The unit is told.
    async fn close_recommendation(
        &self,
        ctx: &Context<'_>,
        input: CloseRecommendationInput,
    ) -> async_graphql::Result<CloseRecommendationPayload> {
        let given = Advance {
            recommendation: Kind::Recommendation.uuid(&input.recommendation)?,
            expected_version: input.expected_version,
            text: input.reason,
            due_on: None,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = advance(ctx.session()?, &ctx.command_field(), Step::Close, given).await;
        Ok(ctx.settle(result.map(Recommendation))?.into())
    }
}
