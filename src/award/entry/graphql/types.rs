//! An entry for an award in the API.
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{award_edition, award_entry, award_revision};
use uuid::Uuid;

use super::{
    loader::{FactsOf, FilesOf, LinksOf, Revision, RevisionsOf, VisibleEntry},
    words::{AwardEntryStatus, AwardOrigin},
};
use crate::{
    authz::policy::award::EntryAction,
    award::{
        entry::{
            nominating::work,
            query::reads_draft,
            stage::{self, told, told_version},
            submission::{self, Submitted, SubmittedLink},
            work::{Link, Work},
        },
        graphql::{
            loader::{AwardLoader, VisibleCategory, VisibleEdition},
            types::{AwardAct, AwardCategory, AwardEdition, acts_on, file},
            words::AwardRecipient,
        },
        indicator::record::Facts,
        sight::Entrant,
        workflow::EntryStep,
    },
    error::Error,
    file::graphql::File,
    graphql::{
        context::Ask,
        id::Kind,
        problem::of_field,
        scalars::{DateTime, Sha256},
    },
    identity::graphql::Account,
    territory::graphql::{Seat, Tier, Unit},
};

/// A page on the web that proves something of an entry.
pub struct AwardLink(Link);

impl From<SubmittedLink> for AwardLink {
    fn from(link: SubmittedLink) -> Self {
        Self(Link {
            title: link.title,
            url: link.url,
            copy: link.copy,
        })
    }
}

/// A page on the web that proves something of an entry, with a copy of it.
#[Object]
impl AwardLink {
    /// What it is.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its address.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// The copy of the page; null while there is none.
    async fn copy(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.copy).await
    }
}

async fn files(ctx: &Context<'_>, ids: impl IntoIterator<Item = Uuid>) -> async_graphql::Result<Vec<File>> {
    let mut files = Vec::new();
    for id in ids {
        files.extend(file(ctx, Some(id)).await.transpose()?);
    }
    Ok(files)
}

pub struct AwardSubmission {
    row: award_revision::Model,
    says: Submitted,
}

impl TryFrom<award_revision::Model> for AwardSubmission {
    type Error = Error;

    fn try_from(row: award_revision::Model) -> Result<Self, Error> {
        let says = submission::read(&row.content)?;
        Ok(Self { row, says })
    }
}

/// What was submitted of an entry, as it was.
#[Object]
impl AwardSubmission {
    /// From 1 up.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// What for.
    async fn title(&self) -> Option<&str> {
        self.says.title.as_deref()
    }

    /// Why.
    async fn statement(&self) -> Option<&str> {
        self.says.statement.as_deref()
    }

    /// Pages that prove it.
    async fn links(&self) -> Vec<AwardLink> {
        self.says.links.iter().cloned().map(AwardLink::from).collect()
    }

    /// Files that prove it, besides the copies of the links.
    async fn files(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<File>> {
        files(ctx, self.says.evidence()).await
    }

    /// All of it in canonical JSON (RFC 8785), with the hashes of the files. A name stands there as a hash, which says nothing
    /// once the name is erased.
    async fn content(&self) -> &str {
        &self.row.content
    }

    /// The SHA-256 of `content`.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.row.sha256.clone())
    }

    /// The seat that submitted it.
    async fn seat(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The person who submitted it; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.row.account_id)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.row.at)
    }
}

/// What the unit of an entry fulfils of what its category asks for, as of now. What is not asked for is null.
#[derive(SimpleObject)]
pub struct AwardFitness {
    /// Whether everything that is asked for holds.
    fits: bool,
    /// Nothing it owed within the period is missing.
    obligations_met: Option<bool>,
    /// No finding that has to be settled is open on a report of the period.
    no_open_must: Option<bool>,
    /// A report of the period was accepted.
    reported: Option<bool>,
    /// At how many of a hundred counted sessions of the period it was, rounded down; null also where it was invited to none.
    attended_percent: Option<i32>,
}

#[derive(Clone)]
pub struct AwardEntry(pub Box<award_entry::Model>);

impl From<award_entry::Model> for AwardEntry {
    fn from(row: award_entry::Model) -> Self {
        Self(Box::new(row))
    }
}

impl AwardEntry {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(VisibleEntry(id)).await.map_err(of_field);
        found.map(|row| row.map(Self::from)).transpose()
    }

    /// Its edition, which whoever reads the entry may know of.
    async fn of(&self, ctx: &Context<'_>) -> async_graphql::Result<award_edition::Model> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader
            .load_one(VisibleEdition(self.0.edition_id))
            .await
            .map_err(of_field)?;
        Ok(found.ok_or_else(|| Error::internal("an entry of an edition its reader does not see"))?)
    }

    /// What it says: to who writes it as it is now, to everybody else as it was submitted.
    async fn says(&self, ctx: &Context<'_>) -> async_graphql::Result<Work> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        if reads_draft(&ctx.session()?.actor, &self.0) {
            let links = loader.load_one(LinksOf(self.0.id)).await.map_err(of_field)?;
            let links = links.into_iter().flatten().map(Link::from).collect();
            let files = loader.load_one(FilesOf(self.0.id)).await.map_err(of_field)?;
            return Ok(work(&self.0, links, files.unwrap_or_default()));
        }
        let Some(submission) = self.submitted(ctx).await? else {
            return Ok(Work::default());
        };
        let files = submission.says.evidence().collect();
        Ok(Work {
            title: submission.says.title,
            statement: submission.says.statement,
            links: submission
                .says
                .links
                .into_iter()
                .map(|link| AwardLink::from(link).0)
                .collect(),
            files,
        })
    }

    async fn submitted(&self, ctx: &Context<'_>) -> Result<Option<AwardSubmission>, async_graphql::Error> {
        let Some(revision) = self.0.revision_id else {
            return Ok(None);
        };
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let found = loader.load_one(Revision(revision)).await.map_err(of_field)?;
        Ok(found.map(AwardSubmission::try_from).transpose()?)
    }

    async fn may(&self, ctx: &Context<'_>, action: EntryAction, steps: &[EntryStep]) -> async_graphql::Result<bool> {
        let edition = self.of(ctx).await?;
        let session = ctx.session()?;
        let now = session.now();
        let follows = |step: &EntryStep| stage::next(&edition, &self.0, *step, now).is_ok();
        Ok(steps.iter().any(follows) && Entrant::of(&edition, &self.0).may(&session.actor, action))
    }
}

