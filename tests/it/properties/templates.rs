//! Random templates: what is without faults is kept and read as it is, and takes the answers it asks for; and what one shape
//! takes of another is told truly.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use entity::{
    draft::{Answer, Answers},
    enums::{TemplateStatus, Tier},
    template::{
        ChoiceOption, Comparator, Comparison, Comparisons, Field, Model, NumberRange, Operand, Route, Section,
        Sections, Shape, TableColumn,
    },
};
use jenjang::{
    file::media,
    report::{
        answers::{fields, kept, problems},
        template::{
            diff::{Kind, diff, takes_all_of},
            faults::faults,
        },
    },
};
use proptest::{collection::vec, option, prelude::*, sample::Index};
use rust_decimal::Decimal;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::cases;

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(offset)
}

/// Bounds around a target, any of them missing.
fn range(places: u32) -> impl Strategy<Value = NumberRange> {
    let bounds = (
        option::of(-50_i64..=0),
        option::of(50_i64..=100),
        option::of(0_i64..=50),
        any::<bool>(),
    );
    bounds.prop_map(move |(least, most, target, unit)| {
        let number = |number: i64| Decimal::new(number, places).normalize();
        NumberRange {
            least: least.map(number),
            most: most.map(number),
            unit: unit.then(|| "unggahan".to_owned()),
            target: target.map(number),
        }
    })
}

