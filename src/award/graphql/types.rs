//! An edition of awards in the API, with its categories.
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{
    award_act, award_category,
    award_category::{Criterion, Eligibility, Source},
    award_edition,
};
use uuid::Uuid;

use super::{
    loader::{ActsOn, AwardLoader, CategoriesOf, VisibleCategory, VisibleEdition, VisibleRubric},
    words::{AwardActKind, AwardEditionStatus, AwardEditionStep, AwardRecipient, AwardScheme, AwardSource},
};
use crate::{
    authz::policy::award::Action,
    award::{
        computing::graphql::{AwardList, lists},
        honour::graphql::{
            objection::{self as objections, AwardObjectionConnection, AwardObjectionFilter},
            query::{self as honours, AwardConnection},
        },
        sight::Case,
        workflow::{Step, next},
    },
    file::graphql::{File, FileLoader},
    graphql::{
        context::Ask,
        id::Kind,
        legal_basis::LegalBasis,
        page::Arguments,
        problem::of_field,
        scalars::{Date, DateTime, Decimal, Sha256},
    },
    identity::graphql::Account,
    review::rubric::graphql::types::Rubric,
    territory::graphql::{Seat, Tier, Unit},
};

/// One thing entries are judged by.
pub struct AwardCriterion(pub Criterion);

/// One thing the entries of a category are judged by. Its figure goes from 0 to 100.
#[Object]
impl AwardCriterion {
    /// Stable within the category.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What is judged.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it counts for beside the others.
    async fn weight(&self) -> i32 {
        self.0.weight
    }

    /// Where its figure comes from.
    async fn source(&self) -> AwardSource {
        AwardSource::from(&self.0.source)
    }

    /// By what jurors score; null where they do not, or where you may not know of the rubric.
    async fn rubric(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Rubric>> {
        let Source::Rubric { rubric } = self.0.source else {
            return None;
        };
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(VisibleRubric(rubric)).await.map_err(of_field);
        found.map(|row| row.map(Rubric)).transpose()
    }

    /// The code of the template in whose reports a number is summed up; null where none is.
    async fn template(&self) -> Option<&str> {
        match &self.0.source {
            Source::Reported { template, .. } => Some(template),
            Source::Rubric { .. } | Source::OnTime | Source::Evaluated | Source::Attended => None,
        }
    }

    /// The key of the number that is summed up; null where none is.
    async fn field(&self) -> Option<&str> {
        match &self.0.source {
            Source::Reported { field, .. } => Some(field),
            Source::Rubric { .. } | Source::OnTime | Source::Evaluated | Source::Attended => None,
        }
    }

    /// The sum that earns 100; null where none is summed up.
    async fn full(&self) -> Option<Decimal> {
        match &self.0.source {
            Source::Reported { full, .. } => full.parse().ok().map(Decimal),
            Source::Rubric { .. } | Source::OnTime | Source::Evaluated | Source::Attended => None,
        }
    }
}

/// What a unit has to have done to be entered; everything that is asked has to hold.
#[derive(SimpleObject)]
pub struct AwardEligibility {
    /// Nothing it owed within the period is missing.
    obligations_met: bool,
    /// No finding that has to be settled is open on a report of the period.
    no_open_must: bool,
    /// A report of the period was accepted.
    reported: bool,
    /// It was at so many of a hundred counted sessions of the period at least; null where that is not asked.
    attended_percent: Option<i32>,
}

impl From<&Eligibility> for AwardEligibility {
    fn from(rules: &Eligibility) -> Self {
        Self {
            obligations_met: rules.obligations_met,
            no_open_must: rules.no_open_must,
            reported: rules.reported,
            attended_percent: rules.attended_percent,
        }
    }
}

#[derive(Clone)]
pub struct AwardCategory(pub Box<award_category::Model>);

impl From<award_category::Model> for AwardCategory {
    fn from(row: award_category::Model) -> Self {
        Self(Box::new(row))
    }
}

impl AwardCategory {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(VisibleCategory(id)).await.map_err(of_field);
        found.map(|row| row.map(Self::from)).transpose()
    }
}

