//! What commands on templates are told. A template that was read can be written back as it is: inputs have the names of what
//! is shown.
use async_graphql::{Enum, ID, InputObject, MaybeUndefined, OneofObject};
use entity::template::{
    self, ChoiceOption, Comparison, Field, NumberRange, Operand, Route, Section, Shape, TableColumn,
};

use crate::{
    error::{Code, Error, Refusal},
    graphql::{
        id::Kind,
        input::given,
        scalars::{Date, Decimal},
    },
    locale::Text,
    report::template::service::{Asked, Content, Create},
    territory::graphql::Tier,
};

/// Everything that is wrong with a part of an input, each at its place within it.
type Refusals = Vec<Refusal>;

/// Who writes a report, who endorses it on its way up, and where the way ends.
#[derive(InputObject)]
pub struct ReportRouteInput {
    /// The tiers whose units write it, beneath the unit whose template it is.
    author_tiers: Vec<Tier>,
    /// The tiers that endorse it on its way up; of these, those above the author's count.
    #[graphql(default)]
    endorsing_tiers: Vec<Tier>,
    /// The tier that has the last word, no higher than the unit whose template it is. `RI` receives by handover; a lower tier
    /// accepts by endorsing.
    terminal_tier: Tier,
    /// Whether experts of RI review it before it is decided on: in templates of RI that end there.
    #[graphql(default)]
    experts_review: bool,
    /// How many experts have to complete their sheets before it is decided on, 1 to 10; one when left out.
    review_quorum: Option<i32>,
    /// The version of the rubric they score by: a published one of RI. Owed where experts review.
    rubric: Option<ID>,
}

impl TryFrom<ReportRouteInput> for Route {
    type Error = Error;

    fn try_from(route: ReportRouteInput) -> Result<Self, Error> {
        let tiers = |tiers: Vec<Tier>| tiers.into_iter().map(Into::into).collect();
        Ok(Self {
            authors: tiers(route.author_tiers),
            endorsers: tiers(route.endorsing_tiers),
            terminal: route.terminal_tier.into(),
            experts: route.experts_review,
            // What does not fit is told when it is to be published, like all else.
            quorum: route
                .review_quorum
                .map(|quorum| u32::try_from(quorum).unwrap_or_default()),
            rubric: Kind::Rubric.maybe(route.rubric.as_ref())?,
        })
    }
}

/// Questions that belong together.
#[derive(InputObject)]
pub struct ReportSectionInput {
    /// Stable within the template: 1 to 60 small letters a-z, digits and hyphens.
    key: String,
    /// What the section is called, at most 200 characters.
    title: String,
    /// What good answers tell, at most 5,000 characters.
    #[graphql(default)]
    guidance: String,
    /// What it asks, in order; of all sections together at most 300 fields.
    fields: Vec<ReportFieldInput>,
}

impl ReportSectionInput {
    fn resolve(self) -> Result<Section, Refusals> {
        Ok(Section {
            key: self.key,
            title: self.title,
            guidance: self.guidance,
            fields: within("fields", each(self.fields, ReportFieldInput::resolve))?,
        })
    }
}

/// One question.
#[derive(InputObject)]
pub struct ReportFieldInput {
    /// Stable within the template, whatever the section: 1 to 60 small letters a-z, digits and hyphens. Answers are filed
    /// under it, and an answer of one version is offered again for the field of the same key in the next.
    key: String,
    /// The question, at most 500 characters.
    label: String,
    /// What a good answer tells, at most 5,000 characters.
    #[graphql(default)]
    guidance: String,
    /// Whether a report can be submitted only with an answer to it.
    required: bool,
    /// What kind of answer it takes.
    shape: FieldShapeInput,
}

impl ReportFieldInput {
    fn resolve(self) -> Result<Field, Refusals> {
        Ok(Field {
            key: self.key,
            label: self.label,
            guidance: self.guidance,
            required: self.required,
            shape: within("shape", self.shape.resolve())?,
        })
    }
}

/// What kind of answer a field takes. All bounds are inclusive.
#[derive(OneofObject)]
pub enum FieldShapeInput {
    /// A text.
    Text(TextShapeInput),
    /// A number, exact.
    Number(NumberShapeInput),
    /// One of several options.
    Choice(ChoiceShapeInput),
    /// A day.
    Date(DateShapeInput),
    /// An address on the web.
    Link(LinkShapeInput),
    /// A table, the same questions asked in every row. Not in a table.
    Table(TableShapeInput),
    /// Files. Not in a table.
    File(FileShapeInput),
}

