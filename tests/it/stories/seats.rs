//! Who sits where, from when to when, and how soon everybody knows.
use std::sync::Arc;

use chrono::{Days, Duration, Utc};
use entity::enums::Function;
use jenjang::{
    clock::{Clock, StillClock, day_in_jakarta},
    graphql::id::Kind,
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation, people::Tenure},
};

/// The account id of a sign-in.
pub async fn id_of(app: &TestApp, name: &str) -> String {
    Kind::Account.id(app.account(name).await.id).to_string()
}

/// The id of the one seat somebody holds.
pub async fn seat_of(app: &TestApp, name: &str) -> String {
    Kind::Seat.id(app.seat_of(name).await).to_string()
}

/// The holder ids of a seat, as somebody sees them.
async fn holders(office: &Office<'_>, seat: &str) -> Vec<String> {
    let document = "query($id: ID!) { node(id: $id) { ... on Seat { holders { id } } } }";
    let data = office.data(document, json!({ "id": seat })).await;
    let holders = data["node"]["holders"].as_array().unwrap().iter();
    holders
        .map(|holder| holder["id"].as_str().unwrap().to_owned())
        .collect()
}

/// How many seats somebody may act from.
pub async fn seats(office: &Office<'_>) -> usize {
    let data = office.data("{ viewer { seats { id } } }", json!({})).await;
    data["viewer"]["seats"].as_array().unwrap().len()
}

async fn an_acting_holder_comes_and_goes_by_the_day(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let seat = seat_of(&app, "head.32.75").await;
    let account = id_of(&app, "staff.32.75").await;
    let day = |days| (day_in_jakarta(clock.now()) + Days::new(days)).to_string();
    let (from, to) = (day(1), day(3));
    let earnest = json!({ "appointTo": seat, "account": account });
    let refused = admin
        .command("appointHolder", "holder { id }", earnest)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("ALREADY_EXISTS", "appointTo")
    );
    let input = json!({ "appointTo": seat, "account": account, "acting": true, "validFrom": from, "validTo": to });
    let appointed = admin
        .command(
            "appointHolder",
            "holder { id acting validFrom validTo account { name } seat { id } }",
            input.clone(),
        )
        .await
        .unwrap();
    assert_eq!(appointed["holder"]["acting"], true);
    assert_eq!(appointed["holder"]["validFrom"], json!(from));
    let twice = admin
        .command("appointHolder", "holder { id }", input)
        .await
        .unwrap_err();
    assert_eq!(twice.code, "ALREADY_EXISTS", "the same person twice");

    for (days, held) in [(0, 1), (1, 2), (1, 2), (1, 1)] {
        clock.advance(Duration::days(days));
        let person = app.office("staff.32.75").await;
        assert_eq!(seats(&person).await, held, "on {}", day(0));
    }
}

async fn who_is_appointed_and_dismissed_is_known_everywhere_within_a_moment(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let admin = app.office("admin.ri").await;
    let person = other.office("staff.32.75").await;
    let seat = Kind::Seat.id(app.makes_seat("32.75", Function::Head).await).to_string();
    let account = id_of(&app, "staff.32.75").await;
    let appointed = admin
        .command(
            "appointHolder",
            "holder { id }",
            json!({ "appointTo": seat, "account": account }),
        )
        .await
        .unwrap();
    // The other process asks the database twice a second; the test asks it until it has.
    while seats(&person).await != 2 {}
    let cycle = person.cycle(super::FINAL_REPORT).await;
    let holder = &appointed["holder"]["id"];
    admin
        .command("endHolder", "seat { id }", json!({ "holder": holder }))
        .await
        .unwrap();
    // A write does not wait for the news: it is decided by the newest directory, at once.
    let head = Kind::Seat.id(app.seat_of("head.32.75").await).to_string();
    let refused = person
        .command("startReport", "report { id }", json!({ "cycle": cycle, "seat": seat }))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "FORBIDDEN", "nor from {head}");
    while seats(&person).await != 1 {}
}

async fn an_end_may_lie_ahead_and_a_beginning_be_taken_back(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let today = day_in_jakarta(clock.now());
    let day = |days| (today + Days::new(days)).to_string();
    let seat = seat_of(&app, "head.32.75").await;
    let holder = holders(&admin, &seat).await.remove(0);
    let end = async |holder: &str, day: &str| {
        admin
            .command("endHolder", "seat { id }", json!({ "holder": holder, "validTo": day }))
            .await
    };
    end(&holder, &day(2)).await.unwrap();
    // The successor is appointed for the day the seat becomes free, and not a day earlier.
    let account = id_of(&app, "staff.32.75").await;
    let appoint = async |from: String| {
        let input = json!({ "appointTo": seat, "account": account, "validFrom": from });
        admin.command("appointHolder", "holder { id }", input).await
    };
    assert_eq!(appoint(day(1)).await.unwrap_err().code, "ALREADY_EXISTS");
    let successor = appoint(day(2)).await.unwrap()["holder"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    end(&successor, &day(0)).await.unwrap();
    let gone = end(&successor, &day(0)).await.unwrap_err();
    assert_eq!(
        (gone.code.as_str(), gone.field.as_str()),
        ("NOT_FOUND", "holder"),
        "taken back altogether"
    );
    let early = end(&holder, "2024-01-01").await.unwrap_err();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("INVALID", "validTo"));
    clock.advance(Duration::days(2));
    let admin = app.office("admin.32").await;
    assert!(holders(&admin, &seat).await.is_empty());
    let over = admin
        .command("endHolder", "seat { id }", json!({ "holder": holder }))
        .await
        .unwrap_err();
    assert!(["WRONG_STATE", "NOT_FOUND"].contains(&over.code.as_str()), "{over:?}");
}