/// The kinds of answers that stand in a table too.
fn single() -> impl Strategy<Value = Shape> {
    prop_oneof![
        (1_u32..40).prop_map(|longest| Shape::Text { longest }),
        range(0).prop_map(Shape::Integer),
        (1_u32..5).prop_flat_map(|places| range(places).prop_map(move |range| Shape::Decimal { places, range })),
        (1_usize..5).prop_map(|count| Shape::Choice {
            options: (0..count)
                .map(|place| ChoiceOption {
                    key: format!("pilihan-{place}"),
                    label: format!("Pilihan {place}")
                })
                .collect(),
        }),
        (option::of(0_u64..100), option::of(100_u64..200)).prop_map(|(earliest, latest)| Shape::Date {
            earliest: earliest.map(day),
            latest: latest.map(day),
        }),
        Just(Shape::Link),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    let column = (single(), any::<bool>());
    let table = (vec(column, 1..4), 0_u32..3, 3_u32..6, option::of(any::<Index>()));
    let table = table.prop_map(|(columns, least_rows, most_rows, row_key)| {
        let keys: Vec<String> = (0..columns.len()).map(|place| format!("kolom-{place}")).collect();
        Shape::Table {
            row_key: row_key.map(|place| place.get(&keys).clone()),
            columns: columns
                .into_iter()
                .zip(keys)
                .map(|((shape, required), key)| TableColumn {
                    label: key.clone(),
                    key,
                    required,
                    shape,
                })
                .collect(),
            least_rows,
            most_rows,
        }
    });
    let file = (0..media::ALL.len(), 0_u32..3, 3_u32..6, 1_i64..1_000_000);
    let file = file.prop_map(|(types, least, most, largest)| Shape::File {
        types: media::ALL[..types].iter().map(|media| media.name.to_owned()).collect(),
        least,
        most,
        largest,
    });
    prop_oneof![4 => single(), 1 => table, 1 => file]
}

/// Templates without faults.
fn template() -> impl Strategy<Value = Model> {
    let field = (shape(), any::<bool>());
    vec(vec(field, 1..5), 1..4).prop_map(|sections| {
        let mut count = 0;
        let sections = sections.into_iter().enumerate().map(|(place, fields)| Section {
            key: format!("bagian-{place}"),
            title: format!("Bagian {place}"),
            guidance: String::new(),
            fields: fields
                .into_iter()
                .map(|(shape, required)| {
                    count += 1;
                    let key = format!("isian-{count}");
                    Field {
                        label: key.clone(),
                        key,
                        guidance: String::new(),
                        required,
                        shape,
                    }
                })
                .collect(),
        });
        let mut template = model(sections.collect());
        template.comparisons = Comparisons(comparisons(&template));
        template
    })
}

/// That every number is at least itself less one side: between the first two fields that are numbers.
fn comparisons(template: &Model) -> Vec<Comparison> {
    let numbers = fields(template).filter(|field| matches!(field.shape, Shape::Integer(_) | Shape::Decimal { .. }));
    let sides: Vec<Operand> = numbers
        .take(2)
        .map(|field| Operand {
            field: field.key.clone(),
            column: None,
        })
        .collect();
    let [left, right] = &sides[..] else { return Vec::new() };
    vec![Comparison {
        left: left.clone(),
        is: Comparator::AtMost,
        right: right.clone(),
        message: "Terlalu banyak.".to_owned(),
    }]
}

fn model(sections: Vec<Section>) -> Model {
    Model {
        id: Uuid::nil(),
        code: "acak".to_owned(),
        version: 1,
        name: "Acak".to_owned(),
        route: Route {
            authors: vec![Tier::KabupatenKota, Tier::Kecamatan],
            endorsers: vec![Tier::KabupatenKota],
            terminal: Tier::Provinsi,
            experts: false,
            quorum: None,
            rubric: None,
        },
        sections: Sections(sections),
        owner_id: Uuid::nil(),
        status: TemplateStatus::Draft,
        lock_version: 1,
        description: String::new(),
        comparisons: Comparisons::default(),
        created_by: None,
        created_at: None,
        published_by: None,
        published_at: None,
        retired_by: None,
        retired_at: None,
        retired_reason: None,
    }
}

/// A good answer to a shape that takes single answers, as somebody might type it; `luck` chooses which.
fn answer(shape: &Shape, luck: usize) -> Answer {
    let between = |range: &NumberRange, places: u32| {
        let least = range.least.unwrap_or(Decimal::new(-50, places));
        let most = range.most.unwrap_or(Decimal::new(50, places));
        [least, most, Decimal::ZERO][luck % 3]
    };
    match shape {
        Shape::Text { longest } => Answer::Text(format!(" {} ", "a".repeat(1 + luck % *longest as usize))),
        Shape::Integer(range) => Answer::Text(between(range, 0).to_string()),
        Shape::Decimal { places, range } => Answer::Text(format!("{} ", between(range, *places))),
        Shape::Choice { options } => Answer::Text(options[luck % options.len()].key.clone()),
        Shape::Date { earliest, latest } => {
            let day = [earliest.unwrap_or(day(100)), latest.unwrap_or(day(100))][luck % 2];
            Answer::Text(day.to_string())
        }
        Shape::Link => Answer::Text(format!("https://contoh.id/{luck}")),
        Shape::Table {
            columns,
            least_rows,
            most_rows,
            row_key,
        } => {
            let rows = 1.max(*least_rows) + u32::try_from(luck).unwrap() % (most_rows - 1.max(*least_rows) + 1);
            let row = |place: u32| {
                let luck = |column: &TableColumn| {
                    let told_apart = row_key.as_ref() == Some(&column.key);
                    if told_apart {
                        place as usize
                    } else {
                        luck + place as usize
                    }
                };
                let cells = columns
                    .iter()
                    .map(|column| (column.key.clone(), answer(&column.shape, luck(column))));
                cells.collect::<BTreeMap<_, _>>()
            };
            Answer::Rows((0..rows).map(row).collect())
        }
        Shape::File { least, .. } => {
            Answer::Files((0..1.max(*least)).map(|place| Uuid::from_u128(place.into())).collect())
        }
    }
}

/// Good answers to every field. Of a table that tells its rows apart only one row is sure to be good.
fn answers(template: &Model, luck: usize) -> Vec<(&Field, Answer)> {
    fields(template)
        .map(|field| {
            let mut given = answer(&field.shape, luck);
            if let (Shape::Table { row_key: Some(_), .. }, Answer::Rows(rows)) = (&field.shape, &mut given) {
                rows.truncate(1);
            }
            (field, given)
        })
        .collect()
}

/// What of the problems is not to be blamed on the answers given: too few rows that can be told apart, and comparisons.
fn blameless(template: &Model, found: &[jenjang::error::Refusal]) -> bool {
    found.iter().all(|problem| {
        let field = fields(template).find(|field| problem.field == [field.key.clone()]);
        let told_apart = field.is_some_and(
            |field| matches!(&field.shape, Shape::Table { row_key: Some(_), least_rows, .. } if *least_rows > 1),
        );
        told_apart || problem.text.id == "Terlalu banyak."
    })
}

fn read_back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_template_without_faults_is_read_as_it_was_kept(template in template()) {
        prop_assert_eq!(faults(&template, Tier::Provinsi), Vec::new());
        prop_assert_eq!(read_back(&template.sections), template.sections.clone());
        prop_assert_eq!(read_back(&template.comparisons), template.comparisons.clone());
        prop_assert_eq!(read_back(&template.route), template.route.clone());
        prop_assert_eq!(diff(&template, &template), Vec::new());
    }

    #[test]
    fn good_answers_are_kept_once_and_have_no_problems(template in template(), luck in 0_usize..1000) {
        let mut all = Answers::default();
        for (field, given) in answers(&template, luck) {
            let once = kept(field, given).unwrap();
            let answer = once.clone().unwrap();
            prop_assert_eq!(kept(field, answer.clone()).unwrap(), once, "a second time changes nothing");
            all.0.insert(field.key.clone(), answer);
        }
        prop_assert_eq!(read_back(&all), all.clone());
        let found = problems(&template, &all);
        prop_assert!(blameless(&template, &found), "{:?}", found);
    }

    #[test]
    fn what_a_wider_shape_is_said_to_take_it_takes(wide in shape(), narrow in shape(), luck in 0_usize..1000) {
        prop_assert!(takes_all_of(&wide, &wide));
        let asks = |shape: &Shape| {
            let field = Field {
                key: "isian".to_owned(),
                label: "Isian".to_owned(),
                guidance: String::new(),
                required: false,
                shape: shape.clone(),
            };
            model(vec![Section { key: "bagian".to_owned(), title: "Bagian".to_owned(), guidance: String::new(), fields: vec![field] }])
        };
        let good = |shape: &Shape, given: &Answer| {
            let template = asks(shape);
            let field = fields(&template).next().unwrap();
            let Ok(Some(answer)) = kept(field, given.clone()) else { return None };
            let answers = Answers([("isian".to_owned(), answer.clone())].into());
            problems(&template, &answers).is_empty().then_some(answer)
        };
        let given = answer(&narrow, luck);
        if takes_all_of(&wide, &narrow) && let Some(taken) = good(&narrow, &given) {
            prop_assert!(good(&wide, &given).is_some(), "{:?}", taken);
        }
        let kinds: Vec<Kind> = diff(&asks(&narrow), &asks(&wide)).into_iter().map(|change| change.kind).collect();
        let expected = match (narrow == wide, takes_all_of(&wide, &narrow), takes_all_of(&narrow, &wide)) {
            (true, _, _) => None,
            (false, true, true) => Some(Kind::FieldReworded),
            (false, true, false) => Some(Kind::FieldWidened),
            (false, false, true) => Some(Kind::FieldNarrowed),
            (false, false, false) => Some(Kind::FieldReshaped),
        };
        prop_assert_eq!(kinds, expected.into_iter().collect::<Vec<_>>());
    }
}
