//! The seats of a unit through time: which there are, whether anybody sits in them, who did, and what becomes of all that
//! when a seat ends.
use std::sync::Arc;

use chrono::{Days, Duration, NaiveDate, Utc};
use entity::enums::Function;
use jenjang::{
    clock::{Clock, StillClock, day_in_jakarta},
    graphql::id::Kind,
};
use serde_json::{Value, json};

use super::{
    FINAL_REPORT,
    seats::{id_of, seat_of, seats},
};
use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::Variation,
        people::{Tenure, day},
    },
};

/// The seats of a unit as somebody sees them.
async fn seats_of(office: &Office<'_>, code: &str) -> Vec<Value> {
    let document = "query($code: String!) { unit(code: $code) { \
         seats { id position function localTitle divisionName custodian vacant validFrom validTo } } }";
    let data = office.data(document, json!({ "code": code })).await;
    data["unit"]["seats"].as_array().unwrap().clone()
}

async fn titled(office: &Office<'_>, code: &str, title: &str) -> String {
    let seats = seats_of(office, code).await;
    let found = seats.iter().find(|seat| seat["localTitle"] == title);
    let found = found.unwrap_or_else(|| panic!("no {title} in {code}"));
    found["id"].as_str().unwrap().to_owned()
}

/// How many seats there are by a filter.
async fn count(office: &Office<'_>, filter: Value) -> u64 {
    let document = "query($filter: SeatFilter) { seats(filter: $filter) { totalCount } }";
    let data = office.data(document, json!({ "filter": filter })).await;
    data["seats"]["totalCount"].as_u64().unwrap()
}

fn told(refusal: Result<Value, crate::support::Refusal>) -> String {
    let refusal = refusal.expect_err("refused");
    format!("{} at {}", refusal.code, refusal.field)
}

async fn a_unit_begins_with_the_seats_of_its_kind(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let short = |seats: &[Value]| -> Vec<String> {
        let word = |seat: &Value, field: &str| seat[field].as_str().unwrap_or("-").to_owned();
        seats
            .iter()
            .map(|seat| {
                let vacant = if seat["vacant"] == true { "vacant" } else { "held" };
                let custodian = if seat["custodian"] == true { " custodian" } else { "" };
                format!(
                    "{} {} {vacant}{custodian}",
                    word(seat, "position"),
                    word(seat, "function")
                )
            })
            .collect()
    };
    let kecamatan = seats_of(&admin, "35.02.01").await;
    assert_eq!(
        short(&kecamatan),
        [
            "KETUA HEAD held",
            "ANGGOTA OBSERVER vacant",
            "ANGGOTA OBSERVER vacant",
            "STAF STAFF held"
        ]
    );
    assert!(kecamatan.iter().all(|seat| seat["validFrom"] == "2024-05-25"));
    let expected = [
        "KETUA HEAD vacant",
        "KORDIV HEAD held custodian",
        "ANGGOTA OBSERVER vacant",
        "KASUBBAG ADMIN vacant",
        "STAF STAFF held",
    ];
    assert_eq!(short(&seats_of(&admin, "32.75").await), expected);
    // RI alone has none that are made with it: the first administrator makes the others.
    assert_eq!(seats_of(&admin, "RI").await.len(), 4);
    assert_eq!(
        count(&admin, json!({ "tier": { "in": ["PROVINSI", "KABUPATEN_KOTA"] } })).await,
        (38 + 514) * 5
    );
}

