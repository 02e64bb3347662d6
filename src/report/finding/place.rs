//! Where in a report something can be found: in a section or a field of its template, or in the whole.
use entity::template::{self, Field, Section};

use crate::{
    error::{Code, Refusal},
    locale::Text,
};

/// Section and field, by their keys.
pub type Keys = (Option<String>, Option<String>);

/// The place that is named, with the section of a field that was named alone.
///
/// # Errors
/// `Invalid`, at `section` or `field`.
pub fn named(template: &template::Model, section: Option<String>, field: Option<String>) -> Result<Keys, Refusal> {
    let sections = &template.sections.0;
    if let Some(key) = &section
        && !sections.iter().any(|section| section.key == *key)
    {
        return Err(missing(("Bagian", "section"), key).at(["section"]));
    }
    let Some(key) = field else { return Ok((section, None)) };
    let Some((within, _field)) = field_of(template, &key) else {
        return Err(missing(("Isian", "field"), &key).at(["field"]));
    };
    if section.as_ref().is_some_and(|section| *section != within.key) {
        let text = Text::new(
            format!("Isian `{key}` berada di bagian `{}`.", within.key),
            format!("The field `{key}` belongs to the section `{}`.", within.key),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["field"]));
    }
    Ok((Some(within.key.clone()), Some(key)))
}

/// A field with the section it stands in.
#[must_use]
pub fn field_of<'t>(template: &'t template::Model, key: &str) -> Option<(&'t Section, &'t Field)> {
    template.sections.0.iter().find_map(|section| {
        let field = section.fields.iter().find(|field| field.key == key)?;
        Some((section, field))
    })
}

/// What a place is called; none where it is the whole report.
#[must_use]
pub fn title<'t>(template: &'t template::Model, section: Option<&str>, field: Option<&str>) -> Option<&'t str> {
    if let Some(key) = field {
        return field_of(template, key).map(|(_section, field)| field.label.as_str());
    }
    let key = section?;
    let mut sections = template.sections.0.iter();
    let found = sections.find(|section| section.key == key);
    found.map(|section| section.title.as_str())
}

fn missing((id, en): (&str, &str), key: &str) -> Refusal {
    let text = Text::new(
        format!("{id} `{key}` tidak ada pada templat laporan ini."),
        format!("The template of this report has no {en} `{key}`."),
    );
    Refusal::new(Code::Invalid, text)
}
