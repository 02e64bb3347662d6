//! What a version of a template asks otherwise than another. Pure.
use std::collections::HashMap;

use entity::template::{self, ChoiceOption, Comparison, Field, NumberRange, Section, Shape, TableColumn};

/// What is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    NameChanged,
    DescriptionChanged,
    RouteChanged,
    SectionAdded,
    SectionRemoved,
    SectionTitleChanged,
    SectionGuidanceChanged,
    FieldAdded,
    FieldRemoved,
    /// It stands in another section.
    FieldMoved,
    FieldLabelChanged,
    FieldGuidanceChanged,
    FieldMadeRequired,
    FieldMadeOptional,
    /// Every answer it took before it still takes, and others.
    FieldWidened,
    /// It takes fewer answers than before, and no others.
    FieldNarrowed,
    /// It takes other answers than before.
    FieldReshaped,
    /// It takes the same answers, and words its options or columns, its unit or its target otherwise.
    FieldReworded,
    ComparisonAdded,
    ComparisonRemoved,
}

/// One thing that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: Kind,
    /// The key of the section it is about, as the newer version has it; the older one's where that is gone.
    pub section: Option<String>,
    pub before: Option<Part>,
    pub after: Option<Part>,
}

/// What stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Route(template::Route),
    Section(Section),
    Field(Field),
    Comparison(Comparison),
}

impl Change {
    fn of_whole(kind: Kind, before: Part, after: Part) -> Self {
        Self {
            kind,
            section: None,
            before: Some(before),
            after: Some(after),
        }
    }
}

/// Everything that `new` asks otherwise than `old`: of the whole first, then section by section as the newer one has them,
/// then what is gone.
#[must_use]
pub fn diff(old: &template::Model, new: &template::Model) -> Vec<Change> {
    let mut changes = Vec::new();
    let texts = [
        (Kind::NameChanged, &old.name, &new.name),
        (Kind::DescriptionChanged, &old.description, &new.description),
    ];
    for (kind, before, after) in texts {
        if before != after {
            let (before, after) = (Part::Text(before.clone()), Part::Text(after.clone()));
            changes.push(Change::of_whole(kind, before, after));
        }
    }
    if old.route != new.route {
        let (before, after) = (Part::Route(old.route.clone()), Part::Route(new.route.clone()));
        changes.push(Change::of_whole(Kind::RouteChanged, before, after));
    }
    of_sections(&old.sections.0, &new.sections.0, &mut changes);
    of_fields(&old.sections.0, &new.sections.0, &mut changes);
    of_comparisons(&old.comparisons.0, &new.comparisons.0, &mut changes);
    changes
}

fn of_sections(old: &[Section], new: &[Section], changes: &mut Vec<Change>) {
    let mut push = |kind, before: Option<&Section>, after: Option<&Section>| {
        changes.push(Change {
            kind,
            section: after.or(before).map(|section| section.key.clone()),
            before: before.cloned().map(Part::Section),
            after: after.cloned().map(Part::Section),
        });
    };
    for after in new {
        match old.iter().find(|section| section.key == after.key) {
            None => push(Kind::SectionAdded, None, Some(after)),
            Some(before) => {
                if before.title != after.title {
                    push(Kind::SectionTitleChanged, Some(before), Some(after));
                }
                if before.guidance != after.guidance {
                    push(Kind::SectionGuidanceChanged, Some(before), Some(after));
                }
            }
        }
    }
    for before in old {
        if !new.iter().any(|section| section.key == before.key) {
            push(Kind::SectionRemoved, Some(before), None);
        }
    }
}

/// The fields by their keys, each with the key of its section.
fn by_key(sections: &[Section]) -> HashMap<&str, (&str, &Field)> {
    let mut fields = HashMap::new();
    for section in sections {
        let of_section = section.fields.iter();
        fields.extend(of_section.map(|field| (field.key.as_str(), (section.key.as_str(), field))));
    }
    fields
}

fn of_fields(old: &[Section], new: &[Section], changes: &mut Vec<Change>) {
    let mut push = |kind, section: &str, before: Option<&Field>, after: Option<&Field>| {
        changes.push(Change {
            kind,
            section: Some(section.to_owned()),
            before: before.cloned().map(Part::Field),
            after: after.cloned().map(Part::Field),
        });
    };
    let before_by_key = by_key(old);
    for section in new {
        for after in &section.fields {
            match before_by_key.get(after.key.as_str()) {
                None => push(Kind::FieldAdded, &section.key, None, Some(after)),
                Some((was_in, before)) => {
                    for kind in of_field((*was_in, *before), (&section.key, after)) {
                        push(kind, &section.key, Some(*before), Some(after));
                    }
                }
            }
        }
    }
    let after_by_key = by_key(new);
    for section in old {
        for before in &section.fields {
            if !after_by_key.contains_key(before.key.as_str()) {
                push(Kind::FieldRemoved, &section.key, Some(before), None);
            }
        }
    }
}

