//! What a version of a template asks otherwise than another, as the API shows it.
use async_graphql::{Enum, ID, Object, SimpleObject, Union};

use super::{
    field::{ReportField, ReportSection},
    template::ReportComparison,
};
use crate::{
    graphql::id::Kind as NodeKind,
    report::template::diff::{Change, Kind, Part},
    territory::graphql::Tier,
};

/// What is otherwise between two versions of a template.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Kind")]
pub enum TemplateChangeKind {
    /// It has another name.
    NameChanged,
    /// It is described otherwise.
    DescriptionChanged,
    /// Its reports take another way.
    RouteChanged,
    /// A section has come.
    SectionAdded,
    /// A section has gone.
    SectionRemoved,
    /// A section is called otherwise.
    SectionTitleChanged,
    /// What good answers of a section tell is said otherwise.
    SectionGuidanceChanged,
    /// A field has come.
    FieldAdded,
    /// A field has gone.
    FieldRemoved,
    /// A field stands in another section.
    FieldMoved,
    /// The question of a field is worded otherwise.
    FieldLabelChanged,
    /// What a good answer to a field tells is said otherwise.
    FieldGuidanceChanged,
    /// A field has to be answered now.
    FieldMadeRequired,
    /// A field may be left unanswered now.
    FieldMadeOptional,
    /// A field takes every answer it took before, and others.
    FieldWidened,
    /// A field takes fewer answers than before, and no others.
    FieldNarrowed,
    /// A field takes other answers than before.
    FieldReshaped,
    /// A field takes the same answers; its options, columns, unit or target are worded or set otherwise.
    FieldReworded,
    /// Something has come that has to hold between answers.
    ComparisonAdded,
    /// Something has gone that had to hold between answers.
    ComparisonRemoved,
}

/// A part of a template, as one version has it.
#[derive(Union)]
pub enum TemplatePart {
    Text(TemplateText),
    Route(ReportRoute),
    Section(ReportSection),
    Field(ReportField),
    Comparison(ReportComparison),
}

/// A text of a template.
#[derive(SimpleObject)]
pub struct TemplateText {
    /// The text.
    text: String,
}

/// The way the reports of a template take.
#[derive(SimpleObject)]
pub struct ReportRoute {
    /// The tiers whose units write it.
    author_tiers: Vec<Tier>,
    /// The tiers that endorse it on its way up.
    endorsing_tiers: Vec<Tier>,
    /// The tier that has the last word.
    terminal_tier: Tier,
    /// Whether experts of RI review it before it is decided on.
    experts_review: bool,
    /// How many of them have to complete their sheets before it is; null where none review it.
    review_quorum: Option<i32>,
    /// The global id of the version of the rubric they score by; null where none review it.
    rubric: Option<ID>,
}

impl From<Part> for TemplatePart {
    fn from(part: Part) -> Self {
        let tiers = |tiers: Vec<entity::enums::Tier>| tiers.into_iter().map(Tier::from).collect();
        match part {
            Part::Text(text) => Self::Text(TemplateText { text }),
            Part::Route(route) => Self::Route(ReportRoute {
                review_quorum: route.experts.then(|| i32::try_from(route.quorum()).unwrap_or(i32::MAX)),
                rubric: route.rubric.map(|id| NodeKind::Rubric.id(id)),
                author_tiers: tiers(route.authors),
                endorsing_tiers: tiers(route.endorsers),
                terminal_tier: route.terminal.into(),
                experts_review: route.experts,
            }),
            Part::Section(section) => Self::Section(section.into()),
            Part::Field(field) => Self::Field(field.into()),
            Part::Comparison(comparison) => Self::Comparison(comparison.into()),
        }
    }
}

pub struct TemplateChange(pub Change);

/// One thing that a version of a template asks otherwise than another.
#[Object]
impl TemplateChange {
    /// What is otherwise.
    async fn kind(&self) -> TemplateChangeKind {
        self.0.kind.into()
    }

    /// The key of the section it is about, the newer one's where a field has moved; null where it is about the whole.
    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// The part as the other version has it; null where it had none.
    async fn before(&self) -> Option<TemplatePart> {
        self.0.before.clone().map(Into::into)
    }

    /// The part as this version has it; null where it has none.
    async fn after(&self) -> Option<TemplatePart> {
        self.0.after.clone().map(Into::into)
    }
}
