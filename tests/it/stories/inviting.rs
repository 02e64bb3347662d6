//! How people come in: one by one and by the list.
use std::sync::Arc;

use chrono::{Duration, Utc};
use jenjang::clock::StillClock;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        Office, TestApp,
        app::Variation,
        database::PASSWORD,
        mail::MailSink,
        office::{Refusal, command_document},
    },
};

const STRONG: &str = "kuda baterai tepat stapler";
const STRANGER: &str = "orang.baru@contoh.id";

/// A seat in a unit, made by an administrator over it.
async fn new_seat(admin: &Office<'_>, code: &str, function: &str) -> String {
    let unit = admin.unit(code).await;
    let input = json!({ "unit": unit, "position": "KORDIV", "function": function, "localTitle": "Kordiv Humas" });
    let made = admin.command("createSeat", "seat { id }", input).await.unwrap();
    made["seat"]["id"].as_str().unwrap().to_owned()
}

fn invitation(email: &str, seat: &str) -> Value {
    json!({ "email": email, "name": "Orang Baru", "appointTo": seat })
}

async fn code_for(admin: &Office<'_>, email: &str, seat: &str) -> String {
    let invited = admin.command("inviteAccount", "invitation { code status }", invitation(email, seat));
    let invited = invited.await.unwrap();
    assert_eq!(invited["invitation"]["status"], "OPEN");
    invited["invitation"]["code"].as_str().unwrap().to_owned()
}

/// Uses a code; nobody is signed in for that.
pub async fn activates(app: &TestApp, code: &str, password: &str) -> Result<Value, String> {
    let document = command_document("activateAccount", "account { name email }");
    let input = json!({ "input": { "code": code, "password": password } });
    let answer = app.ask(None, &document, input).await;
    let payload = &answer["data"]["activateAccount"];
    match payload["userErrors"][0]["code"].as_str() {
        Some(code) => Err(code.to_owned()),
        None => Ok(payload["account"].clone()),
    }
}

async fn an_invited_person_comes_in_once(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "HEAD").await;
    let code = code_for(&admin, STRANGER, &seat).await;
    for (password, told) in [
        ("OrangBaru-2026", "WEAK_PASSWORD"),
        (&"kuda baterai ".repeat(11), "TOO_LONG"),
    ] {
        assert_eq!(
            activates(&app, &code, password).await,
            Err(told.to_owned()),
            "{password}"
        );
    }
    assert_eq!(
        activates(&app, "7Q2MX-00000-00000-00000-00000", STRONG).await,
        Err("INVALID_CODE".to_owned())
    );
    // A code is read out over the phone: hyphens and capitals make no difference.
    let typed = code.to_lowercase().replace('-', " ");
    let account = activates(&app, &typed, STRONG).await.unwrap();
    assert_eq!(
        (&account["name"], &account["email"]),
        (&json!("Orang Baru"), &json!(STRANGER))
    );
    assert_eq!(
        activates(&app, &code, STRONG).await,
        Err("INVALID_CODE".to_owned()),
        "once"
    );

    let person = app.signs_in(STRANGER, STRONG).await.unwrap();
    let viewer = person.data("{ viewer { seats { id } } }", json!({})).await;
    assert_eq!(viewer["viewer"]["seats"], json!([{ "id": seat }]));
    let again = admin.command(
        "inviteAccount",
        "invitation { id }",
        invitation("lain@contoh.id", &seat),
    );
    let again = again.await.unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.field.as_str()),
        ("ALREADY_EXISTS", "appointTo"),
        "the seat is held"
    );
    let list = "{ invitations { totalCount nodes { email status code } } }";
    let listed = admin.data(list, json!({})).await;
    assert_eq!(
        listed["invitations"],
        json!({ "totalCount": 1, "nodes": [{ "email": STRANGER, "status": "ACCEPTED", "code": null }] })
    );
}