/// What is awarded within an edition: to whom, by what, and how many.
#[Object]
impl AwardCategory {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardCategory.id(self.0.id)
    }

    /// The edition.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEdition>> {
        AwardEdition::visible(ctx, self.0.edition_id).await
    }

    /// Its place within the edition, from 1 up.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whom it honours.
    async fn recipient(&self) -> AwardRecipient {
        self.0.recipient.into()
    }

    /// Units of which tier are entered, or their people; of outsiders, units of which tier may name them.
    async fn tier(&self) -> Tier {
        self.0.tier.into()
    }

    /// How those who win stand to each other.
    async fn scheme(&self) -> AwardScheme {
        self.0.scheme.into()
    }

    /// How many win.
    async fn places(&self) -> i32 {
        self.0.places
    }

    /// How many are named after those who win.
    async fn nominees(&self) -> i32 {
        self.0.nominees
    }

    /// How many each province passes on to RI after a round of its own; null where the issuer judges alone.
    async fn shortlist(&self) -> Option<i32> {
        self.0.shortlist
    }

    /// What it is judged by, in order.
    async fn criteria(&self) -> Vec<AwardCriterion> {
        self.0.criteria.0.iter().cloned().map(AwardCriterion).collect()
    }

    /// The keys of the criteria that decide between equals, the first first. After them a lot decides that anybody can
    /// recompute.
    async fn tie_breaks(&self) -> &[String] {
        &self.0.tie_breaks.0
    }

    /// What a unit has to have done to be entered.
    async fn eligibility(&self) -> AwardEligibility {
        AwardEligibility::from(&self.0.eligibility)
    }

    /// How many sheets an entry needs; 0 where nobody scores.
    async fn sheets_minimum(&self) -> i32 {
        self.0.sheets_minimum
    }

    /// How many sheets a juror needs for harshness to be made even; null: it is left as it is.
    async fn calibration_minimum(&self) -> Option<i32> {
        self.0.calibration_minimum
    }

    /// How many points from the median of an entry a sheet may lie before it is looked at again; null: however many.
    async fn outlier_points(&self) -> Option<i32> {
        self.0.outlier_points
    }
}

#[derive(Clone)]
pub struct AwardAct(pub award_act::Model);

/// Something that was done to an edition of awards, or to what belongs to it.
#[Object]
impl AwardAct {
    /// What.
    async fn kind(&self) -> AwardActKind {
        self.0.kind.into()
    }

    /// Why; null where no reason is owed.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The seat that acted.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person who acted; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

/// What was done to something of an edition that was shown.
pub(in crate::award) async fn acts_on(ctx: &Context<'_>, id: Uuid) -> async_graphql::Result<Vec<AwardAct>> {
    let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
    let acts = loader.load_one(ActsOn(id)).await.map_err(of_field)?;
    Ok(acts.unwrap_or_default().into_iter().map(AwardAct).collect())
}

/// A file of a record that has been shown.
pub(in crate::award) async fn file(ctx: &Context<'_>, id: Option<Uuid>) -> Option<async_graphql::Result<File>> {
    let loader = ctx.data_unchecked::<DataLoader<FileLoader>>();
    loader.load_one(id?).await.map_err(of_field).transpose()
}

#[derive(Clone)]
pub struct AwardEdition(pub Box<award_edition::Model>);

impl From<award_edition::Model> for AwardEdition {
    fn from(row: award_edition::Model) -> Self {
        Self(Box::new(row))
    }
}

impl AwardEdition {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(VisibleEdition(id)).await.map_err(of_field);
        found.map(|row| row.map(Self::from)).transpose()
    }

    /// Whether the viewer may do something to it, as one of its issuer.
    pub fn may(&self, ctx: &Context<'_>, action: Action) -> async_graphql::Result<bool> {
        Ok(Case::of_issuer(&self.0).may(&ctx.session()?.actor, action))
    }
}

