//! Who acts: by which seat, in whose place, until when, and never on the own work.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::enums::Function;
use jenjang::{clock::StillClock, config::Config, graphql::id::Kind};
use serde_json::json;

use super::{
    stage::{Situation, Stage, Subject},
    stranger::{alike, refusal},
};
use crate::{
    on_both_databases,
    support::{
        Refusal, TestApp,
        app::Variation,
        office::command_document,
        people::{Tenure, day},
    },
};

/// Takes a report up, or says by which code not.
async fn takes(app: &TestApp, name: &str, subject: &Subject) -> Result<(), String> {
    let office = app.office(name).await;
    let taken = office
        .command("takeReport", "report { id }", subject.input("takeReport"))
        .await;
    taken.map(drop).map_err(|refusal| refusal.code)
}

async fn an_acting_head_acts_while_the_mandate_lasts(app: TestApp) {
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let clock = StillClock::at(moment("2025-03-03T02:00:00Z"));
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            // Days pass here within a moment, but the throttle counts by the machine's clock.
            configure: |config| Config {
                throttle: None,
                ..config
            },
            ..Variation::default()
        })
        .await;
    let stage = Stage::set(&app).await;
    app.hires("plt.35.02").await;
    let mandate = Tenure {
        acting: true,
        from: day(2025, 3, 10),
        to: Some(day(2025, 3, 20)),
    };
    app.appoints("plt.35.02", app.seat_of("head.35.02").await, mandate)
        .await;
    app.reload_directory().await;
    let mut subject = stage.subject("35.02.03", Situation::Submitted).await;

    // A day begins at midnight in Jakarta, seven hours before it does in UTC.
    let moments = [
        ("2025-03-09T16:59:59Z", false),
        ("2025-03-09T17:00:00Z", true),
        ("2025-03-19T16:59:59Z", true),
        ("2025-03-19T17:00:00Z", false),
    ];
    for (at, in_office) in moments {
        clock.set(moment(at));
        let acting = app.office("plt.35.02").await;
        let seats = acting.data("{ viewer { seats { id } } }", json!({})).await;
        let seats = seats["viewer"]["seats"].as_array().unwrap().len();
        assert_eq!(seats, usize::from(in_office), "{at}");
        if in_office {
            assert_eq!(takes(&app, "plt.35.02", &subject).await, Ok(()), "{at}");
            // The holder of the seat has not lost it.
            let holder = app.office("head.35.02").await;
            subject.version += 1;
            let released = holder.command("releaseReport", "report { version }", subject.input("releaseReport"));
            released.await.unwrap();
            subject.version += 1;
        } else {
            assert_eq!(
                takes(&app, "plt.35.02", &subject).await,
                Err("NOT_FOUND".to_owned()),
                "{at}"
            );
        }
    }
    clock.set(moment("2025-03-15T02:00:00Z"));
    let above = app.office("head.35").await;
    let document = "{ unit(code: \"35.02\") { seats { function holders { acting account { email } validTo } } } }";
    let told = above.data(document, json!({})).await;
    let seats = told["unit"]["seats"].as_array().unwrap();
    let held = |seat: &&serde_json::Value| seat["function"] == "HEAD" && seat["holders"] != json!([]);
    let head = seats.iter().find(held).unwrap();
    let holders = head["holders"].as_array().unwrap();
    assert_eq!(holders.len(), 2, "{told}");
    assert!(
        holders
            .iter()
            .any(|holder| holder["acting"] == true && holder["validTo"] == "2025-03-20")
    );
}

/// Puts another unit in the place of a unit's parent.
async fn acts_for(app: &TestApp, superior: &str, beneath: &str) {
    let admin = app.office("admin.ri").await;
    let document = "query($superior: String!, $beneath: String!) { \
         superior: unit(code: $superior) { id } beneath: unit(code: $beneath) { id version } }";
    let units = admin
        .data(document, json!({ "superior": superior, "beneath": beneath }))
        .await;
    let input = json!({
        "unit": units["beneath"]["id"],
        "expectedVersion": units["beneath"]["version"],
        "superior": units["superior"]["id"],
        "legalBasis": { "number": "9/HK.01.01/K1/2025", "date": "2025-01-02" },
    });
    let done = admin
        .command("setActingSuperior", "outcome { change { id } }", input)
        .await;
    done.unwrap();
}