async fn a_known_address_is_invited_like_a_new_one(app: TestApp) {
    let admin = app.office("admin.32").await;
    let (one, other) = (
        new_seat(&admin, "32.75", "HEAD").await,
        new_seat(&admin, "32.75", "HEAD").await,
    );
    let document = command_document(
        "inviteAccount",
        "invitation { name status acting validTo invitedBy { name } }",
    );
    let mut answers = Vec::new();
    // Somebody of Lampung, whom Jawa Barat does not know, and somebody whom nobody knows.
    for (email, seat) in [("head.18@demo.jenjang.id", &one), (STRANGER, &other)] {
        let answer = admin.ask(&document, json!({ "input": invitation(email, seat) })).await;
        answers.push((answer, app.last_statements()));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].0["data"]["inviteAccount"]["invitation"].is_object());
    let people = admin
        .data("{ accounts(search: \"Orang Baru\") { totalCount } }", json!({}))
        .await;
    assert_eq!(
        people["accounts"]["totalCount"], 0,
        "nobody is there before the code was used"
    );

    let code = code_for(&admin, "HEAD.18@demo.jenjang.id", &one).await;
    assert_eq!(
        activates(&app, &code, STRONG).await,
        Err("INVALID_CREDENTIALS".to_owned()),
        "who has an account proves it by its password"
    );
    activates(&app, &code, PASSWORD).await.unwrap();
    let person = app.office("head.18").await;
    let viewer = person.data("{ viewer { seats { unit { code } } } }", json!({})).await;
    assert_eq!(viewer["viewer"]["seats"].as_array().unwrap().len(), 2, "{viewer}");
    let seen = admin
        .data(
            "{ accounts(filter: {active: true}, search: \"Lampung\") { nodes { seats { seat { unit { code } } } } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        seen["accounts"]["nodes"],
        json!([{ "seats": [{ "seat": { "unit": { "code": "32.75" } } }] }]),
        "and Jawa Barat sees the seat in Jawa Barat alone"
    );
}

async fn an_invitation_ends(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "STAFF").await;

    let late = code_for(&admin, STRANGER, &seat).await;
    clock.advance(Duration::hours(72));
    assert_eq!(
        activates(&app, &late, STRONG).await,
        Err("INVALID_CODE".to_owned()),
        "after 72 hours"
    );

    let admin = app.office("admin.32").await;
    let replaced = code_for(&admin, STRANGER, &seat).await;
    let newer = admin
        .command("inviteAccount", "invitation { id code }", invitation(STRANGER, &seat))
        .await
        .unwrap();
    assert_eq!(
        activates(&app, &replaced, STRONG).await,
        Err("INVALID_CODE".to_owned()),
        "replaced by a newer one"
    );
    let id = &newer["invitation"]["id"];
    let revoke = async || {
        admin
            .command("revokeInvitation", "invitation { status }", json!({ "invitation": id }))
            .await
    };
    assert_eq!(revoke().await.unwrap()["invitation"]["status"], "REVOKED");
    assert_eq!(revoke().await.unwrap_err().code, "WRONG_STATE");
    let code = newer["invitation"]["code"].as_str().unwrap();
    assert_eq!(
        activates(&app, code, STRONG).await,
        Err("INVALID_CODE".to_owned()),
        "taken back"
    );

    let orphaned = code_for(&admin, STRANGER, &seat).await;
    app.dismisses("admin.32").await;
    assert_eq!(
        activates(&app, &orphaned, STRONG).await,
        Err("INVALID_CODE".to_owned()),
        "whoever invited may no longer fill the seat"
    );
}

async fn a_code_is_told_again_to_who_repeats_the_command(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "STAFF").await;
    let invite = async || {
        let input = invitation(STRANGER, &seat);
        admin
            .command_with_key("inviteAccount", "invitation { id code }", input, Some("undangan-1"))
            .await
    };
    let first = invite().await.unwrap();
    assert_eq!(invite().await.unwrap(), first);
    activates(&app, first["invitation"]["code"].as_str().unwrap(), STRONG)
        .await
        .unwrap();
}