/// A round of awards: who gives them, by which rules, and how far it is. While it is a draft only its issuer knows of it; once
/// its rules are published also the units beneath and above the issuer and its jurors, once announced everybody. Nothing of how
/// entries were judged is told before the announcement.
#[Object]
impl AwardEdition {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardEdition.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Who gives the awards: RI, or a province.
    async fn issuer(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The zone its moments are told in: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The first day that is looked at.
    async fn evidence_from(&self) -> Date {
        Date(self.0.evidence_from)
    }

    /// The last day that is looked at.
    async fn evidence_to(&self) -> Date {
        Date(self.0.evidence_to)
    }

    /// Until when entries are taken.
    async fn entries_by(&self) -> DateTime {
        DateTime(self.0.entries_by)
    }

    /// For how many days after the announcement objections are taken.
    async fn objection_days(&self) -> i32 {
        self.0.objection_days
    }

    /// The letter it rests on; null where none was named.
    async fn letter(&self) -> Option<LegalBasis> {
        Some(LegalBasis {
            number: self.0.letter_number.clone()?,
            date: Date(self.0.letter_date?),
        })
    }

    /// The letter itself; null where it was not attached.
    async fn letter_file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.letter_file_id).await
    }

    /// Where it stands.
    async fn status(&self) -> AwardEditionStatus {
        self.0.status.into()
    }

    /// What is awarded, in order.
    async fn categories(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardCategory>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let rows = loader.load_one(CategoriesOf(self.0.id)).await.map_err(of_field)?;
        Ok(rows.unwrap_or_default().into_iter().map(AwardCategory::from).collect())
    }

    /// The rules as they were published: canonical JSON (RFC 8785) with the rubrics in full; null before.
    async fn rules(&self) -> Option<&str> {
        self.0.rules.as_deref()
    }

    /// The SHA-256 of `rules`; null before.
    async fn rules_sha256(&self) -> Option<Sha256> {
        self.0.rules_sha256.clone().map(Sha256)
    }

    /// When its rules were published.
    async fn rules_published_at(&self) -> Option<DateTime> {
        self.0.rules_published_at.map(DateTime)
    }

    /// When it was announced who was honoured.
    async fn announced_at(&self) -> Option<DateTime> {
        self.0.announced_at.map(DateTime)
    }

    /// Until when objections are taken; null before the announcement.
    async fn objections_until(&self) -> Option<DateTime> {
        self.0.objections_until.map(DateTime)
    }

    /// Who was honoured, those announced last first; nobody before the announcement. By a filter: `awards` of the query.
    async fn awards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        honours::of_edition(ctx, self.0.id, arguments).await
    }

    /// What was objected to, as far as you may read it, the latest first: your unit's and that of units beneath it, and all of it for
    /// the issuer.
    async fn objections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardObjectionFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardObjectionConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        objections::of_edition(ctx, (self.0.id, filter.unwrap_or_default()), arguments).await
    }

    /// What was done to the edition itself, the earliest first; null where you may not read that: its issuer does.
    async fn acts(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<AwardAct>>> {
        match self.may(ctx, Action::Oversee) {
            Ok(true) => Some(acts_on(ctx, self.0.id).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// What it came to, the first list first; before the announcement empty for all but those who command the edition.
    async fn lists(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardList>> {
        lists(ctx, &self.0).await
    }

    /// Whether you may change it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let draft = self.0.status == entity::enums::AwardEditionStatus::Draft;
        Ok(draft && self.may(ctx, Action::Prepare)?)
    }

    /// What you may do to it now. What a step asks for besides is told when it is tried.
    async fn viewer_steps(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardEditionStep>> {
        if !self.may(ctx, Action::Command)? {
            return Ok(Vec::new());
        }
        let steps = Step::ALL.into_iter().filter(|step| next(self.0.status, *step).is_ok());
        Ok(steps.map(Into::into).collect())
    }
}