async fn an_acting_superior_decides_while_the_parent_reads(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Submitted).await;
    let (parent, jember) = (stage.office("head.35.02").await, stage.office("head.35.09").await);
    let refused = takes(&app, "head.35.09", &subject).await;
    assert_eq!(refused, Err("NOT_FOUND".to_owned()), "Jember has no business there yet");

    acts_for(&app, "35.09", "35.02.03").await;
    assert_eq!(takes(&app, "head.35.02", &subject).await, Err("FORBIDDEN".to_owned()));
    let reviewing = "query($id: ID!) { report(id: $id) { reviewingUnit { code } viewerCanTake revision { number } } }";
    for (office, can_take) in [(&parent, false), (&jember, true)] {
        let data = office.data(reviewing, json!({ "id": subject.report })).await;
        let report = &data["report"];
        assert_eq!(report["reviewingUnit"]["code"], "35.09", "{}: {data}", office.name);
        assert_eq!(report["viewerCanTake"], can_take, "{}", office.name);
    }
    assert_eq!(takes(&app, "head.35.09", &subject).await, Ok(()));
    let taken = Subject {
        version: subject.version + 1,
        ..subject
    };
    let endorsed = jember
        .command("endorseReport", "report { status }", taken.input("endorseReport"))
        .await;
    assert_eq!(
        endorsed.unwrap()["report"]["status"],
        "SUBMITTED",
        "the province of both is next"
    );
    let next = Subject {
        version: taken.version + 1,
        ..taken
    };
    assert_eq!(takes(&app, "head.35", &next).await, Ok(()));

    // The next one goes up the old way: the mandate is for one unit.
    let other = stage.subject("35.02.04", Situation::Submitted).await;
    assert_eq!(takes(&app, "head.35.09", &other).await, Err("NOT_FOUND".to_owned()));
    assert_eq!(takes(&app, "head.35.02", &other).await, Ok(()));
}

/// A kabupaten whose body does not exist or cannot act is stood in for by its province, which then sits at both desks.
async fn no_desk_stays_empty_where_a_province_stands_in_for_a_kabupaten(app: TestApp) {
    let stage = Stage::set(&app).await;
    acts_for(&app, "35", "35.02.03").await;
    let mut subject = stage.subject("35.02.03", Situation::Submitted).await;
    let province = stage.office("head.35").await;
    for (desk, status) in [("KABUPATEN_KOTA", "SUBMITTED"), ("PROVINSI", "ACCEPTED")] {
        for (command, reached) in [("takeReport", "TIER_REVIEW"), ("endorseReport", status)] {
            let done = province
                .command(command, "report { status version }", subject.input(command))
                .await;
            let done = done.unwrap_or_else(|refusal| panic!("{command} at the desk of {desk}: {refusal:?}"));
            assert_eq!(done["report"]["status"], reached, "{command} at the desk of {desk}");
            subject.version = done["report"]["version"].as_i64().unwrap();
        }
    }
}

/// As in the provinces of Papua that had no body of their own in 2022: the mandated province hands over.
async fn an_acting_province_hands_over_in_place_of_the_province(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::Endorsed).await;
    acts_for(&app, "31", "32.75").await;
    let input = subject.input("handOverReports");
    let (jakarta, west_java) = (stage.office("head.31").await, stage.office("head.32").await);
    let parent = west_java
        .command("handOverReports", "reports { id }", input.clone())
        .await;
    assert_eq!(
        parent.unwrap_err().code,
        "FORBIDDEN",
        "the parent keeps reading, no more"
    );
    let mandated = jakarta.command("handOverReports", "reports { status }", input).await;
    assert_eq!(mandated.unwrap()["reports"][0]["status"], "HANDED_OVER");
}

async fn one_of_two_fitting_seats_has_to_be_named(app: TestApp) {
    let stage = Stage::set(&app).await;
    app.employs(&[("ketua.35.02", "35.02", Function::Head)]).await;
    let second = app.makes_seat("35.02", Function::Staff).await;
    app.appoints("ketua.35.02", second, Tenure::SETTLED).await;
    app.reload_directory().await;
    let chair = stage.office("ketua.35.02").await;
    let mut subject = stage.subject("35.02.03", Situation::Submitted).await;

    let mut input = subject.input("takeReport");
    let unnamed = chair
        .command("takeReport", "report { id }", input.clone())
        .await
        .unwrap_err();
    assert_eq!(
        unnamed,
        Refusal {
            code: "SEAT_AMBIGUOUS".to_owned(),
            field: "seat".to_owned()
        }
    );
    input["seat"] = json!(Kind::Seat.id(second).to_string());
    let selection = "report { version history { nodes { command seat { id } } } }";
    let taken = chair.command("takeReport", selection, input).await.unwrap();
    let steps = taken["report"]["history"]["nodes"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["seat"]["id"], Kind::Seat.id(second).to_string());
    subject.version = taken["report"]["version"].as_i64().unwrap();

    // Where only one of the two will do, nothing has to be said; and the one that will not do is not helped by the other.
    let mut input = subject.input("endorseReport");
    input["seat"] = json!(Kind::Seat.id(second).to_string());
    let as_staff = chair
        .command("endorseReport", "report { id }", input)
        .await
        .unwrap_err();
    assert_eq!(as_staff.code, "FORBIDDEN");
    let endorsed = chair
        .command("endorseReport", "report { status }", subject.input("endorseReport"))
        .await;
    assert_eq!(endorsed.unwrap()["report"]["status"], "SUBMITTED");
}