async fn with_a_mail_server_only_the_invited_learns_the_code(app: TestApp) {
    let sink = MailSink::start().await;
    let variation = Variation {
        mail: Some(sink.settings()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "STAFF").await;
    let invited = admin
        .command("inviteAccount", "invitation { code }", invitation(STRANGER, &seat))
        .await
        .unwrap();
    assert_eq!(invited["invitation"]["code"], Value::Null);
    let letter = sink.next_letter_to(STRANGER).await;
    assert!(letter.subject.contains("Kordiv Humas"), "{letter:?}");
    activates(&app, &code_in(&letter.body), STRONG).await.unwrap();
}

async fn nobody_comes_to_a_seat_by_the_own_invitation(app: TestApp) {
    let sink = MailSink::start().await;
    let variation = Variation {
        mail: Some(sink.settings()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "HEAD").await;
    let invite = async |inviter: &Office<'_>| {
        inviter
            .command("inviteAccount", "invitation { id }", invitation(STRANGER, &seat))
            .await
            .unwrap();
        code_in(&sink.next_letter_to(STRANGER).await.body)
    };
    let own = invite(&admin).await;
    // The address that was invited becomes the inviter's own.
    let input = json!({ "newEmail": STRANGER, "password": PASSWORD });
    admin
        .command("requestEmailChange", "account { email }", input)
        .await
        .unwrap();
    let code = code_in(&sink.next_letter_to(STRANGER).await.body);
    admin
        .command("confirmEmailChange", "account { email }", json!({ "code": code }))
        .await
        .unwrap();
    assert_eq!(activates(&app, &own, PASSWORD).await, Err("INVALID_CODE".to_owned()));
    let seats = async || {
        let viewer = admin.data("{ viewer { seats { function } } }", json!({})).await;
        viewer["viewer"]["seats"].clone()
    };
    assert_eq!(seats().await, json!([{ "function": "ADMIN" }]));

    let of_another = invite(&app.office("admin.ri").await).await;
    activates(&app, &of_another, PASSWORD).await.unwrap();
    let seats = seats().await;
    let heads = seats.as_array().unwrap().iter();
    assert_eq!(heads.filter(|seat| seat["function"] == "HEAD").count(), 1, "{seats}");
}

async fn who_was_closed_out_takes_no_seat(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "STAFF").await;
    let code = code_for(&admin, "head.18@demo.jenjang.id", &seat).await;
    app.deactivates("head.18").await;
    for password in [PASSWORD, STRONG] {
        let told = activates(&app, &code, password).await;
        assert_eq!(told, Err("INVALID_CODE".to_owned()), "whatever the password");
    }
}

async fn of_rivals_with_one_code_one_comes_in(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let other = TestApp::on(Arc::clone(&app.database), Variation::unthrottled()).await;
    let admin = app.office("admin.32").await;
    for (email, password) in [(STRANGER, STRONG), ("head.18@demo.jenjang.id", PASSWORD)] {
        let seat = new_seat(&admin, "32.75", "STAFF").await;
        let code = code_for(&admin, email, &seat).await;
        let rivals = [&app, &other, &app, &other].map(|process| activates(process, &code, password));
        let told = futures_util::future::join_all(rivals).await;
        assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1, "{told:?}");
        for refused in told.iter().filter_map(|told| told.as_ref().err()) {
            // Who was slower finds the code spent, the seat taken, or an account with the address and another password.
            let known = ["INVALID_CODE", "ALREADY_EXISTS", "INVALID_CREDENTIALS"];
            assert!(known.contains(&refused.as_str()), "{told:?}");
        }
        let document = "query($id: ID!) { node(id: $id) { ... on Seat { holders { id } } } }";
        let held = admin.data(document, json!({ "id": seat })).await;
        assert_eq!(held["node"]["holders"].as_array().unwrap().len(), 1, "{held}");
    }
}

/// The code in a letter.
pub fn code_in(body: &str) -> String {
    let is_code = |word: &&str| word.len() == 29 && word.matches('-').count() == 4;
    body.split_whitespace()
        .find(is_code)
        .unwrap_or_else(|| panic!("no code in {body}"))
        .to_owned()
}

/// Sends a list.
async fn invites(admin: &Office<'_>, csv: &str, dry_run: bool) -> Result<Value, Vec<(String, String)>> {
    let selection = "result { dryRun rows seatsCreated invitations { email code seat { localTitle unit { code } } } }";
    let document = command_document("inviteAccounts", selection);
    let answer = admin
        .ask(&document, json!({ "input": { "csv": csv, "dryRun": dry_run } }))
        .await;
    let payload = &answer["data"]["inviteAccounts"];
    let refusals = payload["userErrors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    if refusals.is_empty() {
        return Ok(payload["result"].clone());
    }
    let told = |refusal: &Value| {
        let field = refusal["field"].as_array().unwrap();
        let field: Vec<&str> = field.iter().map(|part| part.as_str().unwrap()).collect();
        (field.join("."), refusal["code"].as_str().unwrap().to_owned())
    };
    Err(refusals.iter().map(told).collect())
}

