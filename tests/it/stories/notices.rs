//! What happened is told to those it concerns, as long as they may see it, once, and by e-mail to those who want it.
use std::{collections::HashMap, sync::Arc};

use chrono::{Duration, Utc};
use entity::{
    enums::{ActKind, Function},
    mail, notice, pulse,
};
use jenjang::{
    clock::{Clock, StillClock},
    feed,
    graphql::id::Kind,
    identity::act::{self, Act},
    notice::telling,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{FINAL_REPORT, KECAMATAN};
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation, mail::MailSink},
};

const NOTICES: &str = "{ viewer { notices { totalCount unreadCount nodes { id kind message readAt report { id } account { email } unit { code } } } } }";

/// The office's notices, newest first, while nobody is telling it anything.
async fn notices(office: &Office<'_>) -> Vec<Value> {
    let data = office.data(NOTICES, json!({})).await;
    let list = &data["viewer"]["notices"];
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len(), "counted by the same scope");
    let unread = nodes.iter().filter(|node| node["readAt"].is_null()).count();
    assert_eq!(list["unreadCount"], unread, "counted by the same scope");
    nodes
}

/// The office's notices once there are that many.
async fn told(office: &Office<'_>, count: usize) -> Vec<Value> {
    let mut told = 0;
    while told < count {
        let data = office.data("{ viewer { notices { totalCount } } }", json!({})).await;
        told = data["viewer"]["notices"]["totalCount"].as_u64().unwrap() as usize;
    }
    let told = notices(office).await;
    assert_eq!(told.len(), count, "{} is told too much: {told:#?}", office.name);
    told
}

