//! What is wrong with a template: everything at once, each at its place in the input that describes it. Pure.
use std::collections::{BTreeSet, HashSet};

use entity::{
    enums::Tier,
    template::{self, Comparison, Field, NumberRange, Operand, Route, Section, Shape, TableColumn},
};
use rust_decimal::Decimal;

use crate::{
    error::{Code, Refusal},
    faults::{
        LONGEST_GUIDANCE, LONGEST_NAME, fault, few, filled, named, of_bounds, of_each, of_keys, placed, short, twice,
        within,
    },
    file::media::{self, MediaType},
    report::{
        answers::{self, LONGEST_TEXT, MOST_ROWS},
        workflow::Way,
    },
};

/// The longest question and the longest message, characters.
pub const LONGEST_LABEL: usize = 500;

/// The longest unit of a number, characters.
pub const LONGEST_MEASURE: usize = 40;

pub const MOST_SECTIONS: usize = 50;

/// Of all sections together.
pub const MOST_FIELDS: usize = 300;
pub const MOST_OPTIONS: usize = 200;
pub const MOST_COLUMNS: usize = 30;
pub const MOST_COMPARISONS: usize = 100;

/// The most decimal places.
pub const MOST_PLACES: u32 = 10;

/// The most files of one field.
pub const MOST_FILES: u32 = 20;

/// Everything that keeps a template from being published. `owner` is the level of the unit whose it is.
#[must_use]
pub fn faults(template: &template::Model, owner: Tier) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(named("name", &template.name, LONGEST_NAME));
    faults.extend(short("description", &template.description, LONGEST_GUIDANCE));
    faults.extend(within("route", of_route(&template.route, owner)));
    faults.extend(within("sections", of_sections(&template.sections.0)));
    faults.extend(within("comparisons", of_comparisons(template)));
    faults
}

/// How many experts may have to complete their sheets.
const QUORUM: std::ops::RangeInclusive<u32> = 1..=10;

fn of_route(route: &Route, owner: Tier) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(
        route
            .authors
            .is_empty()
            .then(|| fault(Code::Required, "Sebutkan siapa yang menyusun.", "Say who writes it."))
            .map(|fault| fault.at(["authorTiers"])),
    );
    let authors = of_tiers(&route.authors, |tier| no_author(route, tier, owner));
    faults.extend(within("authorTiers", authors));
    let endorsers = of_tiers(&route.endorsers, |tier| no_endorser(route, tier));
    faults.extend(within("endorsingTiers", endorsers));
    if route.terminal < owner {
        let above = fault(
            Code::Invalid,
            "Laporan tidak dapat berakhir di atas unit pemilik templat.",
            "A report cannot end above the unit whose template it is.",
        );
        faults.push(above.at(["terminalTier"]));
    }
    if route.experts && (route.terminal != Tier::Ri || owner != Tier::Ri) {
        let experts = fault(
            Code::Invalid,
            "Tenaga Ahli menelaah laporan RI yang berakhir di RI.",
            "Experts review reports that RI asks for and that end at RI.",
        );
        faults.push(experts.at(["expertsReview"]));
    }
    if route
        .quorum
        .is_some_and(|quorum| !route.experts || !QUORUM.contains(&quorum))
    {
        let quorum = fault(
            Code::Invalid,
            format!(
                "{} sampai {} Tenaga Ahli, bila mereka menelaah.",
                QUORUM.start(),
                QUORUM.end()
            ),
            format!("{} to {} experts, where they review.", QUORUM.start(), QUORUM.end()),
        );
        faults.push(quorum.at(["reviewQuorum"]));
    }
    if route.experts != route.rubric.is_some() {
        let rubric = fault(
            if route.experts { Code::Required } else { Code::Invalid },
            "Tenaga Ahli menilai dengan sebuah rubrik; tanpa mereka tidak ada rubrik.",
            "Experts score by a rubric; without them there is none.",
        );
        faults.push(rubric.at(["rubric"]));
    }
    faults
}