const LIST: &str = "\u{feff}email;name;unit;function;title;position;valid_from\r\n\
    satu@contoh.id;Satu;32.75;HEAD;Ketua;KETUA;\r\n\
    dua@contoh.id;Dua;32.75;staff;Staf Humas;STAF;2024-01-01\r\n\
    tiga@contoh.id;\"Tiga; S.Sos.\";32.04;OBSERVER;Anggota;;\r\n";

async fn a_list_is_tried_and_then_carried_out(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seats = async || {
        admin
            .data("{ unit(code: \"32.04\") { seats { id } } }", json!({}))
            .await
    };
    let before = seats().await;
    let tried = invites(&admin, LIST, true).await.unwrap();
    assert_eq!(
        tried,
        json!({ "dryRun": true, "rows": 3, "seatsCreated": 1, "invitations": [] }),
        "the standard seats that are free serve, only the one that is taken is made anew"
    );
    assert_eq!(seats().await, before, "a dry run leaves nothing");
    let none = admin.data("{ invitations { totalCount } }", json!({})).await;
    assert_eq!(none["invitations"]["totalCount"], 0);

    let done = invites(&admin, LIST, false).await.unwrap();
    assert_eq!((&done["rows"], &done["seatsCreated"]), (&json!(3), &json!(1)));
    let invitations = done["invitations"].as_array().unwrap();
    let find = |email: &str| {
        invitations
            .iter()
            .find(|invitation| invitation["email"] == email)
            .unwrap()
    };
    assert_eq!(
        find("tiga@contoh.id")["seat"],
        json!({ "localTitle": "Anggota", "unit": { "code": "32.04" } })
    );
    activates(&app, find("dua@contoh.id")["code"].as_str().unwrap(), STRONG)
        .await
        .unwrap();
    let person = app.signs_in("dua@contoh.id", STRONG).await.unwrap();
    let viewer = person
        .data("{ viewer { seats { function localTitle } } }", json!({}))
        .await;
    assert_eq!(
        viewer["viewer"]["seats"],
        json!([{ "function": "STAFF", "localTitle": "Staf Humas" }])
    );
    // The seats are there now, and free where nobody has come yet.
    let again = invites(&admin, LIST, true).await.unwrap();
    assert_eq!(again["seatsCreated"], 1, "only the seat that was taken is made anew");
}