fn kinds(notices: &[Value]) -> Vec<&str> {
    notices.iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

/// Numbers and tells everything there is, beside what the server does by itself.
async fn tell_everything(app: &TestApp) {
    feed::number(&app.services.db).await.unwrap();
    while telling::tell(&app.services).await.unwrap() > 0 {}
}

async fn a_returned_report_tells_its_unit(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.04").await, app.office("head.35.02.04").await);
    let (clerk, regency) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let waiting = told(&clerk, 1).await;
    assert_eq!(waiting[0]["kind"], "REPORT_SUBMITTED");
    assert_eq!(waiting[0]["report"]["id"], submitted.id);
    assert_eq!(waiting[0]["unit"]["code"], "35.02.04");
    let message = waiting[0]["message"].as_str().unwrap();
    assert!(message.ends_with("dikirim untuk diperiksa unit Anda."), "{message}");
    let taken = clerk.does("takeReport", &submitted).await.unwrap();
    regency
        .does_because("returnReport", &taken, "Lampirkan jumlah pengikut.")
        .await
        .unwrap();
    for office in [&staff, &head] {
        assert_eq!(kinds(&told(office, 1).await), ["REPORT_RETURNED"], "{}", office.name);
    }
    tell_everything(&app).await;
    assert_eq!(
        kinds(&notices(&regency).await),
        ["REPORT_SUBMITTED"],
        "who returned it is not told"
    );
    for stranger in ["head.35", "head.35.02.05", "coordinator.ri", "admin.ri"] {
        assert_eq!(
            notices(&app.office(stranger).await).await,
            Vec::<Value>::new(),
            "{stranger}"
        );
    }
    let english = [
        ("authorization", format!("Bearer {}", staff.access_token)),
        ("accept-language", "en".to_owned()),
    ];
    let answer = app.post(&english, json!({ "query": NOTICES })).await.json();
    let message = answer["data"]["viewer"]["notices"]["nodes"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.ends_with("was returned for correction."), "{message}");
}

async fn the_handover_of_bekasi_tells_its_receivers(app: TestApp) {
    let (staff, head) = (app.office("staff.32.75").await, app.office("head.32.75").await);
    let endorsed = head.submits(&staff.drafts(FINAL_REPORT).await).await.unwrap();
    let (given, _session) = head.hands_over(&[&endorsed], None).await.unwrap();
    let coordinator = app.office("coordinator.ri").await;
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    for office in [&first, &second, &coordinator] {
        let told = told(office, 1).await;
        assert_eq!(told[0]["kind"], "REPORT_HANDED_OVER", "{}", office.name);
        let message = told[0]["message"].as_str().unwrap();
        assert!(message.contains("Bawaslu Kota Bekasi"), "{message}");
    }
    let received = first.receives(&[&given[0]]).await.unwrap();
    coordinator.does("acceptReport", &received[0]).await.unwrap();
    for office in [&staff, &head] {
        assert_eq!(kinds(&told(office, 2).await), ["REPORT_ACCEPTED", "REPORT_RECEIVED"]);
    }
}

async fn who_loses_the_scope_is_told_no_more(app: TestApp) {
    let head = app.office("head.35.02.08").await;
    head.submits(&app.office("staff.35.02.08").await.drafts(KECAMATAN).await)
        .await
        .unwrap();
    let clerk = app.office("staff.35.02").await;
    let notice = told(&clerk, 1).await[0]["id"].clone();
    app.dismisses("staff.35.02").await;
    app.reload_directory().await;
    assert_eq!(
        notices(&clerk).await,
        Vec::<Value>::new(),
        "neither in the list nor in the counts"
    );
    let node = clerk
        .data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": notice }))
        .await;
    assert_eq!(node["node"], Value::Null);
    for input in [json!({ "ids": [notice] }), json!({ "upTo": notice })] {
        let refused = clerk
            .command("markNoticesRead", "unreadCount", input)
            .await
            .unwrap_err();
        assert_eq!(refused.code, "NOT_FOUND");
    }
}

async fn a_refused_handover_is_taken_back_from_its_receivers(app: TestApp) {
    let head = app.office("head.32.75").await;
    let endorsed = head
        .submits(&app.office("staff.32.75").await.drafts(FINAL_REPORT).await)
        .await
        .unwrap();
    let (given, _session) = head.hands_over(&[&endorsed], None).await.unwrap();
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    told(&second, 1).await;
    first
        .does_because("refuseHandover", &given[0], "Belum ditandatangani.")
        .await
        .unwrap();
    assert_eq!(
        notices(&second).await,
        Vec::<Value>::new(),
        "a receiver of what was refused sees it no more"
    );
    assert_eq!(kinds(&told(&head, 1).await), ["REPORT_HANDOVER_REFUSED"]);
}

async fn notices_are_marked_as_read(app: TestApp) {
    let clerk = app.office("staff.35.02").await;
    for place in ["09", "10", "11"] {
        let head = app.office(&format!("head.35.02.{place}")).await;
        let draft = app
            .office(&format!("staff.35.02.{place}"))
            .await
            .drafts(KECAMATAN)
            .await;
        head.submits(&draft).await.unwrap();
    }
    let all = told(&clerk, 3).await;
    let mark = async |input: Value| clerk.command("markNoticesRead", "unreadCount", input).await;
    let foreign = told(&app.office("head.35.02").await, 3).await[0]["id"].clone();
    let refused = mark(json!({ "ids": [all[0]["id"], foreign] })).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("NOT_FOUND", "ids.1"));
    assert_eq!(mark(json!({ "upTo": foreign })).await.unwrap_err().field, "upTo");
    for (input, code, field) in [
        (json!({}), "REQUIRED", "ids"),
        (json!({ "ids": [] }), "REQUIRED", "ids"),
        (
            json!({ "ids": [all[0]["id"]], "upTo": all[0]["id"] }),
            "INVALID",
            "upTo",
        ),
        (json!({ "ids": vec![all[0]["id"].clone(); 101] }), "TOO_LONG", "ids"),
    ] {
        let refused = mark(input).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field));
    }
    assert_eq!(notices(&clerk).await, all, "whatever was refused has marked nothing");

    assert_eq!(mark(json!({ "ids": [all[0]["id"]] })).await.unwrap()["unreadCount"], 2);
    let read = notices(&clerk).await[0].clone();
    assert!(read["readAt"].is_string());
    let unread = "{ viewer { notices(filter: {unread: true}) { totalCount unreadCount nodes { id } } } }";
    let left = clerk.data(unread, json!({})).await;
    assert_eq!(left["viewer"]["notices"]["totalCount"], 2);
    assert_eq!(
        left["viewer"]["notices"]["nodes"],
        json!([{ "id": all[1]["id"] }, { "id": all[2]["id"] }])
    );
    assert_eq!(mark(json!({ "upTo": all[1]["id"] })).await.unwrap()["unreadCount"], 0);
    assert_eq!(mark(json!({ "upTo": all[0]["id"] })).await.unwrap()["unreadCount"], 0);
    assert_eq!(notices(&clerk).await[0], read, "read once, it stays read since then");
    assert_eq!(notices(&app.office("head.35.02").await).await.len(), 3);
    let of_another = told(&app.office("head.35.02").await, 3).await;
    assert!(
        of_another.iter().all(|notice| notice["readAt"].is_null()),
        "one's own alone"
    );
}

