//! Following the feed: what happens is told in order to those who may see it, as it was when it happened.
use entity::outbox_event;
use jenjang::{clock::new_id, db::insert_all, feed::query::LOOKED_THROUGH, graphql::id::Kind};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{KECAMATAN, hierarchy::changes, reorganising::seen};
use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::code, rounds::in_days},
};

async fn what_happened_is_told_as_it_was(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.19").await, app.office("head.35.02.19").await);
    let above = app.office("head.35.02").await;
    let start = above.pulls(None).await.end;
    let drafted = staff.drafts(KECAMATAN).await;
    let own = staff.pulls(start.as_deref()).await;
    assert_eq!(own.kinds(), ["REPORT_STARTED"]);
    let hidden = above.pulls(start.as_deref()).await;
    assert!(hidden.changes.is_empty(), "a draft is its unit's alone");
    assert_ne!(hidden.end, start, "yet it has been passed");

    let submitted = head.submits(&drafted).await.unwrap();
    let taken = above.does("takeReport", &submitted).await.unwrap();
    let told = above.pulls(hidden.end.as_deref()).await;
    assert_eq!(told.kinds(), ["REPORT_SUBMITTED", "REPORT_TAKEN"]);
    let first = &told.changes[0]["subject"];
    assert_eq!(
        first,
        &json!({
            "__typename": "ChangedReport",
            "version": submitted.version,
            "statusBefore": "DRAFT",
            "statusAfter": "SUBMITTED",
            "revision": { "number": 1 },
            "report": { "id": submitted.id, "status": "TIER_REVIEW" },
        }),
        "the step is told as it was, the report as it is"
    );
    let rest = above.pulls(told.end.as_deref()).await;
    assert!(rest.changes.is_empty() && !rest.more);
    assert_eq!(rest.end, told.end, "one stays where one is");

    // From the beginning it is all there by now, in one order for everybody.
    let again = above.pulls(start.as_deref()).await;
    assert_eq!(again.kinds(), ["REPORT_STARTED", "REPORT_SUBMITTED", "REPORT_TAKEN"]);
    assert_eq!(again.ids(), staff.pulls(start.as_deref()).await.ids());
    let next_door = app.office("head.35.09").await.pulls(start.as_deref()).await;
    assert!(next_door.changes.is_empty());
    drop(taken);
}

async fn what_befalls_units_is_told_to_everybody_and_people_to_nobody(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let reader = app.office("head.18").await;
    let start = reader.pulls(None).await.end;
    let seat = json!({ "unit": admin.unit("35.09").await, "position": "STAF", "function": "STAFF", "localTitle": "Staf Arsip" });
    admin.command("createSeat", "seat { id }", seat).await.unwrap();
    let (unit, version) = seen(&admin, "35.09").await;
    let renamed = json!({ "unit": unit, "expectedVersion": version, "name": "Bawaslu Jember Raya" });
    changes(&admin, "renameUnit", renamed).await.unwrap();
    jenjang::feed::number(&app.services.db).await.unwrap();
    let document = "query($after: String) { changes(after: $after) { nodes { kind subject { ... on ChangedUnit {
        name code effectiveOn unit { code } above { code } change { kind by { id } } } } } } }";
    let told = reader.data(document, json!({ "after": start })).await;
    let nodes = told["changes"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{told}");
    assert_eq!(nodes[0]["kind"], "UNIT_RENAMED");
    let subject = &nodes[0]["subject"];
    assert_eq!(
        (&subject["name"], &subject["unit"]["code"]),
        (&json!("Bawaslu Jember Raya"), &json!("35.09"))
    );
    assert_eq!(
        subject["change"],
        json!({ "kind": "RENAME", "by": null }),
        "who did it is not for everybody"
    );
    for event in outbox_event::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap()
    {
        let id = Kind::Change.id(event.id).to_string();
        let found = reader
            .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id }))
            .await;
        let about_units = event.subject_type == "unit";
        assert_eq!(found["node"] != Value::Null, about_units, "{}", event.kind);
    }
}

