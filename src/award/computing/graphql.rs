//! Lists in the API: what an edition came to, how close it was, and the commands that compute, ratify and announce it.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::DataLoader, dataloader::Loader};
use entity::{award_edition, award_entry, award_list, award_list_category, enums};
use uuid::Uuid;

use super::{
    announcing::{self, Announce},
    exporting::name_of,
    is_shown,
    listing::{self, Ratify},
    query,
};
use crate::{
    award::{
        entry::graphql::types::AwardEntry,
        graphql::{
            loader::AwardLoader,
            types::{AwardCategory, AwardEdition},
        },
        ranking::{self, Ranked, Ranking, amount::Micros, calibration, inputs::Inputs},
        running::Advance,
    },
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        legal_basis::{LegalBasis, LegalBasisInput},
        problem::of_field,
        scalars::{DateTime, Decimal, Sha256},
    },
    identity::graphql::Account,
    payload,
    territory::graphql::Unit,
};

/// The lists of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListsOf(pub Uuid);

/// What a list came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CategoriesOfList(pub Uuid);

/// An entry that a list which was shown names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListedEntry(pub Uuid);

impl Loader<ListsOf> for AwardLoader {
    type Value = Vec<award_list::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ListsOf]) -> Result<HashMap<ListsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<ListsOf, Self::Value> = HashMap::new();
        for row in query::lists(self.services.db.reader(), &ids).await? {
            found.entry(ListsOf(row.edition_id)).or_default().push(row);
        }
        Ok(found)
    }
}

impl Loader<CategoriesOfList> for AwardLoader {
    type Value = Vec<award_list_category::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CategoriesOfList]) -> Result<HashMap<CategoriesOfList, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<CategoriesOfList, Self::Value> = HashMap::new();
        for row in query::list_categories(self.services.db.reader(), &ids).await? {
            found.entry(CategoriesOfList(row.list_id)).or_default().push(row);
        }
        Ok(found)
    }
}

impl Loader<ListedEntry> for AwardLoader {
    type Value = award_entry::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ListedEntry]) -> Result<HashMap<ListedEntry, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::entries_by_ids(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (ListedEntry(row.id), row)).collect())
    }
}

/// Where a list stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardListStatus")]
pub enum AwardListStatus {
    /// Computed; somebody else has to ratify it.
    Computed,
    /// Ratified, and not announced yet.
    Ratified,
    /// In force.
    Announced,
    /// A later list took its place after a revocation.
    Superseded,
}

/// What becomes of an entry.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "ranking::Outcome")]
pub enum AwardOutcome {
    /// It wins.
    Winner,
    /// It is named after those who win.
    Nominee,
    /// It gets nothing.
    Unplaced,
}

/// What decided between an entry and the next.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardDecider {
    /// The score.
    Score,
    /// The figure of a criterion, as the scores are equal.
    TieBreak,
    /// A lot that anybody can draw again, as everything is equal.
    Lot,
}

/// Why an entry stands before the next, and by how much.
#[derive(SimpleObject)]
pub struct AwardDecision {
    /// What decided.
    by: AwardDecider,
    /// The key of the criterion that decided; null where none did.
    criterion: Option<String>,
    /// By how much of the score, or of the figure of that criterion; null of a lot.
    margin: Option<Decimal>,
}

impl From<&ranking::Decided> for AwardDecision {
    fn from(decided: &ranking::Decided) -> Self {
        match decided {
            ranking::Decided::Score { score, .. } => Self {
                by: AwardDecider::Score,
                criterion: None,
                margin: Some(decimal(*score)),
            },
            ranking::Decided::TieBreak { criterion, margin } => Self {
                by: AwardDecider::TieBreak,
                criterion: Some(criterion.clone()),
                margin: Some(decimal(*margin)),
            },
            ranking::Decided::Lot { .. } => Self {
                by: AwardDecider::Lot,
                criterion: None,
                margin: None,
            },
        }
    }
}

/// Millionths as a decimal number; no amount that is reckoned has more digits than one holds.
fn decimal(amount: Micros) -> Decimal {
    let number = rust_decimal::Decimal::try_from_i128_with_scale(amount.0, 6);
    Decimal(number.unwrap_or_default().normalize())
}