fn of_field((was_in, before): (&str, &Field), (is_in, after): (&str, &Field)) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let changed = [
        (was_in != is_in, Kind::FieldMoved),
        (before.label != after.label, Kind::FieldLabelChanged),
        (before.guidance != after.guidance, Kind::FieldGuidanceChanged),
        (!before.required && after.required, Kind::FieldMadeRequired),
        (before.required && !after.required, Kind::FieldMadeOptional),
    ];
    kinds.extend(
        changed
            .into_iter()
            .filter(|(is_so, _kind)| *is_so)
            .map(|(_is_so, kind)| kind),
    );
    if before.shape != after.shape {
        let kept = takes_all_of(&after.shape, &before.shape);
        let nothing_new = takes_all_of(&before.shape, &after.shape);
        kinds.push(match (kept, nothing_new) {
            (true, true) => Kind::FieldReworded,
            (true, false) => Kind::FieldWidened,
            (false, true) => Kind::FieldNarrowed,
            (false, false) => Kind::FieldReshaped,
        });
    }
    kinds
}

fn of_comparisons(old: &[Comparison], new: &[Comparison], changes: &mut Vec<Change>) {
    let mut push = |kind, before: Option<&Comparison>, after: Option<&Comparison>| {
        changes.push(Change {
            kind,
            section: None,
            before: before.cloned().map(Part::Comparison),
            after: after.cloned().map(Part::Comparison),
        });
    };
    for after in new.iter().filter(|after| !old.contains(after)) {
        push(Kind::ComparisonAdded, None, Some(after));
    }
    for before in old.iter().filter(|before| !new.contains(before)) {
        push(Kind::ComparisonRemoved, Some(before), None);
    }
}

/// Whether one shape takes every answer that another takes.
#[must_use]
pub fn takes_all_of(wide: &Shape, narrow: &Shape) -> bool {
    match (wide, narrow) {
        (Shape::Text { longest: wide }, Shape::Text { longest: narrow }) => wide >= narrow,
        (Shape::Integer(_) | Shape::Decimal { .. }, Shape::Integer(_) | Shape::Decimal { .. }) => {
            numbers(wide).zip(numbers(narrow)).is_some_and(|(wide, narrow)| {
                wide.0 >= narrow.0
                    && reaches(wide.1.least, narrow.1.least, |wide, narrow| wide <= narrow)
                    && reaches(wide.1.most, narrow.1.most, |wide, narrow| wide >= narrow)
            })
        }
        (Shape::Choice { options: wide }, Shape::Choice { options: narrow }) => {
            let has = |option: &ChoiceOption| wide.iter().any(|of_wide| of_wide.key == option.key);
            narrow.iter().all(has)
        }
        (
            Shape::Date { earliest, latest },
            Shape::Date {
                earliest: narrow_earliest,
                latest: narrow_latest,
            },
        ) => {
            reaches(*earliest, *narrow_earliest, |wide, narrow| wide <= narrow)
                && reaches(*latest, *narrow_latest, |wide, narrow| wide >= narrow)
        }
        (Shape::Link, Shape::Link) => true,
        (Shape::Table { .. }, Shape::Table { .. }) => takes_all_rows(wide, narrow),
        (
            Shape::File {
                types,
                least,
                most,
                largest,
            },
            Shape::File {
                types: narrow_types,
                least: narrow_least,
                most: narrow_most,
                largest: narrow_largest,
            },
        ) => {
            let named = !narrow_types.is_empty() && narrow_types.iter().all(|name| types.contains(name));
            (types.is_empty() || named) && least <= narrow_least && most >= narrow_most && largest >= narrow_largest
        }
        (
            Shape::Text { .. }
            | Shape::Integer(_)
            | Shape::Decimal { .. }
            | Shape::Choice { .. }
            | Shape::Date { .. }
            | Shape::Link
            | Shape::Table { .. }
            | Shape::File { .. },
            _,
        ) => false,
    }
}

/// Decimal places and bounds of a number.
fn numbers(shape: &Shape) -> Option<(u32, &NumberRange)> {
    match shape {
        Shape::Integer(range) => Some((0, range)),
        Shape::Decimal { places, range } => Some((*places, range)),
        Shape::Text { .. }
        | Shape::Choice { .. }
        | Shape::Date { .. }
        | Shape::Link
        | Shape::Table { .. }
        | Shape::File { .. } => None,
    }
}

/// Whether a bound leaves room for another; none is no bound.
fn reaches<T>(wide: Option<T>, narrow: Option<T>, holds: impl Fn(T, T) -> bool) -> bool {
    match (wide, narrow) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => holds(wide, narrow),
    }
}

fn takes_all_rows(wide: &Shape, narrow: &Shape) -> bool {
    let (
        Shape::Table {
            columns,
            least_rows,
            most_rows,
            row_key,
        },
        Shape::Table {
            columns: narrow_columns,
            least_rows: narrow_least,
            most_rows: narrow_most,
            row_key: narrow_key,
        },
    ) = (wide, narrow)
    else {
        return false;
    };
    let column = |columns: &[TableColumn], key: &str| columns.iter().find(|column| column.key == key).cloned();
    let takes = |narrow: &TableColumn| {
        column(columns, &narrow.key).is_some_and(|wide| takes_all_of(&wide.shape, &narrow.shape))
    };
    let was_asked =
        |wide: &TableColumn| !wide.required || column(narrow_columns, &wide.key).is_some_and(|narrow| narrow.required);
    narrow_columns.iter().all(takes)
        && columns.iter().all(was_asked)
        && least_rows <= narrow_least
        && most_rows >= narrow_most
        && (row_key.is_none() || row_key == narrow_key)
}
