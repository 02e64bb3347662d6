//! What a template is kept as: without the blanks around its texts, numbers in their shortest form. Pure.
use entity::template::{self, NumberRange, Shape, TableColumn};
use rust_decimal::Decimal;

/// The template as it is kept.
pub(super) fn tidied(mut template: template::Model) -> template::Model {
    trim(&mut template.name);
    trim(&mut template.description);
    for section in &mut template.sections.0 {
        trim(&mut section.title);
        trim(&mut section.guidance);
        for field in &mut section.fields {
            trim(&mut field.label);
            trim(&mut field.guidance);
            tidy(&mut field.shape);
        }
    }
    for comparison in &mut template.comparisons.0 {
        trim(&mut comparison.message);
    }
    template
}

fn trim(text: &mut String) {
    *text = text.trim().to_owned();
}

fn tidy(shape: &mut Shape) {
    match shape {
        Shape::Integer(range) | Shape::Decimal { range, .. } => tidy_range(range),
        Shape::Choice { options } => options.iter_mut().for_each(|option| trim(&mut option.label)),
        Shape::Table { columns, .. } => columns.iter_mut().for_each(tidy_column),
        Shape::Text { .. } | Shape::Date { .. } | Shape::Link | Shape::File { .. } => {}
    }
}

fn tidy_column(column: &mut TableColumn) {
    trim(&mut column.label);
    tidy(&mut column.shape);
}

fn tidy_range(range: &mut NumberRange) {
    for bound in [&mut range.least, &mut range.most, &mut range.target] {
        *bound = bound.map(|bound: Decimal| bound.normalize());
    }
    let unit = range.unit.take().map(|unit| unit.trim().to_owned());
    range.unit = unit.filter(|unit| !unit.is_empty());
}
