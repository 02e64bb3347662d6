//! What commands on rubrics are told. A rubric that was read can be written back as it is: inputs have the names of what is
//! shown.
use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::rubric::{Anchor, Criterion, Scale};

use crate::{
    error::Error,
    graphql::{id::Kind, input::given},
    review::rubric::service::{Asked, Content, Create},
};

/// One thing that gets a score.
#[derive(InputObject)]
pub struct RubricCriterionInput {
    /// Stable within the rubric: 1 to 60 small letters a-z, digits and hyphens. Scores are filed under it.
    key: String,
    /// What is judged, at most 200 characters.
    title: String,
    /// What to look at, at most 5,000 characters.
    #[graphql(default)]
    guidance: String,
    /// What it counts for beside the others, 1 to 1,000.
    weight: i32,
    /// The scores there are. The scales of a rubric have at most 10 different widths.
    scale: RubricScaleInput,
    /// Whether the least and the most of the scale owe a comment.
    #[graphql(default)]
    comment_at_extremes: bool,
}

/// The whole numbers a score may be, both ends included.
#[derive(InputObject)]
pub struct RubricScaleInput {
    /// The worst, -1,000 to 1,000.
    least: i32,
    /// The best, 1 to 100 above the worst.
    most: i32,
    /// What scores stand for, one sentence each: of both ends at least.
    anchors: Vec<RubricAnchorInput>,
}

/// What a score stands for.
#[derive(InputObject)]
pub struct RubricAnchorInput {
    /// The score, one of the scale.
    score: i32,
    /// What a work is like that deserves it, at most 500 characters.
    sentence: String,
}

impl From<RubricCriterionInput> for Criterion {
    fn from(criterion: RubricCriterionInput) -> Self {
        let anchor = |RubricAnchorInput { score, sentence }| Anchor { score, sentence };
        Self {
            key: criterion.key,
            title: criterion.title,
            guidance: criterion.guidance,
            weight: criterion.weight,
            scale: Scale {
                least: criterion.scale.least,
                most: criterion.scale.most,
                anchors: criterion.scale.anchors.into_iter().map(anchor).collect(),
            },
            comment_at_extremes: criterion.comment_at_extremes,
        }
    }
}

fn criteria(criteria: Vec<RubricCriterionInput>) -> Vec<Criterion> {
    criteria.into_iter().map(Into::into).collect()
}

/// What a new rubric, or the next version of one, is to judge by.
#[derive(InputObject)]
pub struct CreateRubricInput {
    /// What all its versions share, and no rubric of another unit has: 3 to 60 small letters a-z, digits and hyphens. With
    /// the code of one of your unit's rubrics the draft is that one's next version.
    code: String,
    /// The unit whose rubric it is; may be left out by who could make one for one unit only.
    owner: Option<ID>,
    /// The version the draft begins with, of any rubric you see; what is given besides takes the place of what that says.
    from: Option<ID>,
    /// What people call it, at most 200 characters; to be given unless it begins with another version.
    name: Option<String>,
    /// What it is for, at most 5,000 characters.
    description: Option<String>,
    /// What is judged, in order, at most 40.
    criteria: Option<Vec<RubricCriterionInput>>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl CreateRubricInput {
    pub(super) fn resolve(self) -> Result<Create, Error> {
        Ok(Create {
            owner: Kind::Unit.maybe(self.owner.as_ref())?,
            from: Kind::Rubric.maybe(self.from.as_ref())?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            code: self.code,
            content: Content {
                name: self.name,
                description: self.description,
                criteria: self.criteria.map(criteria),
            },
        })
    }
}

/// What a draft is to say from now on. What is left out stays as it is.
#[derive(InputObject)]
pub struct EditRubricInput {
    /// The draft.
    rubric: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// What people call it, at most 200 characters.
    name: MaybeUndefined<String>,
    /// What it is for, at most 5,000 characters; null takes it away.
    description: MaybeUndefined<String>,
    /// All that is judged, in order: they take the place of those there were. Null takes them away.
    criteria: MaybeUndefined<Vec<RubricCriterionInput>>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl EditRubricInput {
    pub(super) fn resolve(self) -> Result<(Asked, Content), Error> {
        let content = Content {
            // A rubric without a name is refused as one with an empty name is.
            name: given(self.name),
            description: given(self.description),
            criteria: given(self.criteria).map(criteria),
        };
        Ok((asked(&self.rubric, self.expected_version, self.seat.as_ref())?, content))
    }
}

fn asked(rubric: &ID, expected_version: i32, seat: Option<&ID>) -> Result<Asked, Error> {
    Ok(Asked {
        rubric: Kind::Rubric.uuid(rubric)?,
        expected_version,
        seat: Kind::Seat.maybe(seat)?,
    })
}

/// Which draft to publish.
#[derive(InputObject)]
pub struct PublishRubricInput {
    /// The draft.
    rubric: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// The seat that acts.
    seat: Option<ID>,
}

impl PublishRubricInput {
    pub(super) fn resolve(&self) -> Result<Asked, Error> {
        asked(&self.rubric, self.expected_version, self.seat.as_ref())
    }
}

/// Which draft to throw away.
#[derive(InputObject)]
pub struct DiscardRubricInput {
    /// The draft.
    rubric: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// The seat that acts.
    seat: Option<ID>,
}

impl DiscardRubricInput {
    pub(super) fn resolve(&self) -> Result<Asked, Error> {
        asked(&self.rubric, self.expected_version, self.seat.as_ref())
    }
}

/// Which version to retire, and why.
#[derive(InputObject)]
pub struct RetireRubricInput {
    /// The published version.
    rubric: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

impl RetireRubricInput {
    pub(super) fn resolve(self) -> Result<(Asked, String), Error> {
        let asked = asked(&self.rubric, self.expected_version, self.seat.as_ref())?;
        Ok((asked, self.reason))
    }
}