fn of_tiers(tiers: &[Tier], refused: impl Fn(Tier) -> Option<Refusal>) -> Vec<Refusal> {
    let mut seen = BTreeSet::new();
    let of_tier = |(place, tier): (usize, &Tier)| {
        let fault = if seen.insert(*tier) {
            refused(*tier)
        } else {
            Some(twice())
        };
        fault.map(|fault| fault.at([place.to_string()]))
    };
    tiers.iter().enumerate().filter_map(of_tier).collect()
}

/// Why units of a tier cannot write it.
fn no_author(route: &Route, tier: Tier, owner: Tier) -> Option<Refusal> {
    if tier <= owner {
        Some(fault(
            Code::Invalid,
            "Penyusun berada di bawah unit pemilik templat.",
            "Its authors are beneath the unit whose template it is.",
        ))
    } else if !Way::of(route, tier).leads_somewhere() {
        Some(fault(
            Code::Invalid,
            "Laporan dari tingkat ini tidak sampai ke siapa pun yang memutuskannya.",
            "A report of this tier reaches nobody who decides on it.",
        ))
    } else {
        None
    }
}

/// Why a tier cannot endorse it.
fn no_endorser(route: &Route, tier: Tier) -> Option<Refusal> {
    let passes = route.authors.iter().any(|author| Way::of(route, *author).passes(tier));
    (!passes).then(|| {
        fault(
            Code::Invalid,
            "Tingkat ini tidak berada di antara penyusun dan ujung jalurnya.",
            "This tier is not between the authors and the end of the way.",
        )
    })
}

fn of_sections(sections: &[Section]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = filled(sections, MOST_SECTIONS).into_iter().collect();
    let all = sections.iter().map(|section| section.fields.len()).sum();
    faults.extend(few(all, MOST_FIELDS));
    faults.extend(placed(of_keys(sections.iter().map(|section| section.key.as_str()))));
    faults.extend(placed_in_sections(sections));
    faults.extend(of_each(sections, |section| {
        let mut faults = Vec::new();
        faults.extend(named("title", &section.title, LONGEST_NAME));
        faults.extend(short("guidance", &section.guidance, LONGEST_GUIDANCE));
        if section.fields.is_empty() {
            faults.extend(within(
                "fields",
                filled(&section.fields, MOST_FIELDS).into_iter().collect(),
            ));
        }
        faults.extend(within("fields", of_each(&section.fields, of_field).collect()));
        faults
    }));
    faults
}

/// Keys of fields are told apart in the whole template, so that an answer needs no section.
fn placed_in_sections(sections: &[Section]) -> Vec<Refusal> {
    let places = sections.iter().enumerate().flat_map(|(section, of)| {
        let fields = of.fields.iter().enumerate();
        fields.map(move |(field, _asked)| [section.to_string(), "fields".to_owned(), field.to_string()])
    });
    let places: Vec<_> = places.collect();
    let keys = sections.iter().flat_map(|section| &section.fields);
    let faults = of_keys(keys.map(|field| field.key.as_str()));
    faults
        .into_iter()
        .filter_map(|(place, fault)| Some(fault.within(places.get(place)?.clone())))
        .collect()
}

fn of_field(field: &Field) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(named("label", &field.label, LONGEST_LABEL));
    faults.extend(short("guidance", &field.guidance, LONGEST_GUIDANCE));
    faults.extend(within("shape", of_shape(&field.shape)));
    faults
}