/// What an entry comes to by one criterion.
#[derive(SimpleObject)]
pub struct AwardPart {
    /// The key of the criterion.
    criterion: String,
    /// What counts, 0 to 100; where jurors judge the mean of their calibrated sheets, which may lie a little outside.
    figure: Decimal,
    /// The mean of the sheets as they were given; null where nobody judges.
    raw: Option<Decimal>,
}

/// A juror, under the name that hides who it is; in another category the same person is called otherwise.
#[derive(SimpleObject)]
pub struct AwardJurorMean {
    /// J1, J2 and so on.
    juror: String,
    /// How many entries the juror judged.
    sheets: i64,
    /// What these sheets come to on average.
    mean: Decimal,
    /// What was added to each of them, so that harsh and lenient jurors count alike; null where nothing was.
    shift: Option<Decimal>,
}

impl From<&calibration::Juror> for AwardJurorMean {
    fn from(juror: &calibration::Juror) -> Self {
        Self {
            juror: juror.juror.clone(),
            sheets: juror.sheets.into(),
            mean: decimal(juror.mean),
            shift: juror.shift.map(decimal),
        }
    }
}

/// An entry at its place in a list.
pub struct AwardStanding(Ranked);

/// An entry at its place in a list.
#[Object]
impl AwardStanding {
    /// The entry, with what was submitted of it; null where it is not one you may see.
    async fn entry(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEntry>> {
        AwardEntry::visible(ctx, self.0.entry).await
    }

    /// The unit that was entered, or whose person was, or that named an outsider.
    async fn unit(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        let entry = self.listed(ctx).await?;
        Some(entry.map(|entry| Unit(entry.unit_id)))
    }

    /// The person or the outsider; null of a unit, and of a person whose data was erased.
    async fn name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let entry = self.listed(ctx).await?;
        let named = entry.and_then(|entry| Ok(name_of(&ctx.session()?.actor.directory, &entry)));
        named.transpose()
    }

    /// Its place in the order, from 1 up. Among equals it tells how they were chosen and is no place of honour.
    async fn position(&self) -> i64 {
        self.0.position.into()
    }

    /// What becomes of it.
    async fn outcome(&self) -> AwardOutcome {
        self.0.outcome.into()
    }

    /// The place of a winner where winners are ranked; null for all others.
    async fn place(&self) -> Option<i64> {
        self.0.place.map(Into::into)
    }

    /// The mean of its figures by the weights of the criteria, to six places.
    async fn score(&self) -> Decimal {
        decimal(self.0.score)
    }

    /// The sum of weight times figure, exact: entries are ordered by it.
    async fn points(&self) -> Decimal {
        decimal(self.0.points)
    }

    /// What it comes to by each criterion, in their order.
    async fn parts(&self) -> Vec<AwardPart> {
        let part = |part: &ranking::Part| AwardPart {
            criterion: part.criterion.clone(),
            figure: decimal(part.figure),
            raw: part.raw.map(decimal),
        };
        self.0.parts.iter().map(part).collect()
    }

    /// Why it stands before the next; null for the last.
    async fn decided(&self) -> Option<AwardDecision> {
        self.0.decided.as_ref().map(AwardDecision::from)
    }
}

impl AwardStanding {
    async fn listed(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<award_entry::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(ListedEntry(self.0.entry)).await;
        found.map_err(of_field).transpose()
    }
}

/// How close it was between those who win and the others.
#[derive(SimpleObject)]
pub struct AwardCut {
    /// The last who wins.
    winner: AwardStanding,
    /// The first who does not.
    next: AwardStanding,
    /// What decided between the two.
    decided: AwardDecision,
}

/// What a category of a list came to.
pub struct AwardListCategory {
    row: award_list_category::Model,
    ranking: Ranking,
    honoured: usize,
}

impl TryFrom<award_list_category::Model> for AwardListCategory {
    type Error = Error;

    fn try_from(row: award_list_category::Model) -> Result<Self, Error> {
        let inputs: Inputs = serde_json::from_str(&row.inputs).map_err(Error::internal)?;
        Ok(Self {
            ranking: serde_json::from_str(&row.result).map_err(Error::internal)?,
            honoured: inputs.scheme.honoured(),
            row,
        })
    }
}