async fn nobody_touches_the_own_seats_and_ri_keeps_an_administrator(app: TestApp) {
    app.employs(&[("second.ri", "RI", Function::Admin)]).await;
    let admin = app.office("admin.ri").await;
    let (own, own_seat) = (id_of(&app, "admin.ri").await, seat_of(&app, "admin.ri").await);
    let other_seat = seat_of(&app, "second.ri").await;
    let coordinator = id_of(&app, "coordinator.ri").await;
    let own_holder = holders(&admin, &own_seat).await.remove(0);
    let refusals = [
        (
            "appointHolder",
            "holder { id }",
            json!({ "appointTo": own_seat, "account": coordinator, "acting": true }),
        ),
        (
            "appointHolder",
            "holder { id }",
            json!({ "appointTo": other_seat, "account": own, "acting": true }),
        ),
        ("endHolder", "seat { id }", json!({ "holder": own_holder })),
        ("deactivateAccount", "account { id }", json!({ "account": own })),
        ("issueResetCode", "resetCode { code }", json!({ "account": own })),
        ("resetSecondFactor", "account { id }", json!({ "account": own })),
    ];
    for (command, selection, input) in refusals {
        let refusal = admin.command(command, selection, input.clone()).await.unwrap_err();
        assert_eq!(refusal.code, "OWN_SEAT", "{command} {input}");
    }
    // Of two, one may go. The one who stays cannot be removed by anybody.
    let second = app.office("second.ri").await;
    let stays = holders(&second, &seat_of(&app, "second.ri").await).await.remove(0);
    second
        .command("endHolder", "seat { id }", json!({ "holder": own_holder }))
        .await
        .unwrap();
    let third = app.makes_seat("RI", Function::Admin).await;
    let day = app.services.clock.today();
    let tenure = Tenure {
        to: day.checked_add_days(Days::new(9)),
        ..Tenure::SETTLED
    };
    app.appoints("admin.ri", third, tenure).await;
    app.reload_directory().await;
    let admin = app.office("admin.ri").await;
    for (command, selection, input) in [
        ("endHolder", "seat { id }", json!({ "holder": stays })),
        (
            "deactivateAccount",
            "account { id }",
            json!({ "account": id_of(&app, "second.ri").await }),
        ),
    ] {
        let refusal = admin.command(command, selection, input).await.unwrap_err();
        assert_eq!(
            refusal.code, "LAST_ADMIN",
            "{command}: who stays nine days does not stay"
        );
    }
}

async fn a_closed_account_is_out_at_once_and_comes_back_as_it_was(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let admin = app.office("admin.32").await;
    let person = other.office("head.32.75").await;
    let account = json!({ "account": id_of(&app, "head.32.75").await });
    let closed = admin
        .command("deactivateAccount", "account { status }", account.clone())
        .await
        .unwrap();
    assert_eq!(closed["account"]["status"], "DEACTIVATED");
    let again = admin
        .command("deactivateAccount", "account { id }", account.clone())
        .await
        .unwrap_err();
    assert_eq!(again.code, "WRONG_STATE");
    let who = "{ viewer { account { name } } }";
    while person.ask(who, json!({})).await["errors"].is_null() {}
    let email = "head.32.75@demo.jenjang.id";
    let password = crate::support::database::PASSWORD;
    assert_eq!(
        app.signs_in(email, password).await.err().as_deref(),
        Some("INVALID_CREDENTIALS")
    );
    let list = "{ accounts(filter: {active: false}) { nodes { email } } }";
    assert_eq!(
        admin.data(list, json!({})).await["accounts"]["nodes"],
        json!([{ "email": email }])
    );

    let opened = admin
        .command("reactivateAccount", "account { status }", account)
        .await
        .unwrap();
    assert_eq!(opened["account"]["status"], "ACTIVE");
    let person = app.office("head.32.75").await;
    assert_eq!(seats(&person).await, 1);
    let old = app.ask(Some(&person.access_token), who, json!({})).await;
    assert!(old["errors"].is_null(), "{old}");
}