async fn pages_run_from_the_newest(app: TestApp) {
    let clerk = app.office("staff.35.02").await;
    for place in ["09", "10", "11"] {
        let head = app.office(&format!("head.35.02.{place}")).await;
        let draft = app
            .office(&format!("staff.35.02.{place}"))
            .await
            .drafts(KECAMATAN)
            .await;
        head.submits(&draft).await.unwrap();
    }
    let all = told(&clerk, 3).await;
    assert_eq!(all[0]["unit"]["code"], "35.02.11");
    let page = "query($first: Int, $last: Int, $after: String, $before: String) { viewer { notices(first: $first, last: $last, after: $after, before: $before) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    let first = clerk.data(page, json!({ "first": 2 })).await["viewer"]["notices"].clone();
    assert_eq!(first["nodes"], json!([{ "id": all[0]["id"] }, { "id": all[1]["id"] }]));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = clerk
        .data(page, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] }))
        .await;
    let second = &second["viewer"]["notices"];
    assert_eq!(second["nodes"], json!([{ "id": all[2]["id"] }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    let back = clerk
        .data(page, json!({ "last": 1, "before": second["pageInfo"]["startCursor"] }))
        .await;
    assert_eq!(back["viewer"]["notices"]["nodes"], json!([{ "id": all[1]["id"] }]));
}

/// Writes what somebody did to somebody's account, as the commands for it do.
async fn acts(app: &TestApp, kind: ActKind, on: &str, by: Option<&str>) {
    let (account, now) = (app.account(on).await.id, app.services.clock.now());
    let directory = app.services.directory.load();
    let mut act = Act::on_oneself(kind, account, &directory, app.services.clock.today());
    if let Some(by) = by {
        act.by = app.account(by).await.id;
        act.by_seat = Some(app.seat_of(by).await);
    }
    let transaction = app.services.db.begin().await.unwrap();
    act::record(transaction.connection(), act, now).await.unwrap();
    transaction.commit().await.unwrap();
    app.services.feed.wake();
}

async fn the_tier_above_is_told_of_a_reset_code(app: TestApp) {
    acts(&app, ActKind::ResetCodeIssued, "head.32.75", Some("admin.32")).await;
    acts(&app, ActKind::PasswordChanged, "staff.32.75", None).await;
    let person = told(&app.office("head.32.75").await, 1).await;
    assert_eq!(
        person[0]["message"],
        "Seorang admin menerbitkan kode untuk mengatur ulang kata sandi Anda."
    );
    let above = told(&app.office("admin.ri").await, 1).await;
    assert_eq!(above[0]["account"]["email"], "head.32.75@demo.jenjang.id");
    let name = app.account("head.32.75").await.name;
    let message = above[0]["message"].as_str().unwrap();
    assert!(message.ends_with(&format!("{name}.")), "{message}");
    assert_eq!(
        kinds(&told(&app.office("staff.32.75").await, 1).await),
        ["PASSWORD_CHANGED"]
    );
    tell_everything(&app).await;
    for other in ["admin.32", "head.32", "observer.32", "coordinator.ri"] {
        assert_eq!(notices(&app.office(other).await).await, Vec::<Value>::new(), "{other}");
    }
    // Whoever leaves the seat of ADMIN has no business any more with whom it concerned.
    let admin = app.office("admin.ri").await;
    app.dismisses("admin.ri").await;
    app.reload_directory().await;
    assert_eq!(notices(&admin).await, Vec::<Value>::new());
}

async fn a_proposed_erasure_of_who_sits_nowhere_is_told_to_ri_alone(app: TestApp) {
    app.seats("admin2.ri", "RI", Function::Admin).await;
    app.dismisses("head.32.75").await;
    app.reload_directory().await;
    acts(&app, ActKind::ErasureProposed, "head.32.75", Some("admin.ri")).await;
    let told = told(&app.office("admin2.ri").await, 1).await;
    assert_eq!(told[0]["kind"], "ERASURE_PROPOSED");
    let name = app.account("head.32.75").await.name;
    assert_eq!(
        told[0]["message"],
        format!("Diusulkan penghapusan data pribadi {name}.")
    );
    assert_eq!(told[0]["account"]["email"], "head.32.75@demo.jenjang.id");
    assert_eq!(
        notices(&app.office("admin.ri").await).await,
        Vec::<Value>::new(),
        "who proposed it knows"
    );
}

async fn rival_tellers_lose_none_and_double_none(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let places: Vec<String> = (2..=9).map(|place| format!("35.02.{place:02}")).collect();
    for place in &places {
        let draft = app.office(&format!("staff.{place}")).await.drafts(KECAMATAN).await;
        app.office(&format!("head.{place}"))
            .await
            .submits(&draft)
            .await
            .unwrap();
    }
    // Both servers tell by themselves, and both are told to beside that.
    let (here, there) = futures_util::join!(
        futures_util::future::join_all((0..3).map(|_| tell_everything(&app))),
        futures_util::future::join_all((0..3).map(|_| tell_everything(&other))),
    );
    assert_eq!((here.len(), there.len()), (3, 3));
    let clerk = app.office("staff.35.02").await;
    let first = told(&clerk, places.len()).await;
    let mut units: Vec<&str> = first
        .iter()
        .map(|notice| notice["unit"]["code"].as_str().unwrap())
        .collect();
    units.reverse();
    assert_eq!(units, places, "all of them, once, in order");

    // As if a teller had been killed after it wrote and had forgotten so: what was told is not told again.
    let count = async || notice::Entity::find().count(app.services.db.reader()).await.unwrap();
    let before = count().await;
    assert_eq!(before, 2 * places.len() as u64);
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::value(0_i64))
        .filter(pulse::Column::Name.eq("notices"))
        .exec(app.services.db.reader())
        .await
        .unwrap();
    tell_everything(&app).await;
    tell_everything(&other).await;
    assert_eq!(count().await, before);
}

async fn who_is_told_of_a_report_may_see_it(app: TestApp) {
    let (regency, province) = (app.office("head.35.02").await, app.office("head.35").await);
    let draft = app.office("staff.35.02.12").await.drafts(KECAMATAN).await;
    let submitted = app.office("head.35.02.12").await.submits(&draft).await.unwrap();
    // Whose turn it is is asked when it is told, so each is told before the next decides.
    tell_everything(&app).await;
    let taken = regency.does("takeReport", &submitted).await.unwrap();
    let endorsed = regency.does("endorseReport", &taken).await.unwrap();
    tell_everything(&app).await;
    let taken = province.does("takeReport", &endorsed).await.unwrap();
    province.does("endorseReport", &taken).await.unwrap();
    let (head, coordinator) = (app.office("head.35.09").await, app.office("coordinator.ri").await);
    let endorsed = head
        .submits(&app.office("staff.35.09").await.drafts(FINAL_REPORT).await)
        .await
        .unwrap();
    let (given, _session) = head.hands_over(&[&endorsed], None).await.unwrap();
    tell_everything(&app).await;
    let received = coordinator.receives(&[&given[0]]).await.unwrap();
    let accepted = coordinator.does("acceptReport", &received[0]).await.unwrap();
    let retracted = coordinator
        .does_because("retractAcceptance", &accepted, "Lampiran tertukar.")
        .await
        .unwrap();
    coordinator
        .does_because("declineReport", &retracted, "Lampiran milik daerah lain.")
        .await
        .unwrap();
    tell_everything(&app).await;

    let connection = app.services.db.reader();
    let mut written: HashMap<Uuid, Vec<String>> = HashMap::new();
    for notice in notice::Entity::find().all(connection).await.unwrap() {
        let id = Kind::Notice.id(notice.id).to_string();
        written.entry(notice.account_id).or_default().push(id);
    }
    assert!(written.len() >= 8, "{written:?}");
    for (account, mut ids) in written {
        let person = app.services.directory.load().person(account).unwrap().clone();
        let office = app.office(person.email.split('@').next().unwrap()).await;
        let seen = notices(&office).await;
        let mut seen: Vec<&str> = seen.iter().map(|notice| notice["id"].as_str().unwrap()).collect();
        seen.sort_unstable();
        ids.sort_unstable();
        assert_eq!(seen, ids, "{} was told of what it may not see", office.name);
    }
}

async fn letters_waiting(app: &TestApp) -> u64 {
    mail::Entity::find().count(app.services.db.reader()).await.unwrap()
}

async fn copies_go_to_those_who_want_them(app: TestApp) {
    let sink = MailSink::start().await;
    let app = app
        .varied(Variation {
            mail: Some(sink.settings()),
            ..Variation::default()
        })
        .await;
    let (staff, head) = (app.office("staff.35.02.04").await, app.office("head.35.02.04").await);
    let (clerk, regency) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    let wishes = "{ viewer { noticePreferences { emailCopies } } }";
    let preferred = clerk.data(wishes, json!({})).await;
    assert_eq!(preferred["viewer"]["noticePreferences"]["emailCopies"], true);
    let declined = clerk
        .command(
            "updateNoticePreferences",
            "preferences { emailCopies }",
            json!({ "emailCopies": false }),
        )
        .await
        .unwrap();
    assert_eq!(declined["preferences"]["emailCopies"], false);
    let preferred = clerk.data(wishes, json!({})).await;
    assert_eq!(preferred["viewer"]["noticePreferences"]["emailCopies"], false);

    head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let letter = sink.next_letter_to("head.35.02@demo.jenjang.id").await;
    let notice = told(&regency, 1).await[0]["message"].as_str().unwrap().to_owned();
    assert_eq!(letter.subject, format!("Jenjang: {notice}"));
    let lines: Vec<&str> = letter.body.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[0], notice, "Indonesian first");
    assert!(
        lines[1].ends_with("was submitted for your unit to review."),
        "{lines:?}"
    );
    assert_eq!(lines[2..], ["https://laporan.example.go.id/notices"]);
    told(&clerk, 1).await;

    // A warning is sent in any case.
    acts(&app, ActKind::PasswordChanged, "staff.35.02", None).await;
    let warning = sink.next_letter_to("staff.35.02@demo.jenjang.id").await;
    assert_eq!(warning.subject, "Jenjang: Kata sandi Anda diganti.");
    while letters_waiting(&app).await > 0 {}
    assert!(sink.waiting().is_empty(), "{:?}", sink.waiting());
}