async fn a_list_with_mistakes_invites_nobody(app: TestApp) {
    let admin = app.office("admin.32").await;
    let list = "email,name,unit,function,title,acting,valid_to\n\
        benar@contoh.id,Benar,32.75,STAFF,Staf,,\n\
        bukan alamat,Salah,32.75,STAFF,Staf,,\n\
        nama@contoh.id,,32.75,STAFF,Staf,,\n\
        unit@contoh.id,Unit,99.99,STAFF,Staf,,\n\
        fungsi@contoh.id,Fungsi,32.75,BOS,Staf,,\n\
        pusat@contoh.id,Pusat,32.75,EXPERT,Ahli,,\n\
        tetangga@contoh.id,Tetangga,18.01,STAFF,Staf,,\n\
        sendiri@contoh.id,Atasan,32,HEAD,Kordiv,,\n\
        admin.32@demo.jenjang.id,Diri,32.75,STAFF,Staf,,\n\
        benar@contoh.id,Benar,32.75,STAFF,Staf,,\n\
        plt@contoh.id,Plt,32.75,STAFF,Jabatan Lain,ya,\n\
        tanggal@contoh.id,Tanggal,32.75,STAFF,Staf,,31/12/2030\n\
        judul@contoh.id,Judul,32.75,STAFF,,,\n";
    let expected = [
        ("csv.3.email", "INVALID"),
        ("csv.4.name", "REQUIRED"),
        ("csv.5.unit", "NOT_FOUND"),
        ("csv.6.function", "INVALID"),
        ("csv.7.function", "INVALID"),
        ("csv.8.title", "FORBIDDEN"),
        ("csv.9.title", "FORBIDDEN"),
        ("csv.10.email", "OWN_SEAT"),
        ("csv.11.email", "ALREADY_EXISTS"),
        ("csv.12.title", "NOT_FOUND"),
        ("csv.13.valid_to", "INVALID"),
        ("csv.14.title", "REQUIRED"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
        .collect();
    for dry_run in [true, false] {
        assert_eq!(invites(&admin, list, dry_run).await.unwrap_err(), expected);
    }
    let none = admin.data("{ invitations { totalCount } }", json!({})).await;
    assert_eq!(none["invitations"]["totalCount"], 0);
    let too_many = format!(
        "email,name,unit,function,title\n{}",
        "a@b.id,A,32.75,STAFF,S\n".repeat(1_001)
    );
    for (list, told) in [
        ("", "csv REQUIRED"),
        ("email,name,unit,function,title\n", "csv REQUIRED"),
        ("email,name,unit,function\na@b.id,A,32.75,STAFF\n", "csv.2 INVALID"),
        (
            "email,name,unit,function,title,gaji\na@b.id,A,32.75,STAFF,S,1\n",
            "csv.2 INVALID",
        ),
        ("email,name,unit,function,title\na@b.id,A\n", "csv.2 INVALID"),
        (too_many.as_str(), "csv TOO_LONG"),
    ] {
        let refusals = invites(&admin, list, true).await.unwrap_err();
        assert_eq!(
            format!("{} {}", refusals[0].0, refusals[0].1),
            told,
            "{}",
            &list[..list.len().min(60)]
        );
    }
}

/// Nobody is put into a seat of one's own, not by a list either.
async fn a_list_does_not_fill_the_own_seat(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let own = admin.data("{ viewer { seats { localTitle } } }", json!({})).await;
    let title = own["viewer"]["seats"][0]["localTitle"].as_str().unwrap().to_owned();
    let until = app.services.clock.today() + chrono::Duration::days(30);
    let list = format!(
        "email;name;unit;function;title;position;acting;valid_to\n\
         pengganti@contoh.id;Pengganti;RI;ADMIN;{title};;ya;{until}\n"
    );
    for dry_run in [true, false] {
        let refused = invites(&admin, &list, dry_run).await.unwrap_err();
        let told = |(field, code): &(String, String)| code == "OWN_SEAT" && field.ends_with("title");
        assert!(refused.len() == 1 && told(&refused[0]), "{refused:?}");
    }
}

async fn what_is_no_invitation_is_told(app: TestApp) {
    let admin = app.office("admin.32").await;
    let seat = new_seat(&admin, "32.75", "STAFF").await;
    let base = invitation(STRANGER, &seat);
    for (change, code, field) in [
        (json!({ "email": "bukan alamat" }), "INVALID", "email"),
        (json!({ "email": "admin.32@demo.jenjang.id" }), "OWN_SEAT", "email"),
        (json!({ "name": "  " }), "REQUIRED", "name"),
        (json!({ "name": "x".repeat(201) }), "TOO_LONG", "name"),
        (json!({ "name": "a\u{7}b" }), "INVALID", "name"),
        (
            json!({ "validFrom": "2030-01-02", "validTo": "2030-01-02" }),
            "INVALID",
            "validTo",
        ),
        (json!({ "validFrom": "2001-01-02" }), "INVALID", "validFrom"),
    ] {
        let mut input = base.clone();
        input
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refusal = admin
            .command("inviteAccount", "invitation { id }", input)
            .await
            .unwrap_err();
        let expected = Refusal {
            code: code.to_owned(),
            field: field.to_owned(),
        };
        assert_eq!(refusal, expected, "{change}");
    }
}

on_both_databases!(
    a_list_does_not_fill_the_own_seat,
    an_invited_person_comes_in_once,
    a_known_address_is_invited_like_a_new_one,
    an_invitation_ends,
    a_code_is_told_again_to_who_repeats_the_command,
    with_a_mail_server_only_the_invited_learns_the_code,
    nobody_comes_to_a_seat_by_the_own_invitation,
    who_was_closed_out_takes_no_seat,
    of_rivals_with_one_code_one_comes_in,
    a_list_is_tried_and_then_carried_out,
    a_list_with_mistakes_invites_nobody,
    what_is_no_invitation_is_told,
);
