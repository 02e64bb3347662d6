//! What an edition of awards comes to, computed, ratified, announced and closed by every kind of office.
use std::sync::Arc;

use chrono::Duration;
use entity::enums::Function;
use jenjang::clock::{Clock, StillClock, SystemClock};
use serde_json::{Value, json};

use super::{
    super::stage::Stage,
    events::{AROUND, tried_by},
};
use crate::{
    on_both_databases,
    stories::awards::{
        EDITION,
        computing::{close, juries, lists, stands},
        opens, reckoned,
    },
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 4] = ["computeRanking", "ratifyAwards", "announceAwards", "closeAwardEdition"];

/// Who knows of an edition of Jawa Timur once its rules are published.
const KNOWS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 head.35.09 coordinator.ri observer.ri";

/// Once it was announced also everybody else who deals with content.
const TOLD: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 head.35.09 head.32 coordinator.ri observer.ri";

async fn only_who_commands_the_edition_takes_it_to_its_end(app: TestApp) {
    let clock = StillClock::at(SystemClock.now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    app.employs(&[
        ("observer.ri", "RI", Function::Observer),
        ("ketua.35", "35", Function::Head),
    ])
    .await;
    let stage = Stage::set(&app).await;
    let edition = opens(&*stage.office("head.35").await, &[reckoned("Ketepatan", 1)]).await;
    let panels = juries(&app, &edition).await;
    for (code, figure) in [("35.02", "90.00"), ("35.09", "80.00")] {
        stands(&app, &panels[0], code, &[("tepat-waktu", figure)]).await;
    }
    close(&app, &edition).await;
    let on = |edition: &Value, more: Value| {
        let mut input = json!({ "edition": edition["id"], "expectedVersion": edition["version"] });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let of = |payload: Value| payload["edition"].clone();
    let (first, second) = (["head.35"], ["ketua.35"]);
    let input = on(&edition, json!({}));
    let ranked = of(tried_by(AROUND, &stage, ("computeRanking", EDITION), &input, (&first, KNOWS)).await);
    for name in AROUND.split_whitespace().filter(|name| KNOWS.contains(name)) {
        let shown = lists(&*stage.office(name).await, &edition).await.len();
        assert_eq!(shown, usize::from(name == "head.35"), "{name}");
    }
    // Who computed it is told so, which is tried apart.
    let others = AROUND.replace(" head.35 ", " ");
    let list = lists(&*stage.office("head.35").await, &edition).await[0].clone();
    let input = on(&ranked, json!({ "sha256": list["sha256"] }));
    let ratified = of(tried_by(&others, &stage, ("ratifyAwards", EDITION), &input, (&second, KNOWS)).await);
    let input = on(&ratified, json!({}));
    let announced = of(tried_by(AROUND, &stage, ("announceAwards", EDITION), &input, (&first, KNOWS)).await);
    for name in TOLD.split_whitespace() {
        assert_eq!(lists(&*stage.office(name).await, &edition).await.len(), 1, "{name}");
    }
    clock.advance(Duration::days(400));
    let app = &stage.app;
    let input = on(&announced, json!({}));
    for name in AROUND.split_whitespace().filter(|name| *name != "head.35") {
        let office = app.office(name).await;
        let refused = office
            .command("closeAwardEdition", EDITION, input.clone())
            .await
            .unwrap_err();
        let expected = if TOLD.split_whitespace().any(|told| told == name) {
            "FORBIDDEN"
        } else {
            "NOT_FOUND"
        };
        assert_eq!(refused.code, expected, "{name}");
    }
    let document = crate::support::office::command_document("closeAwardEdition", EDITION);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let closed = app
        .office("head.35")
        .await
        .command("closeAwardEdition", EDITION, input)
        .await;
    assert_eq!(closed.unwrap()["edition"]["status"], "CLOSED");
}

on_both_databases!(only_who_commands_the_edition_takes_it_to_its_end);
