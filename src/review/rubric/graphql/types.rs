//! What works are judged by.
use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{enums, rubric};

use super::{
    change::RubricChange,
    loader::{RubricLoader, VersionsOf},
};
use crate::{
    graphql::{context::Ask, id::Kind, problem::of_field, scalars::DateTime},
    review::{
        graphql::ReviewProblem,
        rubric::{
            availability::{Command, check},
            diff::diff,
            faults::faults,
        },
    },
    territory::graphql::Unit,
};

/// Where a version of a rubric stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::RubricStatus")]
pub enum RubricStatus {
    /// It may still change, and nothing can be judged by it.
    Draft,
    /// It never changes again; works may be judged by it.
    Published,
    /// Nothing new may be judged by it; what was begun goes on.
    Retired,
}

/// One thing that gets a score.
#[derive(SimpleObject, Clone)]
pub struct RubricCriterion {
    /// Stable within the rubric; scores are filed under it.
    key: String,
    /// What is judged.
    title: String,
    /// What to look at; may be empty.
    guidance: String,
    /// What it counts for beside the others.
    weight: i32,
    /// The scores there are.
    scale: RubricScale,
    /// Whether the least and the most of the scale owe a comment.
    comment_at_extremes: bool,
}

/// The whole numbers a score may be, both ends included.
#[derive(SimpleObject, Clone)]
pub struct RubricScale {
    /// The worst.
    least: i32,
    /// The best.
    most: i32,
    /// What scores stand for: of both ends at least.
    anchors: Vec<RubricAnchor>,
}

/// What a score stands for.
#[derive(SimpleObject, Clone)]
pub struct RubricAnchor {
    /// The score.
    score: i32,
    /// What a work is like that deserves it.
    sentence: String,
}

impl From<rubric::Criterion> for RubricCriterion {
    fn from(criterion: rubric::Criterion) -> Self {
        Self {
            key: criterion.key,
            title: criterion.title,
            guidance: criterion.guidance,
            weight: criterion.weight,
            scale: criterion.scale.into(),
            comment_at_extremes: criterion.comment_at_extremes,
        }
    }
}

impl From<rubric::Scale> for RubricScale {
    fn from(scale: rubric::Scale) -> Self {
        let anchor = |rubric::Anchor { score, sentence }| RubricAnchor { score, sentence };
        Self {
            least: scale.least,
            most: scale.most,
            anchors: scale.anchors.into_iter().map(anchor).collect(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Rubric(pub rubric::Model);

impl From<rubric::Model> for Rubric {
    fn from(row: rubric::Model) -> Self {
        Self(row)
    }
}

impl Rubric {
    fn can(&self, ctx: &Context<'_>, command: Command) -> async_graphql::Result<bool> {
        Ok(check(&ctx.session()?.actor, &self.0, command, None).is_ok())
    }

    /// Every version that the caller may see, the newest first.
    async fn seen_versions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<rubric::Model>> {
        let loader = ctx.data::<DataLoader<RubricLoader>>()?;
        let found = loader.load_one(VersionsOf(self.0.code.clone())).await;
        Ok(found.map_err(of_field)?.unwrap_or_default())
    }
}

/// A version of what works are judged by: criteria with weights, and scales whose scores are said to stand for something.
/// While it is a draft it belongs to the unit that makes it; once published it never changes, and is known to that unit, to
/// those beneath it and to those above it.
#[Object]
impl Rubric {
    /// The global id of this version.
    pub async fn id(&self) -> ID {
        Kind::Rubric.id(self.0.id)
    }

    /// A stable name that all its versions share.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Which version this is, from 1 up.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is for; may be empty.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The unit whose rubric it is.
    async fn owner(&self) -> Unit {
        Unit(self.0.owner_id)
    }

    /// Where this version stands.
    async fn status(&self) -> RubricStatus {
        self.0.status.into()
    }

    /// The lock counter: hand it back as `expectedVersion`, so that nobody decides on something that has changed.
    async fn lock_version(&self) -> i32 {
        self.0.lock_version
    }

    /// When the draft was made; null for what came with the installation.
    async fn created_at(&self) -> Option<DateTime> {
        self.0.created_at.map(DateTime)
    }

    /// When it was published; null while it is a draft, and for what came with the installation.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// When it was retired; null while it is not.
    async fn retired_at(&self) -> Option<DateTime> {
        self.0.retired_at.map(DateTime)
    }

    /// Why it was retired; null while it is not.
    async fn retired_reason(&self) -> Option<&str> {
        self.0.retired_reason.as_deref()
    }

    /// What is judged, in order.
    async fn criteria(&self) -> Vec<RubricCriterion> {
        self.0.criteria.0.iter().cloned().map(RubricCriterion::from).collect()
    }

    /// Everything that keeps the draft from being published, by the very checks that publishing runs; empty once it is
    /// published.
    async fn faults(&self, ctx: &Context<'_>) -> Vec<ReviewProblem> {
        if self.0.status != enums::RubricStatus::Draft {
            return Vec::new();
        }
        ReviewProblem::told(faults(&self.0), ctx.request().language)
    }

    /// All its versions that you may see, this one too, the newest first.
    async fn versions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Rubric>> {
        let versions = self.seen_versions(ctx).await?;
        Ok(versions.into_iter().map(Rubric).collect())
    }

    /// What this version judges by otherwise than another one of the same rubric; null when there is no such version that you
    /// may see.
    async fn changes_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the other version, usually the one before.")] version: i32,
    ) -> Option<async_graphql::Result<Vec<RubricChange>>> {
        let versions = match self.seen_versions(ctx).await {
            Ok(versions) => versions,
            Err(error) => return Some(Err(error)),
        };
        let other = versions.into_iter().find(|other| other.version == version)?;
        Some(Ok(diff(&other, &self.0).into_iter().map(RubricChange::from).collect()))
    }

    /// Whether you may change it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Edit)
    }

    /// Whether you may publish it now, there being no `faults`.
    async fn viewer_can_publish(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Publish)
    }

    /// Whether you may throw it away now.
    async fn viewer_can_discard(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Discard)
    }

    /// Whether you may retire it now.
    async fn viewer_can_retire(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Command::Retire)
    }
}