/// What a category of a list came to. `docs/awards.md` tells how it is reckoned.
#[Object]
impl AwardListCategory {
    /// The category.
    async fn category(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardCategory>> {
        AwardCategory::visible(ctx, self.row.category_id).await
    }

    /// The SHA-256 of what it was reckoned from, canonical JSON.
    async fn inputs_sha256(&self) -> Sha256 {
        Sha256(self.row.inputs_sha256.clone())
    }

    /// The sum of the weights of its criteria.
    async fn weights(&self) -> i64 {
        self.ranking.weights
    }

    /// The mean of all sheets of calibrated jurors; null where nobody was calibrated.
    async fn calibrated_mean(&self) -> Option<Decimal> {
        self.ranking.calibration.mean.map(decimal)
    }

    /// Who judged, J2 before J10.
    async fn jurors(&self) -> Vec<AwardJurorMean> {
        self.ranking
            .calibration
            .jurors
            .iter()
            .map(AwardJurorMean::from)
            .collect()
    }

    /// How many entries were ranked.
    async fn ranked(&self) -> i64 {
        self.ranking.entries.len().try_into().unwrap_or(i64::MAX)
    }

    /// The entries, the best first.
    async fn standings(
        &self,
        #[graphql(desc = "How many, 0 to 1000; those who win or are named when left out.")] first: Option<i32>,
    ) -> async_graphql::Result<Vec<AwardStanding>> {
        const MOST: usize = 1_000;
        let first = match first {
            None => self.honoured,
            Some(first) => usize::try_from(first)
                .ok()
                .filter(|first| *first <= MOST)
                .ok_or_else(|| {
                    Error::bad_input(
                        format!("`first` berada di antara 0 dan {MOST}."),
                        format!("`first` lies between 0 and {MOST}."),
                    )
                })?,
        };
        Ok(self
            .ranking
            .entries
            .iter()
            .take(first)
            .cloned()
            .map(AwardStanding)
            .collect())
    }

    /// How close it was between those who win and the others; null where all win or nobody was entered.
    async fn cut(&self) -> Option<AwardCut> {
        let cut = self.ranking.cut.as_ref()?;
        let standing = |entry: Uuid| {
            let found = self.ranking.entries.iter().find(|ranked| ranked.entry == entry);
            found.cloned().map(AwardStanding)
        };
        Some(AwardCut {
            winner: standing(cut.winner)?,
            next: standing(cut.next)?,
            decided: AwardDecision::from(&cut.decided),
        })
    }
}

/// What an edition came to at one time.
pub struct AwardList(award_list::Model);

/// What an edition came to, for all its categories at once. Before it is announced it is read by who commands the edition.
#[Object]
impl AwardList {
    /// From 1 up; a later list takes the place of an earlier one after a revocation.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Where it stands.
    async fn status(&self) -> AwardListStatus {
        self.0.status.into()
    }

    /// The SHA-256 over what every round of every category came to, `resultsSha256` of the bundle: what is ratified by.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.0.sha256.clone())
    }

    /// When it was computed.
    async fn computed_at(&self) -> DateTime {
        DateTime(self.0.computed_at)
    }

    /// Who computed it; null when people of that unit are outside what you may see.
    async fn computed_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.computed_by)
    }

    /// When it was ratified; null before.
    async fn ratified_at(&self) -> Option<DateTime> {
        self.0.ratified_at.map(DateTime)
    }

    /// Who ratified it; null before, and when people of that unit are outside what you may see.
    async fn ratified_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.ratified_by?)
    }

    /// The letter by which it was ratified; null where none was named.
    async fn letter(&self) -> Option<LegalBasis> {
        Some(LegalBasis {
            number: self.0.letter_number.clone()?,
            date: crate::graphql::scalars::Date(self.0.letter_date?),
        })
    }

    /// When it was announced; null before.
    async fn announced_at(&self) -> Option<DateTime> {
        self.0.announced_at.map(DateTime)
    }

    /// What each category came to, in the order of the edition.
    async fn categories(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardListCategory>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let order = crate::award::graphql::loader::CategoriesOf(self.0.edition_id);
        let order = loader.load_one(order).await.map_err(of_field)?.unwrap_or_default();
        let rows = loader.load_one(CategoriesOfList(self.0.id)).await.map_err(of_field)?;
        let mut rows = rows.unwrap_or_default();
        rows.sort_by_key(|row| order.iter().position(|category| category.id == row.category_id));
        let categories: Result<Vec<_>, Error> = rows.into_iter().map(AwardListCategory::try_from).collect();
        Ok(categories?)
    }
}