async fn vacancy_is_told_only_to_those_who_may_know_the_people(app: TestApp) {
    let (here, elsewhere) = (app.office("observer.32").await, app.office("head.18").await);
    let (bekasi, jawa_barat, national) = (here.unit("32.75").await, here.unit("32").await, here.unit("RI").await);
    let of_bekasi = |vacant: Option<bool>| json!({ "unit": { "eq": bekasi }, "vacant": vacant });
    assert_eq!(count(&here, of_bekasi(None)).await, 5);
    assert_eq!(count(&here, of_bekasi(Some(true))).await, 3);
    assert_eq!(count(&here, of_bekasi(Some(false))).await, 2);
    // Seats are open, and what depends on who sits in them is not there: not in the field, not in the list, not in a count.
    assert_eq!(count(&elsewhere, of_bekasi(None)).await, 5);
    assert_eq!(count(&elsewhere, of_bekasi(Some(true))).await, 0);
    assert_eq!(count(&elsewhere, of_bekasi(Some(false))).await, 0);
    let open = seats_of(&elsewhere, "32.75").await;
    assert!(open.iter().all(|seat| seat["vacant"].is_null()), "{open:?}");
    let chairs = |top: &str| json!({ "underneath": { "eq": top }, "position": { "eq": "KETUA" }, "vacant": true });
    assert_eq!(count(&here, chairs(&jawa_barat)).await, 28);
    assert_eq!(count(&here, chairs(&national)).await, 28);
    assert_eq!(count(&elsewhere, chairs(&jawa_barat)).await, 0);
    assert_eq!(count(&elsewhere, chairs(&national)).await, 16, "the own province");

    // Who acts for a holder does not fill the seat.
    let admin = app.office("admin.32").await;
    let chair = titled(&admin, "32.75", "Ketua").await;
    let account = id_of(&app, "staff.32.75").await;
    let appoint = async |acting: bool| {
        let input = json!({ "appointTo": chair, "account": account, "acting": acting });
        admin.command("appointHolder", "holder { id }", input).await.unwrap()
    };
    let acting = appoint(true).await;
    let seen = "query($id: ID!) { node(id: $id) { ... on Seat { vacant holders { acting } } } }";
    let seat = admin.data(seen, json!({ "id": chair })).await;
    assert_eq!(seat["node"], json!({ "vacant": true, "holders": [{ "acting": true }] }));
    let end = json!({ "holder": acting["holder"]["id"] });
    admin.command("endHolder", "seat { id }", end).await.unwrap();
    appoint(false).await;
    assert_eq!(count(&here, of_bekasi(Some(true))).await, 2);
}