/// A text.
#[derive(InputObject)]
pub struct TextShapeInput {
    /// The most characters it may have, 1 to 20,000.
    longest: i32,
}

/// A number.
#[derive(InputObject)]
pub struct NumberShapeInput {
    /// The most decimal places it may have, 0 to 10; 0 for whole numbers.
    #[graphql(default)]
    places: i32,
    /// The least it may be; left out: no bound.
    least: Option<Decimal>,
    /// The most it may be; left out: no bound.
    most: Option<Decimal>,
    /// What it is counted in, at most 40 characters: `unggahan`, `rupiah`, `%`.
    unit: Option<String>,
    /// What is aimed at; to stay below is no mistake. It lies within the bounds.
    target: Option<Decimal>,
}

/// One of several options.
#[derive(InputObject)]
pub struct ChoiceShapeInput {
    /// The options, in order, 1 to 200.
    options: Vec<ChoiceOptionInput>,
}

/// An option of a choice.
#[derive(InputObject)]
pub struct ChoiceOptionInput {
    /// Stable within the field: 1 to 60 small letters a-z, digits and hyphens.
    key: String,
    /// What it is called, at most 200 characters.
    label: String,
}

/// A day.
#[derive(InputObject)]
pub struct DateShapeInput {
    /// The earliest it may be; left out: no bound.
    earliest: Option<Date>,
    /// The latest it may be; left out: no bound.
    latest: Option<Date>,
}

/// An address on the web.
#[derive(InputObject)]
pub struct LinkShapeInput {
    /// The schemes it may have: `http` and `https`, which nothing else is taken for.
    #[graphql(default_with = "schemes()")]
    schemes: Vec<String>,
}

/// The schemes an address may have.
pub(super) fn schemes() -> Vec<String> {
    vec!["http".to_owned(), "https".to_owned()]
}

/// A table.
#[derive(InputObject)]
pub struct TableShapeInput {
    /// What is asked in every row, in order, 1 to 30 columns.
    columns: Vec<TableColumnInput>,
    /// The fewest rows.
    #[graphql(default)]
    least_rows: i32,
    /// The most rows, 1 to 200.
    most_rows: i32,
    /// The key of the column by which rows are told apart: no two rows have the same answer in it.
    row_key: Option<String>,
}

/// A column of a table.
#[derive(InputObject)]
pub struct TableColumnInput {
    /// Stable within the field: 1 to 60 small letters a-z, digits and hyphens.
    key: String,
    /// The question, at most 500 characters.
    label: String,
    /// Whether it has to be answered in every row.
    required: bool,
    /// What kind of answer it takes: neither a table nor files.
    shape: FieldShapeInput,
}

impl TableColumnInput {
    fn resolve(self) -> Result<TableColumn, Refusals> {
        Ok(TableColumn {
            key: self.key,
            label: self.label,
            required: self.required,
            shape: within("shape", self.shape.resolve())?,
        })
    }
}

/// Files.
#[derive(InputObject)]
pub struct FileShapeInput {
    /// The media types it takes; empty: whatever this installation takes.
    #[graphql(default)]
    types: Vec<String>,
    /// The fewest files.
    #[graphql(default)]
    least_files: i32,
    /// The most files, 1 to 20.
    most_files: i32,
    /// The most bytes of one file.
    largest: i64,
}

/// What has to hold between two answers; where one is missing there is nothing to compare.
#[derive(InputObject)]
pub struct ReportComparisonInput {
    /// What is compared.
    left: ReportOperandInput,
    /// How it has to stand to the other side.
    is: ReportComparator,
    /// What it is compared with: a number with numbers, a day with days.
    right: ReportOperandInput,
    /// What is said when it does not hold, at most 500 characters.
    message: String,
}

/// A number or a day in a report.
#[derive(InputObject)]
pub struct ReportOperandInput {
    /// The key of a field: of a number, a day, or a table.
    field: String,
    /// Of a table, the column of numbers whose sum is meant.
    column: Option<String>,
}

/// How one answer stands to another.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "template::Comparator")]
pub enum ReportComparator {
    /// Smaller, or earlier.
    LessThan,
    /// As large at most, or as late.
    AtMost,
    /// The same.
    Equal,
    /// As large at least, or as late.
    AtLeast,
    /// Larger, or later.
    GreaterThan,
}

impl From<ReportOperandInput> for Operand {
    fn from(operand: ReportOperandInput) -> Self {
        Self {
            field: operand.field,
            column: operand.column,
        }
    }
}