async fn a_copy_that_waits_tells_nobody_what_may_be_seen_no_more(app: TestApp) {
    let (sink, clock) = (MailSink::start().await, StillClock::at(Utc::now()));
    let app = app
        .varied(Variation {
            mail: Some(sink.settings()),
            clock: Arc::new(clock.clone()),
            ..Variation::default()
        })
        .await;
    app.employs(&[
        ("second.35.02", "35.02", Function::Staff),
        ("third.35.02", "35.02", Function::Staff),
    ])
    .await;
    let third = app.office("third.35.02").await;
    sink.refuses(true);
    let draft = app.office("staff.35.02.04").await.drafts(KECAMATAN).await;
    app.office("head.35.02.04").await.submits(&draft).await.unwrap();
    let are_put_off = async |count: usize| loop {
        let waiting = mail::Entity::find().all(app.services.db.reader()).await.unwrap();
        let minute = Clock::now(&clock) + Duration::minutes(1);
        let mut put_off = waiting.iter();
        if waiting.len() == count && put_off.all(|mail| mail.attempts == 1 && mail.next_attempt_at == minute) {
            return;
        }
    };
    sink.has_refused(4).await;
    are_put_off(4).await;

    // Of the four at the desk one leaves the seat, one is closed out, and one wants no copies any more.
    app.dismisses("staff.35.02").await;
    app.deactivates("head.35.02").await;
    app.reload_directory().await;
    let wish = json!({ "emailCopies": false });
    third
        .command("updateNoticePreferences", "preferences { emailCopies }", wish)
        .await
        .unwrap();
    sink.refuses(false);
    clock.advance(Duration::minutes(1));
    let letter = sink.next_letter_to("second.35.02@demo.jenjang.id").await;
    assert!(
        letter.subject.ends_with("dikirim untuk diperiksa unit Anda."),
        "{letter:?}"
    );
    while letters_waiting(&app).await > 0 {}
    assert!(sink.waiting().is_empty(), "{:?}", sink.waiting());

    // Of the own account everybody is told.
    for name in ["staff.35.02", "head.35.02", "third.35.02"] {
        acts(&app, ActKind::PasswordChanged, name, None).await;
        let warning = sink.next_letter_to(&format!("{name}@demo.jenjang.id")).await;
        assert_eq!(warning.subject, "Jenjang: Kata sandi Anda diganti.", "{name}");
    }
}