/// The lists of an edition that was shown, as far as the reader is shown them.
pub(in crate::award) async fn lists(
    ctx: &Context<'_>,
    edition: &award_edition::Model,
) -> async_graphql::Result<Vec<AwardList>> {
    let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
    let actor = &ctx.session()?.actor;
    let rows = loader.load_one(ListsOf(edition.id)).await.map_err(of_field)?;
    let shown = rows.unwrap_or_default().into_iter();
    Ok(shown
        .filter(|row| is_shown(actor, edition, row))
        .map(AwardList)
        .collect())
}

/// Which edition's ranking to compute.
#[derive(InputObject)]
pub struct ComputeRankingInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which edition's list to ratify.
#[derive(InputObject)]
pub struct RatifyAwardsInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// `AwardList.sha256` of the list you read.
    sha256: Sha256,
    /// The letter by which it is ratified.
    letter: Option<LegalBasisInput>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which edition's list to announce.
#[derive(InputObject)]
pub struct AnnounceAwardsInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// The event of the issuer at which it is announced.
    event: Option<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which edition to close.
#[derive(InputObject)]
pub struct CloseAwardEditionInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `computeRanking`.
    ComputeRankingPayload {
        /// The edition, with its list.
        edition: AwardEdition
    }
}

payload! {
    /// What became of `ratifyAwards`.
    RatifyAwardsPayload {
        /// The edition, with its list ratified.
        edition: AwardEdition
    }
}

payload! {
    /// What became of `announceAwards`.
    AnnounceAwardsPayload {
        /// The edition, announced.
        edition: AwardEdition
    }
}

payload! {
    /// What became of `closeAwardEdition`.
    CloseAwardEditionPayload {
        /// The edition, closed.
        edition: AwardEdition
    }
}

fn advance(edition: &ID, expected_version: i32, seat: Option<&ID>) -> Result<Advance, Error> {
    Ok(Advance {
        edition: Kind::AwardEdition.uuid(edition)?,
        expected_version,
        reason: None,
        seat: Kind::Seat.maybe(seat)?,
    })
}

#[derive(Default)]
pub struct AwardListMutation;

#[Object]
impl AwardListMutation {
    /// Compute what an edition comes to, once all its juries are closed: HEAD of the issuer, at RI a COORDINATOR. What it is computed
    /// from is frozen. After an award was revoked it is computed again without that entry. Nobody else is told anything of it
    /// before it is announced.
    async fn compute_ranking(
        &self,
        ctx: &Context<'_>,
        input: ComputeRankingInput,
    ) -> async_graphql::Result<ComputeRankingPayload> {
        let input = advance(&input.edition, input.expected_version, input.seat.as_ref())?;
        let result = listing::compute(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Ratify the whole list that was computed, by the hash of what you read: HEAD of the issuer, at RI a COORDINATOR, but not the
    /// person who computed it. No row of it can be edited.
    async fn ratify_awards(
        &self,
        ctx: &Context<'_>,
        input: RatifyAwardsInput,
    ) -> async_graphql::Result<RatifyAwardsPayload> {
        let input = Ratify {
            edition: Kind::AwardEdition.uuid(&input.edition)?,
            expected_version: input.expected_version,
            sha256: input.sha256.0,
            letter: input.letter.map(Into::into),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = listing::ratify(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Announce the list that was ratified, at once and whole, optionally at an event of the issuer: HEAD of the issuer, at RI a
    /// COORDINATOR. From now on every unit reads the edition, who was honoured and what everybody came to, and objections are taken.
    async fn announce_awards(
        &self,
        ctx: &Context<'_>,
        input: AnnounceAwardsInput,
    ) -> async_graphql::Result<AnnounceAwardsPayload> {
        let input = Announce {
            edition: Kind::AwardEdition.uuid(&input.edition)?,
            expected_version: input.expected_version,
            event: Kind::Event.maybe(input.event.as_ref())?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = announcing::announce(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Close an edition once the time for objections is over, all of them are decided and every list is announced: HEAD of the
    /// issuer, at RI a COORDINATOR.
    async fn close_award_edition(
        &self,
        ctx: &Context<'_>,
        input: CloseAwardEditionInput,
    ) -> async_graphql::Result<CloseAwardEditionPayload> {
        let input = advance(&input.edition, input.expected_version, input.seat.as_ref())?;
        let result = announcing::close(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }
}