async fn a_seat_of_somebody_else_is_no_seat(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let named = Kind::Seat.id(app.seat_of("head.35.02").await).to_string();
    let absent = app.absent(Kind::Seat);
    let document = command_document("endorseReport", "report { id }");
    let variables = |seat: &str| {
        let mut input = subject.input("endorseReport");
        input["seat"] = json!(seat);
        json!({ "input": input })
    };
    let attempts = [
        // Everybody names the seat of head.35.02, whose turn it is, and is told what the own seats are worth.
        ("head.35.09", "NOT_FOUND"),
        ("staff.35.02", "FORBIDDEN"),
        ("head.35", "FORBIDDEN"),
        ("head.35.02.01", "NOT_FOUND"),
        ("admin.ri", "NOT_FOUND"),
    ];
    for (name, code) in attempts {
        let office = stage.office(name).await;
        let said = alike(&office, &document, variables, &[&absent, &named]).await;
        assert_eq!(*refusal(&said, "endorseReport"), code, "{name}: {said}");
    }
    let unit = stage.office("staff.35.02.04").await;
    let start = command_document("startReport", "report { id }");
    let own = Kind::Seat.id(app.seat_of("staff.35.02.05").await).to_string();
    let variables = |seat: &str| json!({ "input": { "cycle": subject.cycle, "seat": seat } });
    let said = alike(&unit, &start, variables, &[&absent, &own]).await;
    assert_eq!(*refusal(&said, "startReport"), "FORBIDDEN", "{said}");
}

async fn nobody_decides_on_the_own_work(app: TestApp) {
    let stage = Stage::set(&app).await;
    // Heads a kecamatan and, since the last election of officers, its kabupaten too.
    let second = app.makes_seat("35.02", Function::Head).await;
    app.appoints("head.35.02.03", second, Tenure::SETTLED).await;
    app.reload_directory().await;
    let both = stage.office("head.35.02.03").await;
    let mut subject = stage.subject("35.02.03", Situation::Submitted).await;
    let taken = both
        .command("takeReport", "report { version }", subject.input("takeReport"))
        .await;
    subject.version = taken.unwrap()["report"]["version"].as_i64().unwrap();
    for command in ["endorseReport", "returnReport"] {
        for seat in [None, Some(second)] {
            let mut input = subject.input(command);
            input["seat"] = json!(seat.map(|seat| Kind::Seat.id(seat).to_string()));
            let own = both.command(command, "report { id }", input).await.unwrap_err();
            assert_eq!(own.code, "OWN_WORK", "{command}");
        }
    }
    let document = "query($id: ID!) { report(id: $id) { viewerCanEndorse availableActions { action code } } }";
    let data = both.data(document, json!({ "id": subject.report })).await;
    assert_eq!(data["report"]["viewerCanEndorse"], false);
    let actions = data["report"]["availableActions"].as_array().unwrap();
    let endorse = actions.iter().find(|action| action["action"] == "ENDORSE").unwrap();
    assert_eq!(endorse["code"], "OWN_WORK");

    let other = stage.subject("35.02.04", Situation::Taken).await;
    both.command("endorseReport", "report { id }", other.input("endorseReport"))
        .await
        .unwrap();
    let colleague = stage.office("head.35.02").await;
    colleague
        .command("endorseReport", "report { id }", subject.input("endorseReport"))
        .await
        .unwrap();
}

on_both_databases!(
    an_acting_head_acts_while_the_mandate_lasts,
    an_acting_superior_decides_while_the_parent_reads,
    no_desk_stays_empty_where_a_province_stands_in_for_a_kabupaten,
    an_acting_province_hands_over_in_place_of_the_province,
    one_of_two_fitting_seats_has_to_be_named,
    a_seat_of_somebody_else_is_no_seat,
    nobody_decides_on_the_own_work,
);