async fn what_is_asked_is_told_along_the_line(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (province, regency) = (app.office("head.35").await, app.office("head.35.02").await);
    let start = regency.pulls(None).await.end;
    let round = province.own_round("35-kegiatan").await;
    let template = round["template"].clone();
    let cycle = province.opens(round).await.unwrap();
    regency.passes_on(&cycle, 10).await.unwrap();
    let close = json!({ "cycle": cycle, "expectedVersion": 1, "reason": "Selesai" });
    province
        .command("closeReportCycle", "cycle { id }", close)
        .await
        .unwrap();
    let retire = json!({ "template": template, "expectedVersion": 2, "reason": "Diganti" });
    province
        .command("retireReportTemplate", "template { id }", retire)
        .await
        .unwrap();

    let all = [
        "TEMPLATE_PUBLISHED",
        "CYCLE_OPENED",
        "CYCLE_PASSED_ON",
        "CYCLE_CLOSED",
        "TEMPLATE_RETIRED",
    ];
    // Who passed it on is told in its own line only.
    let beside = ["TEMPLATE_PUBLISHED", "CYCLE_OPENED", "CYCLE_CLOSED", "TEMPLATE_RETIRED"];
    for (name, kinds) in [
        ("head.35", &all[..]),
        ("admin.ri", &all),
        ("coordinator.ri", &all),
        ("head.35.02", &all),
        ("staff.35.02.18", &all),
        ("head.35.09", &beside),
        ("head.32", &[]),
        ("observer.32", &[]),
        ("head.32.75", &[]),
    ] {
        let told = app.office(name).await.pulls(start.as_deref()).await;
        assert_eq!(told.kinds(), kinds, "{name}");
    }
    let told = regency.pulls(start.as_deref()).await;
    let due = |days| in_days(app.services.clock.now(), days)[..10].to_owned();
    let subject = |place: usize| &told.changes[place]["subject"];
    assert_eq!(
        (&subject(0)["code"], &subject(0)["version"], &subject(0)["name"]),
        (&json!("35-kegiatan"), &json!(1), &json!("Kegiatan"))
    );
    assert_eq!(
        subject(0)["template"]["status"],
        "RETIRED",
        "what is reached is as it is"
    );
    for (place, version, by, days) in [(1, 1, "35", 30), (2, 1, "35.02", 10), (3, 2, "35", 30)] {
        let told = subject(place);
        assert_eq!(
            (&told["version"], &told["by"]["code"], &told["cycle"]["id"]),
            (&json!(version), &json!(by), &json!(cycle)),
            "{told}"
        );
        assert_eq!(told["dueAt"].as_str().unwrap()[..10], due(days), "{told}");
    }
    let passing = &told.ids()[2];
    let document = "query($id: ID!) { node(id: $id) { id } }";
    for (name, sees) in [("head.35.02", true), ("head.35.09", false), ("head.32", false)] {
        let found = app.office(name).await.data(document, json!({ "id": passing })).await;
        assert_eq!(found["node"] != Value::Null, sees, "{name}");
    }
}

async fn who_was_put_elsewhere_is_told_no_more_of_what_is_asked_there(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (province, regency) = (app.office("head.35").await, app.office("head.35.02").await);
    let beneath = app.office("head.35.02.18").await;
    let start = beneath.pulls(None).await.end;
    let mut round = province.own_round("35.02-kegiatan").await;
    round["audience"] = json!({ "tiers": ["KECAMATAN"] });
    regency.opens(round).await.unwrap();
    let told = beneath.pulls(start.as_deref()).await;
    assert_eq!(told.kinds(), ["TEMPLATE_PUBLISHED", "CYCLE_OPENED"]);
    let admin = app.office("admin.ri").await;
    let (unit, version) = seen(&admin, "35.02.18").await;
    let moved = json!({ "unit": unit, "expectedVersion": version, "parent": admin.unit("35.09").await });
    changes(&admin, "moveUnit", moved).await.unwrap();
    let told = beneath.pulls(start.as_deref()).await;
    assert_eq!(told.kinds(), ["TEMPLATE_PUBLISHED", "UNIT_MOVED"]);
}