async fn seats_are_found_by_what_they_are(app: TestApp) {
    let office = app.office("head.18").await;
    let document = "query($filter: SeatFilter, $search: String, $order: SeatOrder, $after: String) { \
         seats(filter: $filter, search: $search, orderBy: $order, first: 2, after: $after) { \
         totalCount nodes { localTitle unit { code } } pageInfo { endCursor } } }";
    let bekasi = office.unit("32.75").await;
    let found = office
        .data(
            document,
            json!({ "filter": { "unit": { "eq": bekasi } }, "search": "humas divisi" }),
        )
        .await;
    assert_eq!(found["seats"]["totalCount"], 1);
    assert_eq!(found["seats"]["nodes"][0]["localTitle"], "Koordinator Divisi Humas");
    let staff = json!({ "function": { "eq": "STAFF" }, "tier": { "eq": "PROVINSI" } });
    let descending = json!({ "filter": staff, "order": { "field": "CODE", "direction": "DESC" } });
    let last = office.data(document, descending.clone()).await;
    let codes = |data: &Value| -> Vec<String> {
        let nodes = data["seats"]["nodes"].as_array().unwrap().iter();
        nodes
            .map(|seat| seat["unit"]["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(&last), ["96", "95"]);
    assert_eq!(app.last_statements(), Vec::<String>::new(), "out of memory");
    let mut next = descending;
    next["after"] = last["seats"]["pageInfo"]["endCursor"].clone();
    assert_eq!(codes(&office.data(document, next.clone()).await), ["94", "93"]);
    next["order"]["direction"] = json!("ASC");
    let foreign = office.ask(document, next).await;
    assert_eq!(foreign["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

async fn who_sat_where_is_told_of_any_day(app: TestApp) {
    let admin = app.office("admin.32").await;
    let today = app.services.clock.today();
    let at = |days: u64| (today + Days::new(days)).to_string();
    let seat = seat_of(&app, "head.32.75").await;
    let input = json!({
        "appointTo": seat, "account": id_of(&app, "staff.32.75").await, "acting": true,
        "validFrom": at(1), "validTo": at(3),
    });
    admin.command("appointHolder", "holder { id }", input).await.unwrap();
    let document = "query($on: Date) { unit(code: \"32.75\") { \
         holders(on: $on) { totalCount nodes { acting account { name email } } } seats { id holders(on: $on) { acting } } } }";
    for (on, held, in_seat) in [
        ("2024-05-24".to_owned(), 0, 0),
        ("2024-05-25".to_owned(), 2, 1),
        (at(0), 2, 1),
        (at(1), 3, 2),
        (at(2), 3, 2),
        (at(3), 2, 1),
    ] {
        let data = admin.data(document, json!({ "on": on })).await;
        assert_eq!(data["unit"]["holders"]["totalCount"], held, "{on}");
        let seats = data["unit"]["seats"].as_array().unwrap();
        let found = seats.iter().find(|found| found["id"] == json!(seat)).unwrap();
        assert_eq!(found["holders"].as_array().unwrap().len(), in_seat, "{on}");
    }
    let stranger = app.office("head.18").await;
    let data = stranger.data(document, json!({ "on": at(1) })).await;
    assert_eq!(data["unit"]["holders"], Value::Null);
}

async fn a_persons_seats_through_time_are_told_where_the_person_sat(app: TestApp) {
    app.hires("pindah").await;
    let (first, then) = (
        app.makes_seat("32.75", Function::Staff).await,
        app.makes_seat("18.01", Function::Head).await,
    );
    let moved = day(2025, 1, 1);
    let until = Tenure {
        to: Some(moved),
        ..Tenure::SETTLED
    };
    app.appoints("pindah", first, until).await;
    let since = Tenure {
        from: moved,
        ..Tenure::SETTLED
    };
    app.appoints("pindah", then, since).await;
    app.reload_directory().await;
    let account = id_of(&app, "pindah").await;
    let (first, then) = (Kind::Seat.id(first).to_string(), Kind::Seat.id(then).to_string());
    let document = "query($account: ID!, $first: ID!, $then: ID!) { \
         account(id: $account) { tenures { nodes { seat { unit { code } } } } } \
         first: node(id: $first) { ... on Seat { tenures { nodes { validTo account { name email tenures { totalCount } } } } } } \
         then: node(id: $then) { ... on Seat { tenures { totalCount } } } }";
    let variables = json!({ "account": account, "first": first, "then": then });
    let seen = async |name: &str| app.office(name).await.data(document, variables.clone()).await;
    let codes = |data: &Value| -> Option<Vec<String>> {
        let tenures = data["account"]["tenures"]["nodes"].as_array()?.iter();
        let code = |tenure: &Value| tenure["seat"]["unit"]["code"].as_str().unwrap().to_owned();
        Some(tenures.map(code).collect())
    };
    for (name, tenures) in [
        ("pindah", Some(vec!["18.01", "32.75"])),
        ("admin.ri", Some(vec!["18.01", "32.75"])),
        ("head.18", Some(vec!["18.01"])),
        ("head.18.01", Some(vec!["18.01"])),
        // The person has left: known there no more, and the old seat still tells who sat in it.
        ("head.32.75", None),
        ("admin.32", None),
        ("head.32.01", None),
    ] {
        let data = seen(name).await;
        let expected = tenures.map(|codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect());
        assert_eq!(codes(&data), expected, "{name}: {data}");
    }
    for name in ["head.32.75", "admin.32"] {
        let data = seen(name).await;
        let former = json!([{
            "validTo": "2025-01-01",
            "account": { "name": "Pegawai pindah", "email": null, "tenures": { "totalCount": 1 } },
        }]);
        assert_eq!(data["first"]["tenures"]["nodes"], former, "{name}");
        assert_eq!(data["then"]["tenures"], Value::Null, "{name}");
    }
    let data = seen("head.32.01").await;
    assert_eq!(data["first"]["tenures"], Value::Null, "next door");
    let data = seen("head.18").await;
    assert_eq!(
        (&data["first"]["tenures"], &data["then"]["tenures"]["totalCount"]),
        (&Value::Null, &json!(1))
    );
}

async fn a_seat_that_ends_takes_its_holder_and_its_invitations_along(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    let today = day_in_jakarta(clock.now());
    let at = |days: u64| (today + Days::new(days)).to_string();
    app.employs(&[("akhir.32.75", "32.75", Function::Head)]).await;
    let seat = seat_of(&app, "akhir.32.75").await;
    let admin = app.office("admin.32").await;
    let invite = async |email: &str, until: Option<String>| {
        let input = json!({
            "email": email, "name": "Tamu", "appointTo": seat, "acting": true, "validTo": until,
        });
        let made = admin.command("inviteAccount", "invitation { id code }", input).await;
        made.unwrap()["invitation"].clone()
    };
    let (lasting, short) = (
        invite("lama@contoh.id", None).await,
        invite("singkat@contoh.id", Some(at(1))).await,
    );
    let end = async |on: Option<String>| {
        let input = json!({ "end": seat, "validTo": on });
        admin.command("endSeat", "seat { validTo vacant }", input).await
    };
    assert_eq!(told(end(Some("2025-01-01".to_owned())).await), "INVALID at validTo");
    assert_eq!(told(end(Some(at(800))).await), "INVALID at validTo");
    let ended = end(Some(at(2))).await.unwrap();
    assert_eq!(ended["seat"], json!({ "validTo": at(2), "vacant": false }));
    assert_eq!(told(end(Some(at(2))).await), "WRONG_STATE at end");
    let status = "query($id: ID!) { node(id: $id) { ... on Invitation { status } } }";
    for (invitation, expected) in [(&lasting, "REVOKED"), (&short, "OPEN")] {
        let data = admin.data(status, json!({ "id": invitation["id"] })).await;
        assert_eq!(data["node"]["status"], expected);
    }
    let activate = json!({ "input": { "code": lasting["code"], "password": "payung lumbung kereta senja" } });
    let document = "mutation($input: ActivateAccountInput!) { activateAccount(input: $input) { userErrors { code } } }";
    let answer = app.ask(None, document, activate).await;
    assert_eq!(
        answer["data"]["activateAccount"]["userErrors"][0]["code"],
        "INVALID_CODE"
    );
    // Nobody is put into it for longer than it lasts.
    let appoint = async |until: Option<String>| {
        let account = id_of(&app, "staff.32.75").await;
        let input = json!({ "appointTo": seat, "account": account, "acting": true, "validTo": until });
        admin.command("appointHolder", "holder { id }", input).await
    };
    assert_eq!(told(appoint(None).await), "INVALID at validTo");
    appoint(Some(at(2))).await.unwrap();

    for (days, held) in [(0, 1), (1, 1), (1, 0)] {
        clock.advance(Duration::days(days));
        let person = app.office("akhir.32.75").await;
        assert_eq!(seats(&person).await, held, "{}", day_in_jakarta(clock.now()));
    }
    let admin = app.office("admin.32").await;
    let input = json!({ "end": seat });
    let again = admin.command("endSeat", "seat { id }", input).await;
    assert_eq!(told(again), "WRONG_STATE at end");
    let data = admin
        .data(
            "query($id: ID!) { node(id: $id) { ... on Seat { vacant holders { id } tenures { nodes { validTo } } } } }",
            json!({ "id": seat }),
        )
        .await;
    assert_eq!(data["node"]["vacant"], Value::Null, "it does not exist");
    assert_eq!(data["node"]["holders"], json!([]));
    assert_eq!(data["node"]["tenures"]["nodes"].as_array().unwrap().len(), 2);
    // The person is told, as of every dismissal.
    let person = app.office("akhir.32.75").await;
    let notices = "{ viewer { notices { nodes { kind } } } }";
    while !person
        .data(notices, json!({}))
        .await
        .to_string()
        .contains("HOLDER_ENDED")
    {}
}

async fn nobody_ends_the_own_seat_and_ri_keeps_an_administrator(app: TestApp) {
    app.employs(&[("second.ri", "RI", Function::Admin)]).await;
    let bekasi = app.makes_seat("32.75", Function::Head).await;
    let later = Tenure {
        from: app.services.clock.today() + Days::new(5),
        ..Tenure::SETTLED
    };
    app.appoints("admin.32", bekasi, later).await;
    app.reload_directory().await;
    let end = async |name: &str, seat: &str| {
        let office = app.office(name).await;
        office.command("endSeat", "seat { id }", json!({ "end": seat })).await
    };
    let own = seat_of(&app, "admin.ri").await;
    assert_eq!(told(end("admin.ri", &own).await), "OWN_SEAT at end");
    let bekasi = Kind::Seat.id(bekasi).to_string();
    assert_eq!(
        told(end("admin.32", &bekasi).await),
        "OWN_SEAT at end",
        "who is to sit there leaves it too"
    );
    let (second, stays) = (app.office("second.ri").await, seat_of(&app, "second.ri").await);
    let holders = "query($id: ID!) { node(id: $id) { ... on Seat { holders { id } } } }";
    let data = second.data(holders, json!({ "id": own })).await;
    let in_nine_days: NaiveDate = app.services.clock.today() + Days::new(9);
    let input = json!({ "holder": data["node"]["holders"][0]["id"], "validTo": in_nine_days });
    second.command("endHolder", "seat { id }", input).await.unwrap();
    assert_eq!(told(end("admin.ri", &stays).await), "LAST_ADMIN at end");
    end("second.ri", &own).await.unwrap();
}

async fn seats_are_made_for_a_day_and_worded_as_the_unit_does(app: TestApp) {
    let admin = app.office("admin.32").await;
    let at = |days: u64| (app.services.clock.today() + Days::new(days)).to_string();
    let unit = admin.unit("32.75").await;
    let make = async |function: &str, more: Value| {
        let mut input =
            json!({ "unit": unit, "position": "WAKIL_KORDIV", "function": function, "localTitle": "Wakil Kordiv" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        admin
            .command("createSeat", "seat { id validFrom custodian vacant }", input)
            .await
    };
    assert_eq!(
        told(make("STAFF", json!({ "custodian": true })).await),
        "INVALID at custodian"
    );
    assert_eq!(
        told(make("HEAD", json!({ "validFrom": at(800) })).await),
        "INVALID at validFrom"
    );
    let made = make("HEAD", json!({ "validFrom": at(3), "custodian": true }))
        .await
        .unwrap();
    let seat = made["seat"]["id"].clone();
    assert_eq!(
        (&made["seat"]["validFrom"], &made["seat"]["custodian"]),
        (&json!(at(3)), &json!(true))
    );
    assert_eq!(made["seat"]["vacant"], Value::Null, "it does not exist yet");
    let document = "query($on: Date) { unit(code: \"32.75\") { seats(on: $on) { id } } \
         seats(on: $on, search: \"wakil kordiv\") { nodes { id } } }";
    for (days, there) in [(2, false), (3, true)] {
        let data = admin.data(document, json!({ "on": at(days) })).await;
        for seats in [&data["unit"]["seats"], &data["seats"]["nodes"]] {
            assert_eq!(
                seats.as_array().unwrap().iter().any(|found| found["id"] == seat),
                there,
                "in {days} days: {data}"
            );
        }
    }
    let update = async |more: Value| {
        let mut input = json!({ "update": seat });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let selection = "seat { localTitle divisionName custodian position function }";
        admin.command("updateSeat", selection, input).await
    };
    let worded = update(json!({ "localTitle": " Wakil Koordinator ", "divisionName": "P2HPM" }))
        .await
        .unwrap();
    let expected = json!({
        "localTitle": "Wakil Koordinator", "divisionName": "P2HPM", "custodian": true,
        "position": "WAKIL_KORDIV", "function": "HEAD",
    });
    assert_eq!(worded["seat"], expected);
    let cleared = update(json!({ "divisionName": null, "custodian": false }))
        .await
        .unwrap();
    assert_eq!(
        (&cleared["seat"]["localTitle"], &cleared["seat"]["divisionName"]),
        (&json!("Wakil Koordinator"), &Value::Null)
    );
    assert_eq!(cleared["seat"]["custodian"], false);
    assert_eq!(
        told(update(json!({ "localTitle": null })).await),
        "REQUIRED at localTitle"
    );
    assert_eq!(
        told(update(json!({ "divisionName": "x".repeat(201) })).await),
        "TOO_LONG at divisionName"
    );
    // It never begins, and so never is.
    let ended = admin
        .command("endSeat", "seat { validFrom validTo }", json!({ "end": seat }))
        .await
        .unwrap();
    assert_eq!(ended["seat"], json!({ "validFrom": at(3), "validTo": at(3) }));
    let data = admin.data(document, json!({ "on": at(3) })).await;
    assert!(!data.to_string().contains(seat.as_str().unwrap()), "{data}");
}

async fn an_ended_seat_acts_nowhere_any_more(app: TestApp) {
    app.employs(&[("akhir.32.75", "32.75", Function::Staff)]).await;
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let person = other.office("akhir.32.75").await;
    assert_eq!(seats(&person).await, 1);
    let cycle = person.cycle(FINAL_REPORT).await;
    let seat = seat_of(&app, "akhir.32.75").await;
    let admin = app.office("admin.32").await;
    admin
        .command("endSeat", "seat { id }", json!({ "end": seat }))
        .await
        .unwrap();
    // A write is decided by the newest directory, whatever this process knows.
    let refused = person
        .command("startReport", "report { id }", json!({ "cycle": cycle }))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "NOT_FOUND");
    while seats(&person).await != 0 {}
}

async fn of_an_end_and_an_appointment_at_once_nobody_is_left_in_the_seat(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let seat = Kind::Seat.id(app.makes_seat("32.75", Function::Head).await).to_string();
    app.reload_directory().await;
    let (province, national) = (app.office("admin.32").await, other.office("admin.ri").await);
    let account = id_of(&app, "staff.32.75").await;
    let appoint = json!({ "appointTo": seat, "account": account });
    let (ended, appointed) = tokio::join!(
        province.command("endSeat", "seat { id }", json!({ "end": seat })),
        national.command("appointHolder", "holder { id }", appoint),
    );
    ended.unwrap();
    if let Err(refusal) = appointed {
        assert_eq!(
            (refusal.code.as_str(), refusal.field.as_str()),
            ("NOT_FOUND", "appointTo")
        );
    }
    app.reload_directory().await;
    let data = province
        .data(
            "query($id: ID!) { node(id: $id) { ... on Seat { tenures { totalCount } } } }",
            json!({ "id": seat }),
        )
        .await;
    assert_eq!(data["node"]["tenures"]["totalCount"], 0);
}

on_both_databases!(
    a_unit_begins_with_the_seats_of_its_kind,
    vacancy_is_told_only_to_those_who_may_know_the_people,
    seats_are_found_by_what_they_are,
    who_sat_where_is_told_of_any_day,
    a_persons_seats_through_time_are_told_where_the_person_sat,
    a_seat_that_ends_takes_its_holder_and_its_invitations_along,
    nobody_ends_the_own_seat_and_ri_keeps_an_administrator,
    seats_are_made_for_a_day_and_worded_as_the_unit_does,
    an_ended_seat_acts_nowhere_any_more,
    of_an_end_and_an_appointment_at_once_nobody_is_left_in_the_seat,
);
