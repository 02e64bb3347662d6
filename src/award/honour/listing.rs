//! The awards of an edition as a file, CSV or XLSX, for whoever goes on with them elsewhere.
use std::collections::HashMap;

use entity::{award, award_category, award_edition, enums::AwardHonour};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::{
    naming::{honoured, unit_on},
    query::{self, Filter},
};
use crate::{
    award::{query as editions, sight::not_found, workflow::is_announced},
    clock::offset_of,
    error::Error,
    locale::{Language, Text},
    report::export::{delimited, sheet::Cell, workbook},
    session::Session,
};

/// What every row tells, in both languages.
const HEADINGS: [(&str, &str); 16] = [
    ("Edisi", "Edition"),
    ("Kategori", "Category"),
    ("Penghargaan", "Honour"),
    ("Peringkat", "Place"),
    ("Jenis penerima", "Recipient"),
    ("Nama", "Name"),
    ("Kode unit", "Unit code"),
    ("Unit", "Unit"),
    ("Tingkat", "Tier"),
    ("Kode provinsi", "Province code"),
    ("Provinsi", "Province"),
    ("Pemberi", "Issuer"),
    ("Diumumkan", "Announced"),
    ("Dicabut", "Revoked"),
    ("Alasan pencabutan", "Revoked because"),
    ("ID penghargaan", "Award id"),
];

/// A file with the title of what it is of.
pub struct Listing {
    pub title: String,
    pub bytes: Vec<u8>,
    pub rows: usize,
}

/// What awards can be taken home as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv,
    Xlsx,
}

/// The awards of an edition as a file, by what the session may read at this moment; `name` is how the API names an award.
///
/// # Errors
/// `NotFound`, also before the announcement; the database's.
pub async fn file(
    session: &Session,
    edition: Uuid,
    (form, language): (Form, Language),
    name: fn(Uuid) -> String,
) -> Result<Listing, Error> {
    let (connection, actor) = (session.services.db.reader(), &session.actor);
    let found = editions::by_ids(connection, actor, &[edition])
        .await?
        .into_iter()
        .next();
    let announced = found.filter(|edition| is_announced(edition.status));
    let edition = announced.ok_or_else(not_found)?;
    let filter = Filter {
        edition: Some(vec![edition.id]),
        ..Filter::default()
    };
    let mut rows = query::listed(connection, actor, &filter).await?;
    let categories = editions::categories(connection, &[edition.id]).await?;
    let categories: HashMap<Uuid, award_category::Model> =
        categories.into_iter().map(|category| (category.id, category)).collect();
    let position = |row: &award::Model| categories.get(&row.category_id).map(|category| category.position);
    rows.sort_by_key(|row| (position(row), row.honour, row.place, row.id));
    let cells = rows.iter().map(|row| {
        let category = categories.get(&row.category_id);
        let mut cells = of_award(session, (&edition, category), row);
        cells.push(name(row.id).into());
        cells
    });
    let headings: Vec<String> = HEADINGS
        .iter()
        .map(|(id, en)| Text::new(*id, *en).in_language(language).to_owned())
        .collect();
    let bytes = match form {
        Form::Csv => [delimited::head(&headings)?, delimited::rows(cells)?].concat(),
        Form::Xlsx => {
            let sheet = Text::new("Penghargaan", "Awards");
            workbook::table(language, (sheet.in_language(language), &headings), cells)?
        }
    };
    Ok(Listing {
        title: edition.title,
        bytes,
        rows: rows.len(),
    })
}

/// The cells of an award but for its id.
fn of_award<'c>(
    session: &Session,
    (edition, category): (&award_edition::Model, Option<&award_category::Model>),
    row: &award::Model,
) -> Vec<Cell<'c>> {
    let directory = &session.actor.directory;
    let code = |unit: Uuid| directory.tree.get(unit).map(|unit| unit.code.clone());
    let called = |unit: Uuid| {
        directory
            .history
            .life(unit)
            .map(|life| life.name_on(row.announced_on).to_owned())
    };
    let at = |moment: chrono::DateTime<chrono::Utc>| Cell::Moment(moment.with_timezone(&offset_of(&edition.time_zone)));
    vec![
        edition.title.clone().into(),
        category.map(|category| category.title.clone()).into(),
        honour_word(row.honour).to_owned().into(),
        row.place.map_or(Cell::Empty, |place| Cell::Number(place.into())),
        row.recipient.to_value().into(),
        honoured(directory, row).into(),
        code(row.unit_id).into(),
        unit_on(directory, row).into(),
        row.tier.to_value().into(),
        code(row.provinsi_id).into(),
        called(row.provinsi_id).into(),
        called(row.issuer_id).into(),
        at(row.announced_at),
        row.revoked_at.map_or(Cell::Empty, at),
        row.revoked_because.clone().into(),
    ]
}

fn honour_word(honour: AwardHonour) -> &'static str {
    match honour {
        AwardHonour::Winner => "WINNER",
        AwardHonour::Nominee => "NOMINEE",
    }
}