async fn a_page_looks_through_so_much_and_no_more(app: TestApp) {
    let reader = app.office("staff.35.02.19").await;
    let start = reader.pulls(None).await.end;
    let now = app.services.clock.now();
    let root = app.services.directory.load().tree.root().id;
    let hidden = |_place| outbox_event::Model {
        id: new_id(now),
        sequence: None,
        kind: "account.invited".to_owned(),
        subject_type: "account".to_owned(),
        subject_id: Uuid::nil(),
        unit_id: root,
        payload: json!({}),
        at: now,
    };
    insert_all(app.services.db.reader(), (0..LOOKED_THROUGH).map(hidden).collect())
        .await
        .unwrap();
    jenjang::feed::number(&app.services.db).await.unwrap();
    reader.starts(KECAMATAN).await.unwrap();
    jenjang::feed::number(&app.services.db).await.unwrap();

    let beyond = reader.pulls_page(start.as_deref(), 5).await;
    assert!(
        beyond.changes.is_empty() && beyond.more,
        "nothing here, but more beyond"
    );
    let nothing = reader.pulls_page(beyond.end.as_deref(), 0).await;
    assert_eq!(
        (&nothing.end, nothing.more),
        (&beyond.end, true),
        "what was not delivered is not passed"
    );
    let page = reader.pulls_page(beyond.end.as_deref(), 5).await;
    assert_eq!((page.kinds(), page.more), (vec!["REPORT_STARTED"], false));
}

async fn a_cursor_of_no_event_is_refused(app: TestApp) {
    let reader = app.office("staff.35.02.19").await;
    let absent = jenjang::graphql::page::cursor("changes", &new_id(app.services.clock.now())).to_string();
    let foreign = jenjang::graphql::page::cursor("reports", &Uuid::nil()).to_string();
    for after in [absent.as_str(), foreign.as_str(), "…"] {
        let answer = reader.ask(
            "query($after: String) { changes(after: $after) { nodes { id } } }",
            json!({ "after": after }),
        );
        assert_eq!(code(&answer.await), "BAD_USER_INPUT", "{after}");
    }
    for first in [-1, 101] {
        let answer = reader.ask(
            "query($first: Int) { changes(first: $first) { nodes { id } } }",
            json!({ "first": first }),
        );
        assert_eq!(code(&answer.await), "BAD_USER_INPUT", "{first}");
    }
}

async fn a_page_costs_so_many_statements_whatever_is_on_it(app: TestApp) {
    let head = app.office("head.35.02").await;
    let start = head.pulls(None).await.end;
    let mut counts = Vec::new();
    for units in [1..=1, 2..=6] {
        for unit in units {
            let (staff, chair) = (format!("staff.35.02.{unit:02}"), format!("head.35.02.{unit:02}"));
            let drafted = app.office(&staff).await.drafts(KECAMATAN).await;
            app.office(&chair).await.submits(&drafted).await.unwrap();
        }
        head.pulls(start.as_deref()).await;
        counts.push(app.last_statements().len());
    }
    assert_eq!(counts[0], counts[1], "{:#?}", app.last_statements());
}

async fn a_program_follows_with_the_scope_to_read(app: TestApp) {
    let head = app.office("head.35.02.19").await;
    let reading = head.employs_program("35.02.19", &["REPORTS_READ"]).await;
    let drafting = head.employs_program("35.02.19", &["REPORTS_DRAFT"]).await;
    let start = reading.pulls(None).await.end;
    let drafted = app.office("staff.35.02.19").await.drafts(KECAMATAN).await;
    head.submits(&drafted).await.unwrap();
    let told = reading.pulls(start.as_deref()).await;
    assert_eq!(told.kinds(), ["REPORT_STARTED", "REPORT_SUBMITTED"]);
    let refused = drafting.ask("{ changes { nodes { id } } }", json!({})).await;
    assert_eq!(code(&refused), "FORBIDDEN");
}

on_both_databases! {
    what_happened_is_told_as_it_was,
    what_befalls_units_is_told_to_everybody_and_people_to_nobody,
    what_is_asked_is_told_along_the_line,
    who_was_put_elsewhere_is_told_no_more_of_what_is_asked_there,
    a_page_looks_through_so_much_and_no_more,
    a_cursor_of_no_event_is_refused,
    a_page_costs_so_many_statements_whatever_is_on_it,
    a_program_follows_with_the_scope_to_read,
}