async fn two_senders_share_the_work(app: TestApp) {
    let sink = MailSink::start().await;
    let sending = || Variation {
        mail: Some(sink.settings()),
        ..Variation::default()
    };
    let app = app.varied(sending()).await;
    let _other = TestApp::on(Arc::clone(&app.database), sending()).await;
    let people: Vec<String> = (2..=21).map(|place| format!("staff.35.02.{place:02}")).collect();
    for person in &people {
        acts(&app, ActKind::PasswordChanged, person, None).await;
    }
    for person in &people {
        sink.next_letter_to(&format!("{person}@demo.jenjang.id")).await;
    }
    while letters_waiting(&app).await > 0 {}
    assert!(sink.waiting().is_empty(), "brought twice: {:?}", sink.waiting());
}

async fn without_a_mail_server_nothing_is_posted(app: TestApp) {
    acts(&app, ActKind::PasswordChanged, "staff.35.02", None).await;
    told(&app.office("staff.35.02").await, 1).await;
    assert_eq!(letters_waiting(&app).await, 0);
}

async fn a_letter_is_brought_again_until_it_is_taken_or_three_days_old(app: TestApp) {
    let (sink, clock) = (MailSink::start().await, StillClock::at(Utc::now()));
    let app = app
        .varied(Variation {
            mail: Some(sink.settings()),
            clock: Arc::new(clock.clone()),
            ..Variation::default()
        })
        .await;
    sink.refuses(true);
    acts(&app, ActKind::PasswordChanged, "staff.35.02", None).await;
    sink.has_refused(1).await;
    // What was refused is put off before the clock goes on.
    let put_off = async |attempts: i32| loop {
        let waiting = mail::Entity::find()
            .one(app.services.db.reader())
            .await
            .unwrap()
            .unwrap();
        let pause = waiting.next_attempt_at - Clock::now(&clock);
        if waiting.attempts == attempts && pause <= Duration::minutes(i64::from(attempts)) {
            return waiting;
        }
    };
    put_off(1).await;
    clock.advance(Duration::minutes(1));
    sink.has_refused(2).await;
    put_off(2).await;
    sink.refuses(false);
    clock.advance(Duration::minutes(2));
    sink.next_letter_to("staff.35.02@demo.jenjang.id").await;
    while letters_waiting(&app).await > 0 {}

    sink.refuses(true);
    acts(&app, ActKind::PasswordReset, "staff.35.02", None).await;
    sink.has_refused(3).await;
    put_off(1).await;
    clock.advance(Duration::hours(72));
    sink.has_refused(4).await;
    while letters_waiting(&app).await > 0 {}
    assert!(sink.waiting().is_empty());
}

on_both_databases!(
    a_returned_report_tells_its_unit,
    the_handover_of_bekasi_tells_its_receivers,
    who_loses_the_scope_is_told_no_more,
    a_refused_handover_is_taken_back_from_its_receivers,
    notices_are_marked_as_read,
    pages_run_from_the_newest,
    the_tier_above_is_told_of_a_reset_code,
    a_proposed_erasure_of_who_sits_nowhere_is_told_to_ri_alone,
    who_is_told_of_a_report_may_see_it,
    rival_tellers_lose_none_and_double_none,
    copies_go_to_those_who_want_them,
    a_copy_that_waits_tells_nobody_what_may_be_seen_no_more,
    two_senders_share_the_work,
    without_a_mail_server_nothing_is_posted,
    a_letter_is_brought_again_until_it_is_taken_or_three_days_old,
);