impl From<ReportComparisonInput> for Comparison {
    fn from(comparison: ReportComparisonInput) -> Self {
        Self {
            left: comparison.left.into(),
            is: comparison.is.into(),
            right: comparison.right.into(),
            message: comparison.message,
        }
    }
}

impl FieldShapeInput {
    fn resolve(self) -> Result<Shape, Refusals> {
        let (kind, shape) = match self {
            Self::Text(text) => (
                "text",
                count("longest", text.longest).map(|longest| Shape::Text { longest }),
            ),
            Self::Number(number) => ("number", number.resolve()),
            Self::Choice(choice) => {
                let option = |option: ChoiceOptionInput| ChoiceOption {
                    key: option.key,
                    label: option.label,
                };
                let options = choice.options.into_iter().map(option).collect();
                ("choice", Ok(Shape::Choice { options }))
            }
            Self::Date(date) => {
                let shape = Shape::Date {
                    earliest: date.earliest.map(|day| day.0),
                    latest: date.latest.map(|day| day.0),
                };
                ("date", Ok(shape))
            }
            Self::Link(link) => ("link", link.resolve()),
            Self::Table(table) => ("table", table.resolve()),
            Self::File(file) => ("file", file.resolve()),
        };
        within(kind, shape)
    }
}

impl NumberShapeInput {
    fn resolve(self) -> Result<Shape, Refusals> {
        let places = count("places", self.places)?;
        let range = NumberRange {
            least: self.least.map(|number| number.0),
            most: self.most.map(|number| number.0),
            unit: self.unit,
            target: self.target.map(|number| number.0),
        };
        Ok(match places {
            0 => Shape::Integer(range),
            places => Shape::Decimal { places, range },
        })
    }
}

impl LinkShapeInput {
    fn resolve(self) -> Result<Shape, Refusals> {
        let (mut named, schemes) = (self.schemes, schemes());
        named.sort_unstable();
        if named == schemes {
            return Ok(Shape::Link);
        }
        let text = Text::new(
            "Alamat web selalu berskema http atau https.",
            "An address on the web has the scheme http or https, always both.",
        );
        Err(vec![Refusal::new(Code::Invalid, text).at(["schemes"])])
    }
}

impl TableShapeInput {
    fn resolve(self) -> Result<Shape, Refusals> {
        Ok(Shape::Table {
            columns: within("columns", each(self.columns, TableColumnInput::resolve))?,
            least_rows: count("leastRows", self.least_rows)?,
            most_rows: count("mostRows", self.most_rows)?,
            row_key: self.row_key,
        })
    }
}

impl FileShapeInput {
    fn resolve(self) -> Result<Shape, Refusals> {
        Ok(Shape::File {
            types: self.types,
            least: count("leastFiles", self.least_files)?,
            most: count("mostFiles", self.most_files)?,
            largest: self.largest,
        })
    }
}

fn count(place: &str, number: i32) -> Result<u32, Refusals> {
    u32::try_from(number).map_err(|_negative| {
        let text = Text::new("Tidak boleh kurang dari 0.", "It cannot be less than 0.");
        vec![Refusal::new(Code::Invalid, text).at([place])]
    })
}

fn within<T>(place: &str, resolved: Result<T, Refusals>) -> Result<T, Refusals> {
    resolved.map_err(|refusals| refusals.into_iter().map(|refusal| refusal.within([place])).collect())
}

/// Every item of a list, or everything that is wrong with any of them.
fn each<I, T>(items: Vec<I>, resolve: impl Fn(I) -> Result<T, Refusals>) -> Result<Vec<T>, Refusals> {
    let (mut resolved, mut refusals) = (Vec::with_capacity(items.len()), Vec::new());
    for (place, item) in items.into_iter().enumerate() {
        match within(&place.to_string(), resolve(item)) {
            Ok(item) => resolved.push(item),
            Err(wrong) => refusals.extend(wrong),
        }
    }
    if refusals.is_empty() {
        Ok(resolved)
    } else {
        Err(refusals)
    }
}

fn sections(sections: Vec<ReportSectionInput>) -> Result<Vec<Section>, Error> {
    within("sections", each(sections, ReportSectionInput::resolve)).map_err(Error::Refused)
}

fn comparisons(comparisons: Vec<ReportComparisonInput>) -> Vec<Comparison> {
    comparisons.into_iter().map(Into::into).collect()
}