async fn only_what_was_closed_is_opened_again(app: TestApp) {
    app.employs(&[("second.ri", "RI", Function::Admin)]).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("second.ri").await);
    let person = app.account("head.32.75").await.id;
    let account = json!({ "account": id_of(&app, "head.32.75").await });
    let reopen = async || {
        let refused = admin
            .command("reactivateAccount", "account { id }", account.clone())
            .await
            .unwrap_err();
        (refused.code, refused.field)
    };
    let state = ("WRONG_STATE".to_owned(), "account".to_owned());
    assert_eq!(reopen().await, state, "it is open");
    let mut proposal = account.clone();
    proposal["reason"] = json!("Atas permintaan yang bersangkutan.");
    let proposed = second
        .command("erasePerson", "proposal { id }", proposal)
        .await
        .unwrap();
    let id = &proposed["proposal"]["id"];
    admin
        .command("confirmProposal", "proposal { status }", json!({ "proposal": id }))
        .await
        .unwrap();
    assert_eq!(reopen().await, state, "nobody is there any more");
    let marker = app.account_by_id(person).await;
    assert!(marker.deactivated_at.is_some());
}

async fn who_is_deactivated_or_unknown_is_not_appointed(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seat = Kind::Seat
        .id(app.makes_seat("32.75", Function::Observer).await)
        .to_string();
    app.reload_directory().await;
    let appoint = async |account: String| {
        let input = json!({ "appointTo": seat, "account": account });
        let refused = admin.command("appointHolder", "holder { id }", input).await;
        let refused = refused.unwrap_err();
        (refused.code, refused.field)
    };
    let told = |code: &str| (code.to_owned(), "account".to_owned());
    // Whoever sits in another province is as good as nobody.
    assert_eq!(appoint(id_of(&app, "head.18").await).await, told("NOT_FOUND"));
    assert_eq!(appoint(app.absent(Kind::Account).to_string()).await, told("NOT_FOUND"));
    app.deactivates("staff.32.75").await;
    app.reload_directory().await;
    assert_eq!(appoint(id_of(&app, "staff.32.75").await).await, told("WRONG_STATE"));
}

async fn people_are_found_by_what_may_be_known_of_them(app: TestApp) {
    let admin = app.office("admin.32").await;
    let count = async |filter: Value| {
        let document = "query($filter: AccountFilter) { accounts(filter: $filter) { totalCount } }";
        let data = admin.data(document, json!({ "filter": filter })).await;
        data["accounts"]["totalCount"].as_u64().unwrap()
    };
    let (province, bekasi, lampung) = (
        admin.unit("32").await,
        admin.unit("32.75").await,
        admin.unit("18").await,
    );
    assert_eq!(count(json!({ "unit": { "eq": bekasi } })).await, 2);
    assert_eq!(count(json!({ "underneath": { "eq": province } })).await, 4 + 27 * 2);
    assert_eq!(count(json!({})).await, 4 + 27 * 2, "nobody but the own province");
    assert_eq!(count(json!({ "function": { "eq": "HEAD" } })).await, 28);
    assert_eq!(count(json!({ "underneath": { "eq": lampung } })).await, 0);
    // Somebody who sits in both provinces: the other seat finds nobody.
    let seat = app.makes_seat("32.75", Function::Staff).await;
    app.appoints("head.18", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    assert_eq!(count(json!({ "unit": { "eq": bekasi } })).await, 3);
    assert_eq!(count(json!({ "underneath": { "eq": lampung } })).await, 0);
    let wrong = admin.ask("{ accounts(first: 101) { totalCount } }", json!({})).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

async fn rival_appointments_fill_a_seat_once(app: TestApp) {
    let seat = Kind::Seat.id(app.makes_seat("32.75", Function::Head).await).to_string();
    app.reload_directory().await;
    let (province, national) = (app.office("admin.32").await, app.office("admin.ri").await);
    let (one, two) = (id_of(&app, "staff.32.75").await, id_of(&app, "staff.32.01").await);
    let appoint = |account: &str| json!({ "appointTo": seat, "account": account });
    let (left, right) = tokio::join!(
        province.command("appointHolder", "holder { id }", appoint(&one)),
        national.command("appointHolder", "holder { id }", appoint(&two)),
    );
    let refused: Vec<_> = [left, right].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].code, "ALREADY_EXISTS");
}

on_both_databases!(
    who_is_deactivated_or_unknown_is_not_appointed,
    an_acting_holder_comes_and_goes_by_the_day,
    who_is_appointed_and_dismissed_is_known_everywhere_within_a_moment,
    an_end_may_lie_ahead_and_a_beginning_be_taken_back,
    nobody_touches_the_own_seats_and_ri_keeps_an_administrator,
    a_closed_account_is_out_at_once_and_comes_back_as_it_was,
    only_what_was_closed_is_opened_again,
    people_are_found_by_what_may_be_known_of_them,
    rival_appointments_fill_a_seat_once,
);
