//! What a database finds is what the words say, on both databases alike: the indexes are held against the rule in memory.
use std::collections::BTreeSet;

use entity::{
    cycle,
    enums::{Function, ReportStatus, Tier},
    report, report_text,
};
use jenjang::{
    db::insert_all,
    page::Window,
    report::{
        query::{self, Filter, Order},
        search::{Wanted, kept},
    },
};
use proptest::prelude::*;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    cases,
    forest::{id, unit},
    rows::{self, insert},
    tried_on_both_databases,
};

/// Words that are often alike: by case, accents, beginnings, punctuation, and by letters of other scripts.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[aáAÁ]{1,3}[bB]{0,2}",
        2 => "[0-9]{1,2}(\\.[0-9]{1,2}){0,2}",
        2 => prop::sample::select(vec!["'", "\"", "*", "-", "--", ":*", "&", "|", "!", "(", "AND", "NOT", "NEAR", "’", "\\", "e\u{301}", "é"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["ᮞᮥᮔ᮪ᮓ", "ꦗꦮ", "日本", "ßs", "ﬁ", "½", "\u{1d400}", "İ", "\u{301}"]).prop_map(str::to_owned),
    ];
    let gap = prop::sample::select(vec![" ", "  ", "\n", ", ", "-", "/", ""]);
    prop::collection::vec((word, gap), 0..8)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect::<String>())
}

/// Texts of as many reports, what they say later, and what is searched for.
#[derive(Clone, Debug)]
struct Library {
    texts: Vec<(String, Option<String>)>,
    searches: Vec<String>,
}

prop_compose! {
    fn library()(
        texts in prop::collection::vec((text(), prop::option::weighted(0.3, text())), 1..6),
        searches in prop::collection::vec(text(), 1..8),
    ) -> Library {
        Library { texts, searches }
    }
}

async fn a_search_finds_what_the_words_say(
    connection: &DatabaseTransaction,
    library: Library,
) -> Result<(), TestCaseError> {
    let (ri, province) = (id(1, 0), id(1, 1));
    let units = [unit(ri, Tier::Ri, None), unit(province, Tier::Provinsi, Some(ri))];
    let head = rows::Seated {
        account: rows::ACTOR,
        unit: province,
        function: Function::Head,
        custodian: false,
    };
    let (actor, _seats) = rows::write_people(connection, &units, &[head]).await;
    let cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let texts = library.texts.iter();
    let reports: Vec<(report::Model, String)> = texts
        .enumerate()
        .map(|(number, (first, later))| {
            let report = rows::report(number, &units, province, ReportStatus::Declined, &cycle);
            (report, later.clone().unwrap_or_else(|| first.clone()))
        })
        .collect();
    for ((report, _now), (first, later)) in reports.iter().zip(&library.texts) {
        insert(connection, std::slice::from_ref(report)).await;
        let text = report_text::Model {
            report_id: report.id,
            words: kept(first),
        };
        insert(connection, &[text]).await;
        if let Some(later) = later {
            let changed = report_text::Entity::update_many()
                .col_expr(report_text::Column::Words, Expr::value(kept(later)))
                .filter(report_text::Column::ReportId.eq(report.id));
            changed.exec(connection).await.unwrap();
        }
    }
    for search in &library.searches {
        let wanted = Wanted::of(search);
        let told = reports.iter().filter(|(_report, text)| wanted.finds(text));
        let told: BTreeSet<Uuid> = told.map(|(report, _text)| report.id).collect();
        let filter = Filter {
            words: wanted,
            ..Filter::default()
        };
        let all = Window {
            limit: 100,
            after: None,
            before: None,
            from_end: false,
        };
        let page = query::page(connection, &actor, &filter, (Order::Submitted, true), &all).await;
        let found: BTreeSet<Uuid> = page.unwrap().items.iter().map(|report| report.id).collect();
        prop_assert_eq!(&found, &told, "{:?}", search);
        let counted = query::count(connection, &actor, &filter).await.unwrap();
        prop_assert_eq!(counted, told.len() as u64, "{:?}", search);
    }
    Ok(())
}

/// More than are looked up: then the reports are walked.
async fn many_are_found_alike(connection: &DatabaseTransaction, (): ()) -> Result<(), TestCaseError> {
    let (ri, province) = (id(1, 0), id(1, 1));
    let units = [unit(ri, Tier::Ri, None), unit(province, Tier::Provinsi, Some(ri))];
    let head = rows::Seated {
        account: rows::ACTOR,
        unit: province,
        function: Function::Head,
        custodian: false,
    };
    let (actor, _seats) = rows::write_people(connection, &units, &[head]).await;
    let cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let many = usize::try_from(query::MOST_LOOKED_UP).unwrap() + 1;
    let reports = (0..many).map(|number| rows::report(number, &units, province, ReportStatus::Declined, &cycle));
    let reports: Vec<report::Model> = reports.collect();
    let text = |(number, report): (usize, &report::Model)| report_text::Model {
        report_id: report.id,
        words: kept(if number % 2 == 0 {
            "laporan genap"
        } else {
            "laporan ganjil"
        }),
    };
    let texts = reports.iter().enumerate().map(text).collect();
    insert_all(connection, reports.clone()).await.unwrap();
    insert_all(connection, texts).await.unwrap();
    for (search, expected) in [("lap", many), ("laporan gan", many / 2), ("laporan tiada", 0)] {
        let filter = Filter {
            words: Wanted::of(search),
            ..Filter::default()
        };
        prop_assert_eq!(
            query::count(connection, &actor, &filter).await.unwrap(),
            expected as u64,
            "{}",
            search
        );
        let few = Window {
            limit: 3,
            after: None,
            before: None,
            from_end: false,
        };
        let page = query::page(connection, &actor, &filter, (Order::Submitted, true), &few)
            .await
            .unwrap();
        prop_assert_eq!(page.items.len(), expected.min(3), "{}", search);
    }
    Ok(())
}

tried_on_both_databases!(many_are_found_alike, Just(()), cases(1));
tried_on_both_databases!(a_search_finds_what_the_words_say, library(), cases(60));