/// What a new template, or the next version of one, is to ask.
#[derive(InputObject)]
pub struct CreateReportTemplateInput {
    /// What all its versions share, and no template of another unit has: 3 to 60 small letters a-z, digits and hyphens. With
    /// the code of one of your unit's templates the draft is that one's next version.
    code: String,
    /// The unit whose template it is; may be left out by who could make one for one unit only.
    owner: Option<ID>,
    /// The version the draft begins with, of any template you see; what is given besides takes the place of what that says.
    from: Option<ID>,
    /// What people call it, at most 200 characters; to be given unless it begins with another version.
    name: Option<String>,
    /// What it is for, at most 5,000 characters.
    description: Option<String>,
    /// The way its reports take; to be given unless it begins with another version.
    route: Option<ReportRouteInput>,
    /// What it asks, in order, at most 50 sections.
    sections: Option<Vec<ReportSectionInput>>,
    /// What has to hold between answers, at most 100.
    comparisons: Option<Vec<ReportComparisonInput>>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl CreateReportTemplateInput {
    pub(super) fn resolve(self) -> Result<Create, Error> {
        Ok(Create {
            owner: Kind::Unit.maybe(self.owner.as_ref())?,
            from: Kind::ReportTemplate.maybe(self.from.as_ref())?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            code: self.code,
            content: Content {
                name: self.name,
                description: self.description,
                route: self.route.map(Route::try_from).transpose()?,
                sections: self.sections.map(sections).transpose()?,
                comparisons: self.comparisons.map(comparisons),
            },
        })
    }
}

/// What a draft is to say from now on. What is left out stays as it is.
#[derive(InputObject)]
pub struct EditReportTemplateInput {
    /// The draft.
    template: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// What people call it, at most 200 characters.
    name: MaybeUndefined<String>,
    /// What it is for, at most 5,000 characters; null takes it away.
    description: MaybeUndefined<String>,
    /// The way its reports take.
    route: MaybeUndefined<ReportRouteInput>,
    /// All it asks, in order: they take the place of those there were. Null takes them away.
    sections: MaybeUndefined<Vec<ReportSectionInput>>,
    /// All that has to hold between answers: they take the place of those there were. Null takes them away.
    comparisons: MaybeUndefined<Vec<ReportComparisonInput>>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl EditReportTemplateInput {
    pub(super) fn resolve(self) -> Result<(Asked, Content), Error> {
        if self.route.is_null() {
            let text = Text::new(
                "Jalur laporan wajib diisi.",
                "The way its reports take has to be given.",
            );
            return Err(Refusal::new(Code::Required, text).at(["route"]).into());
        }
        let content = Content {
            // A template without a name is refused as one with an empty name is.
            name: given(self.name),
            description: given(self.description),
            route: self.route.take().map(Route::try_from).transpose()?,
            sections: given(self.sections).map(sections).transpose()?,
            comparisons: given(self.comparisons).map(comparisons),
        };
        Ok((
            asked(&self.template, self.expected_version, self.seat.as_ref())?,
            content,
        ))
    }
}

fn asked(template: &ID, expected_version: i32, seat: Option<&ID>) -> Result<Asked, Error> {
    Ok(Asked {
        template: Kind::ReportTemplate.uuid(template)?,
        expected_version,
        seat: Kind::Seat.maybe(seat)?,
    })
}

/// Which draft to publish.
#[derive(InputObject)]
pub struct PublishReportTemplateInput {
    /// The draft.
    template: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// The seat that acts.
    seat: Option<ID>,
}

impl PublishReportTemplateInput {
    pub(super) fn resolve(&self) -> Result<Asked, Error> {
        asked(&self.template, self.expected_version, self.seat.as_ref())
    }
}

/// Which draft to throw away.
#[derive(InputObject)]
pub struct DiscardReportTemplateInput {
    /// The draft.
    template: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// The seat that acts.
    seat: Option<ID>,
}

impl DiscardReportTemplateInput {
    pub(super) fn resolve(&self) -> Result<Asked, Error> {
        asked(&self.template, self.expected_version, self.seat.as_ref())
    }
}

/// Which version to retire, and why.
#[derive(InputObject)]
pub struct RetireReportTemplateInput {
    /// The published version.
    template: ID,
    /// The `lockVersion` you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

impl RetireReportTemplateInput {
    pub(super) fn resolve(self) -> Result<(Asked, String), Error> {
        let asked = asked(&self.template, self.expected_version, self.seat.as_ref())?;
        Ok((asked, self.reason))
    }
}