fn of_shape(shape: &Shape) -> Vec<Refusal> {
    let (kind, faults) = match shape {
        Shape::Text { longest } => ("text", of_bounds("longest", (1, *longest), LONGEST_TEXT)),
        Shape::Integer(range) => ("number", of_numbers(range, 0)),
        Shape::Decimal { places, range } => {
            let mut faults = of_bounds("places", (0, *places), MOST_PLACES);
            faults.extend(of_numbers(range, *places));
            ("number", faults)
        }
        Shape::Choice { options } => {
            let mut faults: Vec<Refusal> = filled(options, MOST_OPTIONS).into_iter().collect();
            faults.extend(placed(of_keys(options.iter().map(|option| option.key.as_str()))));
            faults.extend(of_each(options, |option| {
                named("label", &option.label, LONGEST_NAME).into_iter().collect()
            }));
            ("choice", within("options", faults).collect())
        }
        Shape::Date { earliest, latest } => {
            let crossed = matches!((earliest, latest), (Some(earliest), Some(latest)) if latest < earliest);
            ("date", crossed.then(|| crossed_at("latest")).into_iter().collect())
        }
        Shape::Link => ("link", Vec::new()),
        Shape::Table {
            columns,
            least_rows,
            most_rows,
            row_key,
        } => {
            let mut faults = within("columns", of_columns(columns)).collect::<Vec<_>>();
            faults.extend(of_bounds("mostRows", ((*least_rows).max(1), *most_rows), MOST_ROWS));
            let unknown = row_key
                .as_ref()
                .filter(|key| !columns.iter().any(|column| column.key == **key));
            faults.extend(unknown.map(|_key| no_column().at(["rowKey"])));
            ("table", faults)
        }
        Shape::File {
            types,
            least,
            most,
            largest,
        } => {
            let mut faults = within("types", of_types(types)).collect::<Vec<_>>();
            faults.extend(of_bounds("mostFiles", ((*least).max(1), *most), MOST_FILES));
            if *largest < 1 {
                faults.push(fault(Code::Invalid, "Paling sedikit 1.", "At least 1.").at(["largest"]));
            }
            ("file", faults)
        }
    };
    within(kind, faults).collect()
}

fn crossed_at(place: &'static str) -> Refusal {
    let crossed = fault(
        Code::Invalid,
        "Batas atas berada di bawah batas bawah.",
        "The upper bound is below the lower one.",
    );
    crossed.at([place])
}

fn of_numbers(range: &NumberRange, places: u32) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (place, bound) in [("least", range.least), ("most", range.most), ("target", range.target)] {
        if bound.is_some_and(|bound| bound.normalize().scale() > places) {
            let fine = fault(
                Code::Invalid,
                format!("Paling banyak {places} angka di belakang koma."),
                format!("At most {places} decimal places."),
            );
            faults.push(fine.at([place]));
        }
    }
    let beyond = |most: Option<Decimal>, least: Option<Decimal>| matches!((most, least), (Some(most), Some(least)) if most < least);
    if beyond(range.most, range.least) {
        faults.push(crossed_at("most"));
    } else if beyond(range.most, range.target) || beyond(range.target, range.least) {
        let unreachable = fault(
            Code::Invalid,
            "Target berada di luar batas.",
            "The target lies outside the bounds.",
        );
        faults.push(unreachable.at(["target"]));
    }
    faults.extend(
        range
            .unit
            .as_ref()
            .and_then(|unit| named("unit", unit, LONGEST_MEASURE)),
    );
    faults
}

fn of_columns(columns: &[TableColumn]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = filled(columns, MOST_COLUMNS).into_iter().collect();
    faults.extend(placed(of_keys(columns.iter().map(|column| column.key.as_str()))));
    faults.extend(of_each(columns, |column| {
        let mut faults: Vec<Refusal> = named("label", &column.label, LONGEST_LABEL).into_iter().collect();
        if matches!(column.shape, Shape::Table { .. } | Shape::File { .. }) {
            let nested = fault(
                Code::Invalid,
                "Kolom tidak dapat berupa tabel atau berkas.",
                "A column is neither a table nor files.",
            );
            faults.push(nested.at(["shape"]));
        } else {
            faults.extend(within("shape", of_shape(&column.shape)));
        }
        faults
    }));
    faults
}