/// Who is entered for an award, and how far that is. A draft is read by the unit that enters it; once submitted also by the unit
/// it is about, those above that, the issuer, and the jurors who judge it without a conflict of interest. They read what was
/// submitted, never what is being written.
#[Object]
impl AwardEntry {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardEntry.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`. 0 where nothing can be done to it by you any more.
    async fn version(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(told_version(&ctx.session()?.actor, &self.of(ctx).await?, &self.0))
    }

    /// The edition.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEdition>> {
        AwardEdition::visible(ctx, self.0.edition_id).await
    }

    /// The category.
    async fn category(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardCategory>> {
        AwardCategory::visible(ctx, self.0.category_id).await
    }

    /// Who is entered, or whose person, or who named an outsider.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The tier of the unit when it was entered.
    async fn tier(&self) -> Tier {
        self.0.tier.into()
    }

    /// The province it lay in when it was entered, or itself.
    async fn province(&self) -> Unit {
        Unit(self.0.provinsi_id)
    }

    /// Whether it is for a unit, a person or an outsider.
    async fn recipient(&self) -> AwardRecipient {
        self.0.recipient.into()
    }

    /// The person, where it has an account; null also when people of the unit are outside what you may see.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id?)
    }

    /// The name of an outsider, or of a person without an account; null where there is none, or it was erased.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Who thought of it.
    async fn origin(&self) -> AwardOrigin {
        self.0.origin.into()
    }

    /// The unit that entered it.
    async fn nominator(&self) -> Unit {
        Unit(self.0.nominator_id)
    }

    /// What for.
    async fn title(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.says(ctx).await.map(|says| says.title).transpose()
    }

    /// Why.
    async fn statement(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.says(ctx).await.map(|says| says.statement).transpose()
    }

    /// Pages that prove it.
    async fn links(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardLink>> {
        Ok(self.says(ctx).await?.links.into_iter().map(AwardLink).collect())
    }

    /// Files that prove it, besides the copies of the links.
    async fn files(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<File>> {
        let says = self.says(ctx).await?;
        files(ctx, says.files).await
    }

    /// Where it stands, as far as you are told.
    async fn status(&self, ctx: &Context<'_>) -> async_graphql::Result<AwardEntryStatus> {
        Ok(told(&ctx.session()?.actor, &self.of(ctx).await?, &self.0).into())
    }

    /// When it was submitted last; null before.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }

    /// What was submitted last; null before.
    async fn submission(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardSubmission>> {
        self.submitted(ctx).await.transpose()
    }

    /// Everything that was submitted, the earliest first.
    async fn submissions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardSubmission>> {
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let rows = loader.load_one(RevisionsOf(self.0.id)).await.map_err(of_field)?;
        let read: Result<Vec<_>, Error> = rows.into_iter().flatten().map(AwardSubmission::try_from).collect();
        Ok(read?)
    }

    /// What its unit fulfils of what the category asks for; null for outsiders, and where the edition is not one you may see.
    async fn eligibility(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardFitness>> {
        if self.0.recipient == entity::enums::AwardRecipient::Outsider {
            return None;
        }
        let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
        let category = match loader.load_one(VisibleCategory(self.0.category_id)).await {
            Ok(category) => category?,
            Err(error) => return Some(Err(of_field(error))),
        };
        let key = FactsOf {
            edition: self.0.edition_id,
            category: self.0.category_id,
            unit: self.0.unit_id,
        };
        let facts = match loader.load_one(key).await {
            Ok(facts) => facts?,
            Err(error) => return Some(Err(of_field(error))),
        };
        let asked = &category.eligibility;
        let Facts {
            obligations_met,
            no_open_must,
            reported,
            attended_percent,
        } = facts;
        Some(Ok(AwardFitness {
            fits: facts.missing(asked).is_empty(),
            obligations_met: asked.obligations_met.then_some(obligations_met),
            no_open_must: asked.no_open_must.then_some(no_open_must),
            reported: asked.reported.then_some(reported),
            attended_percent: asked
                .attended_percent
                .and(attended_percent)
                .and_then(|percent| i32::try_from(percent).ok()),
        }))
    }

    /// What was done to it, the earliest first. Who was entered automatically has none of its own: one act on the edition tells
    /// of all of them.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardAct>> {
        acts_on(ctx, self.0.id).await
    }

    /// Whether you may change it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, EntryAction::Draft, &[EntryStep::Submit]).await
    }

    /// Whether you may submit it now. What it owes besides is told when that is tried.
    async fn viewer_can_submit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, EntryAction::Submit, &[EntryStep::Submit]).await
    }

    /// Whether you may verify or return it now.
    async fn viewer_can_verify(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, EntryAction::Verify, &[EntryStep::Verify]).await
    }

    /// Whether you may take it back now.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, EntryAction::Withdraw, &[EntryStep::Withdraw]).await
    }

    /// Whether you may strike it out now.
    async fn viewer_can_disqualify(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, EntryAction::Disqualify, &[EntryStep::Disqualify]).await
    }
}