fn of_types(types: &[String]) -> Vec<Refusal> {
    let mut seen = HashSet::new();
    let mut faults: Vec<Refusal> = few(types.len(), media::ALL.len()).into_iter().collect();
    for (place, name) in types.iter().enumerate() {
        let found = if MediaType::named(name).is_none() {
            Some(fault(
                Code::Invalid,
                "Jenis berkas ini tidak diterima di sini.",
                "This installation does not take files of this type.",
            ))
        } else {
            (!seen.insert(name)).then(twice)
        };
        faults.extend(found.map(|fault| fault.at([place.to_string()])));
    }
    faults
}

fn no_column() -> Refusal {
    fault(
        Code::Invalid,
        "Tabel ini tidak memiliki kolom tersebut.",
        "The table has no such column.",
    )
}

/// What two operands have to have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Number,
    Day,
}

fn of_comparisons(template: &template::Model) -> Vec<Refusal> {
    let comparisons = &template.comparisons.0;
    let mut faults: Vec<Refusal> = few(comparisons.len(), MOST_COMPARISONS).into_iter().collect();
    faults.extend(of_each(comparisons, |comparison| of_comparison(template, comparison)));
    faults
}

fn of_comparison(template: &template::Model, comparison: &Comparison) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = named("message", &comparison.message, LONGEST_LABEL)
        .into_iter()
        .collect();
    let mut measured = Vec::new();
    for (place, operand) in [("left", &comparison.left), ("right", &comparison.right)] {
        match measure(template, operand) {
            Ok(measure) => measured.push(measure),
            Err(fault) => faults.push(fault.within([place])),
        }
    }
    if comparison.left == comparison.right {
        let same = fault(Code::Invalid, "Kedua sisi sama.", "Both sides are the same.");
        faults.push(same.at(["right"]));
    } else if measured.len() == 2 && measured[0] != measured[1] {
        let unlike = fault(
            Code::Invalid,
            "Bilangan tidak dapat dibandingkan dengan tanggal.",
            "A number cannot be compared with a day.",
        );
        faults.push(unlike.at(["right"]));
    }
    faults
}

fn measure(template: &template::Model, operand: &Operand) -> Result<Measure, Refusal> {
    let field = answers::fields(template).find(|field| field.key == operand.field);
    let field = field.ok_or_else(|| {
        let unknown = fault(
            Code::Invalid,
            "Templat ini tidak memiliki isian tersebut.",
            "The template has no such field.",
        );
        unknown.at(["field"])
    })?;
    let incomparable = |id: &str, en: &str, place: &'static str| Err(fault(Code::Invalid, id, en).at([place]));
    match (&operand.column, &field.shape) {
        (None, Shape::Integer(_) | Shape::Decimal { .. }) => Ok(Measure::Number),
        (None, Shape::Date { .. }) => Ok(Measure::Day),
        (None, Shape::Table { .. }) => incomparable(
            "Sebutkan kolom yang dijumlahkan.",
            "Say which column is summed up.",
            "column",
        ),
        (None, Shape::Text { .. } | Shape::Choice { .. } | Shape::Link | Shape::File { .. }) => incomparable(
            "Yang dibandingkan adalah bilangan atau tanggal.",
            "Numbers and days are compared, nothing else.",
            "field",
        ),
        (Some(key), Shape::Table { columns, .. }) => {
            let column = columns.iter().find(|column| column.key == *key);
            match column.map(|column| &column.shape) {
                Some(Shape::Integer(_) | Shape::Decimal { .. }) => Ok(Measure::Number),
                Some(_) => incomparable(
                    "Hanya kolom bilangan yang dapat dijumlahkan.",
                    "Only a column of numbers can be summed up.",
                    "column",
                ),
                None => Err(no_column().at(["column"])),
            }
        }
        (Some(_), _) => incomparable(
            "Hanya tabel yang memiliki kolom.",
            "Only a table has columns.",
            "column",
        ),
    }
}
