//! Units are entered for awards, by themselves, from above and out of what they reported; the tier above looks at what they show.
use std::sync::Arc;

use entity::{
    attachment, audit_leaf, award_edition, award_entry, award_revision,
    enums::{AwardEditionStatus, AwardEntryStatus, Function, RecordType},
    template::{Field, NumberRange, Shape},
};
use jenjang::{award::indicator, clock::StillClock, digest::sha256, graphql::id::Kind, report::catalogue};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{drafts, judged, opens, owned, plan, reckoned, refusals, steps};
use crate::{
    fixtures::reviewed::{REVIEWED, TEMPLATE},
    on_both_databases,
    stories::{
        attendance::{Seen, asks, comes, decides, finalises, sends, sessions, two_sessions},
        evaluation::{accepted, closes, opens as opens_evaluation, reviewing, writes},
        events, reviewing as reviews, rubrics,
    },
    support::{Office, Refusal, TestApp, app::Variation, files::pdf},
};

pub const ENTRY: &str = "entry { id version status origin title name unit { code } }";

/// A server whose clock stands where it is put.
async fn still(app: TestApp) -> (TestApp, StillClock) {
    let clock = StillClock::at("2025-01-21T03:00:00Z".parse().unwrap());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    (app.varied(variation).await, clock)
}

/// Enters somebody in a category, with what else is given.
pub async fn nominates(office: &Office<'_>, category: &Value, more: Value) -> Result<Value, Refusal> {
    let mut input = json!({ "category": category["id"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    Ok(office.command("nominate", ENTRY, input).await?["entry"].clone())
}

/// What a command on an entry is told, with what else is given.
pub fn on(entry: &Value, more: Value) -> Value {
    let mut input = json!({ "entry": entry["id"], "expectedVersion": entry["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

/// Does something to an entry.
pub async fn does(office: &Office<'_>, command: &str, entry: &Value, more: Value) -> Result<Value, Refusal> {
    Ok(office.command(command, ENTRY, on(entry, more)).await?["entry"].clone())
}

/// What an office is shown of an entry: alike by its id and in the list.
pub async fn seen(office: &Office<'_>, entry: &Value, selection: &str) -> Option<Value> {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on AwardEntry {{ id {selection} }} }} awardEntries(first: 100) {{ totalCount nodes {{ id }} }} }}"
    );
    let data = office.data(&document, json!({ "id": entry["id"] })).await;
    let listed = data["awardEntries"]["nodes"].as_array().unwrap();
    let known = listed.iter().any(|node| node["id"] == entry["id"]);
    assert_eq!(data["node"].is_object(), known, "{}", office.name);
    assert_eq!(data["awardEntries"]["totalCount"], listed.len(), "{}", office.name);
    known.then(|| data["node"].clone())
}

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

fn uuid(kind: Kind, of: &Value) -> uuid::Uuid {
    kind.uuid(&of["id"].as_str().unwrap().into()).unwrap()
}

async fn an_entry_is_submitted_returned_and_found_eligible(app: TestApp) {
    let (app, clock) = still(app).await;
    app.employs(&[("head2.32.73", "32.73", Function::Head)]).await;
    let (province, staff, head) = (
        app.office("head.32").await,
        app.office("staff.32.73").await,
        app.office("head.32.73").await,
    );
    let (neighbour, coordinator) = (app.office("head.32.04").await, app.office("coordinator.ri").await);
    let rubric = rubrics::publishes(&province, "kehumasan-jabar").await;
    let edition = opens(&province, &[judged("Media sosial", &rubric)]).await;
    let category = &edition["categories"][0];

    let (proof, copy) = (pdf("bukti", 300), pdf("salinan", 300));
    let (proof_id, copy_id) = (
        staff.uploads("bukti.pdf", &proof).await,
        staff.uploads("salinan.pdf", &copy).await,
    );
    let work = json!({ "title": "Posko aduan", "files": [proof_id], "links": [{ "title": "Berita", "url": "https://contoh.example/posko" }] });
    let entry = nominates(&staff, category, work).await.unwrap();
    assert_eq!(
        (&entry["status"], &entry["origin"], &entry["version"]),
        (&json!("DRAFT"), &json!("OWN"), &json!(1))
    );
    for office in [&province, &neighbour, &coordinator] {
        assert_eq!(
            seen(office, &entry, "version").await,
            None,
            "{} reads a draft",
            office.name
        );
        assert!(!office.reads_file(&proof_id).await, "{}", office.name);
    }
    assert!(seen(&head, &entry, "version").await.is_some());
    assert!(
        head.reads_file(&proof_id).await,
        "a colleague reads what the draft holds"
    );
    assert_eq!(
        does(&staff, "submitAwardEntry", &entry, json!({})).await,
        Err(refused("FORBIDDEN", "entry"))
    );
    let owing = refusals(&head, "submitAwardEntry", on(&entry, json!({}))).await;
    assert_eq!(
        owing,
        owned([("REQUIRED", "entry.statement"), ("REQUIRED", "entry.links.0.copy")])
    );

    let links = json!([{ "title": "Berita", "url": "https://contoh.example/posko", "copy": copy_id }]);
    let entry = does(
        &staff,
        "editAwardEntry",
        &entry,
        json!({ "statement": " Posko di setiap kecamatan. ", "links": links }),
    )
    .await
    .unwrap();
    assert_eq!(
        does(
            &staff,
            "editAwardEntry",
            &json!({ "id": entry["id"], "version": 1 }),
            json!({ "title": "Lain" })
        )
        .await,
        Err(refused("STALE_VERSION", "expectedVersion"))
    );
    let submitted = does(&head, "submitAwardEntry", &entry, json!({})).await.unwrap();
    assert_eq!(submitted["status"], "SUBMITTED");
    assert_eq!(
        does(&staff, "editAwardEntry", &submitted, json!({ "title": "Lain" })).await,
        Err(refused("WRONG_STATE", "entry"))
    );
    let said = "status title statement viewerCanVerify viewerCanEdit files { name } links { title copy { name } } \
                submission { number sha256 content } eligibility { fits reported }";
    for office in [&province, &coordinator] {
        let shown = seen(office, &entry, said).await.unwrap();
        assert_eq!(shown["statement"], "Posko di setiap kecamatan.", "{}", office.name);
        assert_eq!(shown["links"][0]["copy"]["name"], "salinan.pdf");
        assert_eq!(shown["files"], json!([{ "name": "bukti.pdf" }]));
        assert_eq!(shown["eligibility"], json!({ "fits": true, "reported": null }));
        assert_eq!(
            shown["viewerCanVerify"],
            json!(office.name == "head.32"),
            "{}",
            office.name
        );
        assert!(
            office.reads_file(&proof_id).await && office.reads_file(&copy_id).await,
            "{}",
            office.name
        );
    }
    assert_eq!(seen(&neighbour, &entry, "id").await, None);
    assert!(!neighbour.reads_file(&copy_id).await);
    let shown = seen(&province, &entry, said).await.unwrap();
    let content = shown["submission"]["content"].as_str().unwrap();
    assert_eq!(shown["submission"]["sha256"], sha256(content));
    let told: Value = serde_json::from_str(content).unwrap();
    assert_eq!(told["rulesSha256"], edition["rulesSha256"]);
    assert_eq!(told["files"].as_array().unwrap().len(), 2, "every file with its hash");
    assert!(content.contains(&crate::support::files::sha256(&proof)));

    // Sent back: what is mended meanwhile stays with who mends it.
    for name in ["staff.32", "head.32.73", "coordinator.ri"] {
        let refusal = does(
            &app.office(name).await,
            "returnAwardEntry",
            &submitted,
            json!({ "reason": "Foto?" }),
        )
        .await;
        assert_eq!(refusal, Err(refused("FORBIDDEN", "entry")), "{name}");
    }
    assert_eq!(
        does(&province, "returnAwardEntry", &submitted, json!({ "reason": " " })).await,
        Err(refused("REQUIRED", "reason"))
    );
    let returned = does(
        &province,
        "returnAwardEntry",
        &submitted,
        json!({ "reason": "Lampirkan foto." }),
    )
    .await;
    let returned = returned.unwrap();
    let photo = staff.uploads("foto.pdf", &pdf("foto", 300)).await;
    let mended = json!({ "statement": "Posko di 30 kecamatan.", "files": [proof_id, photo] });
    let mended = does(&staff, "editAwardEntry", &returned, mended).await.unwrap();
    let shown = seen(&province, &entry, said).await.unwrap();
    assert_eq!(
        shown["statement"], "Posko di setiap kecamatan.",
        "what is being written is not read"
    );
    assert!(!province.reads_file(&photo).await);
    let own = seen(&staff, &entry, said).await.unwrap();
    assert_eq!(own["statement"], "Posko di 30 kecamatan.");

    // The time for entries is over; what was returned is still mended, and nothing new is begun.
    clock.advance(chrono::Duration::days(11));
    let (province, staff, head) = (
        app.office("head.32").await,
        app.office("staff.32.73").await,
        app.office("head.32.73").await,
    );
    assert_eq!(
        nominates(&app.office("head.32.04").await, category, json!({})).await,
        Err(refused("WRONG_STATE", "edition.entriesBy"))
    );
    steps(&province, "closeNominations", &edition).await.unwrap();
    assert_eq!(
        nominates(&app.office("head.32.04").await, category, json!({})).await,
        Err(refused("WRONG_STATE", "edition"))
    );
    let again = does(&head, "submitAwardEntry", &mended, json!({})).await.unwrap();
    assert!(province.reads_file(&photo).await);
    let late = json!({ "id": again["id"], "version": submitted["version"] });
    assert_eq!(
        does(&province, "verifyAwardEntry", &late, json!({ "verdict": "ELIGIBLE" })).await,
        Err(refused("STALE_VERSION", "expectedVersion")),
        "what is verified is what was read"
    );
    assert_eq!(
        does(
            &province,
            "verifyAwardEntry",
            &again,
            json!({ "verdict": "INELIGIBLE" })
        )
        .await,
        Err(refused("REQUIRED", "reason"))
    );
    let found = does(&province, "verifyAwardEntry", &again, json!({ "verdict": "ELIGIBLE" }))
        .await
        .unwrap();
    assert_eq!(found["status"], "ELIGIBLE");
    let history = seen(&staff, &entry, "acts { kind reason } submissions { number statement }")
        .await
        .unwrap();
    let kinds: Vec<&Value> = history["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| &act["kind"])
        .collect();
    let expected = [
        "NOMINATE",
        "EDIT_ENTRY",
        "SUBMIT_ENTRY",
        "RETURN_ENTRY",
        "EDIT_ENTRY",
        "SUBMIT_ENTRY",
        "VERIFY_ENTRY",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(history["acts"][3]["reason"], "Lampirkan foto.");
    assert_eq!(
        history["submissions"][1],
        json!({ "number": 2, "statement": "Posko di 30 kecamatan." })
    );
    let leaves = audit_leaf::Entity::find()
        .filter(audit_leaf::Column::SubjectType.eq("award_revision"))
        .all(app.services.db.reader())
        .await
        .unwrap();
    assert_eq!(leaves.len(), 2, "each submission is attested");

    // The unit takes it back; then it may be entered again, but it is too late for that.
    let colleague = app.office("head2.32.73").await;
    let withdrawn = does(&colleague, "withdrawAwardEntry", &found, json!({ "reason": "Keliru." })).await;
    assert_eq!(withdrawn.unwrap()["status"], "WITHDRAWN");
    assert!(province.reads_file(&proof_id).await, "what was submitted stays");
}

async fn a_unit_is_entered_once(app: TestApp) {
    let (app, clock) = still(app).await;
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let beside = TestApp::on(Arc::clone(&app.database), variation).await;
    let (province, unit) = (app.office("head.32").await, app.office("head.32.73").await);
    let (staff, coordinator) = (app.office("staff.32.73").await, app.office("coordinator.ri").await);
    let edition = opens(&coordinator, &[reckoned("Ketepatan", 10)]).await;
    let category = &edition["categories"][0];
    let code = unit.unit("32.73").await;
    let above = nominates(&province, category, json!({ "unit": code })).await.unwrap();
    assert_eq!(
        (&above["origin"], &above["unit"]["code"]),
        (&json!("PARENT"), &json!("32.73"))
    );
    assert_eq!(
        seen(&unit, &above, "id").await,
        None,
        "a draft of the province is not the unit's to read"
    );
    let own = nominates(&staff, category, json!({})).await.unwrap();
    assert_eq!(
        nominates(&unit, category, json!({})).await,
        Err(refused("ALREADY_EXISTS", "unit")),
        "a colleague has begun one"
    );

    // Both are submitted at the same moment, in two processes: one is.
    let (here, there) = (app.office("head.32.73").await, beside.office("head.32").await);
    let (mine, theirs) = tokio::join!(
        does(&here, "submitAwardEntry", &own, json!({})),
        does(&there, "submitAwardEntry", &above, json!({}))
    );
    let taken = Err(refused("ALREADY_EXISTS", "entry.unit"));
    let taken_at_once = Err(refused("ALREADY_EXISTS", "unit"));
    let (won, lost) = if mine.is_ok() { (mine, theirs) } else { (theirs, mine) };
    assert!(lost == taken || lost == taken_at_once, "{lost:?}");
    let won = won.unwrap();
    assert_eq!(won["status"], "SUBMITTED");
    assert!(seen(&unit, &won, "id").await.is_some() && seen(&province, &won, "id").await.is_some());
    assert_eq!(
        nominates(&coordinator, category, json!({ "unit": code })).await,
        Err(refused("ALREADY_EXISTS", "unit"))
    );
    // The unit may take back what the province entered.
    let withdrawn = does(&unit, "withdrawAwardEntry", &won, json!({ "reason": "Belum siap." }))
        .await
        .unwrap();
    assert_eq!(withdrawn["status"], "WITHDRAWN");
    let begun = [
        nominates(&coordinator, category, json!({ "unit": code })).await,
        nominates(&coordinator, category, json!({ "unit": code })).await,
    ];
    assert!(begun[0].is_ok());
    assert_eq!(begun[1], Err(refused("ALREADY_EXISTS", "unit")));
    let other = app.office("head.32.04").await;
    let rival = beside.office("staff.32.04").await;
    let (one, two) = tokio::join!(
        nominates(&other, category, json!({})),
        nominates(&rival, category, json!({}))
    );
    let lost = match (one, two) {
        (Ok(_done), Err(lost)) | (Err(lost), Ok(_done)) => lost,
        both => panic!("not exactly one was begun: {both:?}"),
    };
    assert_eq!(lost, refused("ALREADY_EXISTS", "unit"));
}

async fn everything_wrong_with_an_entry_is_told_at_once(app: TestApp) {
    let (app, _clock) = still(app).await;
    let (province, unit) = (app.office("head.32").await, app.office("head.32.73").await);
    let edition = opens(&province, &[reckoned("Ketepatan", 10)]).await;
    let category = &edition["categories"][0];
    let foreign = app
        .office("head.32.04")
        .await
        .uploads("lain.pdf", &pdf("lain", 200))
        .await;
    let input = json!({
        "category": category["id"],
        "name": "Sari",
        "title": "x".repeat(201),
        "links": [{ "title": "", "url": "ftp://contoh.example", "copy": foreign }],
        "files": [foreign],
    });
    let expected = [
        ("INVALID", "name"),
        ("TOO_LONG", "title"),
        ("REQUIRED", "links.0.title"),
        ("INVALID", "links.0.url"),
        ("NOT_FOUND", "files.0"),
        ("NOT_FOUND", "links.0.copy"),
    ];
    assert_eq!(refusals(&unit, "nominate", input).await, owned(expected));
    let held = attachment::Entity::find().filter(attachment::Column::RecordType.eq(RecordType::AwardEntry));
    let held = held.all(app.services.db.reader()).await.unwrap();
    assert!(held.is_empty(), "a file of somebody else was taken");

    // Of another tier, next door, and beneath nobody of ours.
    for (office, code, expected) in [
        (&province, "32", refused("INVALID", "unit")),
        (&unit, "32.04", refused("FORBIDDEN", "unit")),
        (&province, "35.02", refused("FORBIDDEN", "unit")),
    ] {
        let code_id = office.unit(code).await;
        let refusal = nominates(office, category, json!({ "unit": code_id }))
            .await
            .unwrap_err();
        assert_eq!(refusal, expected, "{code}");
    }
    let coordinator = app.office("coordinator.ri").await;
    let outside = coordinator.unit("35.02").await;
    assert_eq!(
        nominates(&coordinator, category, json!({ "unit": outside })).await,
        Err(refused("INVALID", "unit")),
        "not beneath the issuer"
    );
    // One that was dissolved is entered no more, also where its draft was begun before.
    let begun = nominates(&province, category, json!({ "unit": province.unit("32.04").await }))
        .await
        .unwrap();
    let gone = app.unit("32.04");
    app.change_directory(async |connection| {
        entity::unit::Entity::update_many()
            .col_expr(
                entity::unit::Column::DissolvedOn,
                Expr::value(chrono::NaiveDate::from_ymd_opt(2025, 1, 1)),
            )
            .filter(entity::unit::Column::Id.eq(gone))
            .exec(connection)
            .await
            .unwrap();
    })
    .await;
    app.reload_directory().await;
    let province = app.office("head.32").await;
    assert_eq!(
        does(&province, "submitAwardEntry", &begun, json!({})).await,
        Err(refused("INVALID", "entry.unit"))
    );
    let coordinator = app.office("coordinator.ri").await;
    let id = Kind::Unit.id(gone).to_string();
    assert_eq!(
        nominates(&coordinator, category, json!({ "unit": id })).await,
        Err(refused("INVALID", "unit"))
    );
}

async fn people_are_entered_without_their_names_being_frozen(app: TestApp) {
    let (app, _clock) = still(app).await;
    let (coordinator, unit) = (app.office("coordinator.ri").await, app.office("head.32.73").await);
    let rubric = rubrics::publishes(&coordinator, "perorangan").await;
    let mut people = judged("Humas teladan", &rubric);
    people["recipient"] = json!("PERSON");
    let mut outsiders = judged("Media", &rubric);
    outsiders["recipient"] = json!("OUTSIDER");
    let edition = opens(&coordinator, &[people, outsiders]).await;
    let (people, outsiders) = (&edition["categories"][0], &edition["categories"][1]);
    let account = |name: &'static str| {
        let account = app.account(name);
        async move { Kind::Account.id(account.await.id).to_string() }
    };
    let own = account("staff.32.73").await;
    let why = |more: Value| {
        let mut work = json!({ "statement": "Rajin." });
        for (key, value) in more.as_object().unwrap() {
            work[key] = value.clone();
        }
        work
    };
    for (given, expected) in [
        (json!({}), refused("INVALID", "name")),
        (json!({ "account": own, "name": "Sari" }), refused("INVALID", "name")),
    ] {
        assert_eq!(nominates(&unit, people, why(given)).await, Err(expected));
    }
    let stranger = account("staff.32.04").await;
    let code = nominates(
        &coordinator,
        people,
        json!({ "account": stranger, "unit": coordinator.unit("32.73").await }),
    )
    .await;
    assert_eq!(code, Err(refused("INVALID", "account")), "who sits elsewhere");
    let known = nominates(&unit, people, why(json!({ "account": own }))).await.unwrap();
    let known = does(&unit, "submitAwardEntry", &known, json!({})).await.unwrap();
    assert_eq!(
        nominates(&unit, people, why(json!({ "account": own }))).await,
        Err(refused("ALREADY_EXISTS", "account"))
    );
    let named = nominates(&unit, people, why(json!({ "name": "Sari" }))).await.unwrap();
    let renamed = does(&unit, "editAwardEntry", &named, json!({ "name": "Sari Melati" }))
        .await
        .unwrap();
    assert_eq!(renamed["name"], "Sari Melati");
    let named = does(&unit, "submitAwardEntry", &renamed, json!({})).await.unwrap();
    assert_eq!(
        nominates(
            &unit,
            outsiders,
            why(json!({ "account": own, "name": "Harian Contoh" }))
        )
        .await,
        Err(refused("INVALID", "account"))
    );
    let outsider = nominates(&unit, outsiders, why(json!({ "name": "Harian Contoh" })))
        .await
        .unwrap();
    let outsider = does(&unit, "submitAwardEntry", &outsider, json!({})).await.unwrap();

    let rows = award_entry::Entity::find().all(app.services.db.reader()).await.unwrap();
    for (entry, name) in [(&named, "Sari Melati"), (&outsider, "Harian Contoh")] {
        let row = rows.iter().find(|row| row.id == uuid(Kind::AwardEntry, entry)).unwrap();
        let revision = award_revision::Entity::find()
            .filter(award_revision::Column::EntryId.eq(row.id))
            .one(app.services.db.reader());
        let content = revision.await.unwrap().unwrap().content;
        assert!(!content.contains("Sari") && !content.contains("Harian"), "{content}");
        let told: Value = serde_json::from_str(&content).unwrap();
        let salt = row.name_salt.as_ref().unwrap();
        assert_eq!(told["nameSha256"], sha256(&format!("{salt}{name}")));
        let shown = seen(&coordinator, entry, "name account { id } eligibility { fits }")
            .await
            .unwrap();
        assert_eq!(shown["name"], name);
        assert_eq!(shown["eligibility"].is_null(), name == "Harian Contoh");
    }
    let shown = seen(&coordinator, &known, "name account { id }").await.unwrap();
    assert_eq!(
        (&shown["name"], shown["account"]["id"].as_str()),
        (&Value::Null, Some(own.as_str()))
    );
    let province = app.office("head.32").await;
    let found = does(
        &province,
        "verifyAwardEntry",
        &outsider,
        json!({ "verdict": "ELIGIBLE" }),
    )
    .await;
    assert_eq!(found.unwrap()["status"], "ELIGIBLE");
}

async fn a_name_is_entered_once_in_a_unit(app: TestApp) {
    let (app, _clock) = still(app).await;
    let (coordinator, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    let (unit, other) = (app.office("head.32.73").await, app.office("head.32.04").await);
    let rubric = rubrics::publishes(&coordinator, "perorangan").await;
    let mut people = judged("Humas teladan", &rubric);
    people["recipient"] = json!("PERSON");
    let mut outsiders = judged("Media", &rubric);
    outsiders["recipient"] = json!("OUTSIDER");
    let edition = opens(&coordinator, &[people, outsiders]).await;
    let (people, outsiders) = (&edition["categories"][0], &edition["categories"][1]);
    let named = |name: &str| json!({ "name": name, "statement": "Rajin." });
    let twice = Err(refused("ALREADY_EXISTS", "name"));
    for category in [people, outsiders] {
        let first = nominates(&unit, category, named("Sari Melati, S.H.")).await.unwrap();
        for alike in ["SARI MELATI, S.H.", "Sari  Melati S. H."] {
            assert_eq!(nominates(&unit, category, named(alike)).await, twice, "{alike}");
        }
        // A draft stands in nobody else's way; what was submitted does.
        let beneath = json!({ "unit": unit.unit("32.73").await, "name": "sari melati s.h.", "statement": "Rajin." });
        let above = nominates(&province, category, beneath.clone()).await.unwrap();
        let first = does(&unit, "submitAwardEntry", &first, json!({})).await.unwrap();
        assert_eq!(
            does(&province, "submitAwardEntry", &above, json!({})).await,
            Err(refused("ALREADY_EXISTS", "entry.name"))
        );
        assert_eq!(
            nominates(&province, category, beneath).await,
            Err(refused("ALREADY_EXISTS", "name"))
        );
        // Another of the same unit, and one who is called the same elsewhere.
        let another = nominates(&unit, category, named("Sari Wening")).await.unwrap();
        assert_eq!(
            does(&unit, "editAwardEntry", &another, json!({ "name": "Sari Melati SH" }))
                .await
                .unwrap()["name"],
            "Sari Melati SH"
        );
        let again = does(
            &unit,
            "editAwardEntry",
            &json!({ "id": another["id"], "version": 2 }),
            json!({ "name": "Sari Melati, S.H" }),
        )
        .await;
        assert_eq!(again, twice);
        nominates(&other, category, named("Sari Melati, S.H.")).await.unwrap();
        // Who was withdrawn can be entered again.
        does(&unit, "withdrawAwardEntry", &first, json!({ "reason": "Salah nama." }))
            .await
            .unwrap();
        nominates(&unit, category, named("Sari Melati, S.H.")).await.unwrap();
    }
    // At once: one of the two.
    let (one, two) = tokio::join!(
        nominates(&unit, people, named("Bayu Lestari")),
        nominates(&unit, people, named("bayu lestari")),
    );
    assert_ne!(one.is_ok(), two.is_ok(), "{one:?} {two:?}");
}

/// The facts of a unit that an entry shows.
const FITNESS: &str = "eligibility { fits obligationsMet noOpenMust reported attendedPercent }";

async fn who_does_not_fit_is_not_found_eligible(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    let coordinator = app.office("coordinator.ri").await;
    let mut category = reckoned("Ketepatan", 10);
    category["eligibility"] =
        json!({ "obligationsMet": true, "noOpenMust": true, "reported": true, "attendedPercent": 50 });
    let mut input = plan(&coordinator, &[category]);
    input["evidenceTo"] = json!("2025-03-31");
    input["entriesBy"] = json!("2025-06-30T00:00:00Z");
    let edition = drafts(&coordinator, input).await.unwrap();
    let edition = steps(&coordinator, "publishAwardRules", &edition).await.unwrap();
    let edition = steps(&coordinator, "openNominations", &edition).await.unwrap();
    let category = &edition["categories"][0];
    let staff = app.office("staff.32.73").await;
    let report = staff.drafts(REVIEWED).await;
    let report = app.office("head.32.73").await.submits(&report).await.unwrap();
    let (handed_over, _session) = app.office("head.32").await.hands_over(&[&report], None).await.unwrap();
    let received = coordinator.receives(&[&handed_over[0]]).await.unwrap().remove(0);
    reviews::assigns(&coordinator, &[&received], &["expert1.ri"], Some("expert1.ri"))
        .await
        .unwrap();
    let reviewed = coordinator.sees(&received).await.unwrap();
    reviews::finds(&app.office("expert1.ri").await, &reviewed, "MUST").await;

    // An event of RI in a week: nobody of 32.73 comes, of 32.75 somebody to one of two sessions.
    let invited = json!({ "tiers": ["KABUPATEN_KOTA"], "units": [coordinator.unit("32.73").await, coordinator.unit("32.75").await] });
    let event = two_sessions(&coordinator, invited).await;
    let times = sessions(&coordinator, &event).await;
    let sent = sends(&app.office("head.32.75").await, &event, "32.75", &["Wulan"]).await;
    clock.advance(chrono::Duration::days(7));
    let coordinator = app.office("coordinator.ri").await;
    let event = events::steps(&coordinator, "startEvent", &event).await.unwrap();
    comes(&app, &sent["delegates"][0]["id"], &times[0], Seen::Inside).await;
    clock.advance(chrono::Duration::days(3));
    let coordinator = app.office("coordinator.ri").await;
    let event = events::steps(&coordinator, "endEvent", &event).await.unwrap();
    finalises(&coordinator, &event, Some("Tenggat lewat.")).await.unwrap();

    // Long after everything was due: the final report of 2024 never came.
    clock.advance(chrono::Duration::days(60));
    let (unit, province) = (app.office("head.32.73").await, app.office("head.32").await);
    let entry = nominates(&unit, category, json!({})).await.unwrap();
    let entry = does(&unit, "submitAwardEntry", &entry, json!({})).await.unwrap();
    let shown = seen(&province, &entry, FITNESS).await.unwrap();
    assert_eq!(
        shown["eligibility"],
        json!({ "fits": false, "obligationsMet": false, "noOpenMust": false, "reported": false, "attendedPercent": 0 })
    );
    let missing = refusals(
        &province,
        "verifyAwardEntry",
        on(&entry, json!({ "verdict": "ELIGIBLE" })),
    )
    .await;
    let expected = [
        ("INVALID", "entry.eligibility.obligationsMet"),
        ("INVALID", "entry.eligibility.noOpenMust"),
        ("INVALID", "entry.eligibility.reported"),
        ("INVALID", "entry.eligibility.attendedPercent"),
    ];
    assert_eq!(missing, owned(expected));
    let reason = json!({ "verdict": "INELIGIBLE", "reason": "Laporan tidak ada." });
    let rejected = does(&province, "verifyAwardEntry", &entry, reason).await.unwrap();
    assert_eq!(rejected["status"], "INELIGIBLE");

    let other = app.office("head.32.75").await;
    let entry = nominates(&other, category, json!({})).await.unwrap();
    let shown = seen(&other, &entry, FITNESS).await.unwrap();
    assert_eq!(shown["eligibility"]["attendedPercent"], 50);
    assert_eq!(shown["eligibility"]["noOpenMust"], true);
    let row = edition_row(&app, &edition).await;
    assert_eq!(row.status, AwardEditionStatus::Nomination);
}

async fn edition_row(app: &TestApp, edition: &Value) -> award_edition::Model {
    let row = award_edition::Entity::find_by_id(uuid(Kind::AwardEdition, edition)).one(app.services.db.reader());
    row.await.unwrap().unwrap()
}

/// Enters whoever fits, and what came of it.
async fn enters(office: &Office<'_>, category: &Value, dry_run: bool) -> Result<Value, Refusal> {
    let selection = "result { dryRun units entered already unreported unfit }";
    let input = json!({ "category": category["id"], "dryRun": dry_run });
    Ok(office.command("nominateAutomatically", selection, input).await?["result"].clone())
}

async fn who_reported_is_entered_at_once(app: TestApp) {
    let (app, _clock) = reviewing(app).await;
    accepted(&app, "32.73", [(5, 5), (5, 5)]).await;
    accepted(&app, "32.75", [(4, 4), (4, 4)]).await;
    let coordinator = app.office("coordinator.ri").await;
    let edition = opens(&coordinator, &[reckoned("Ketepatan", 10)]).await;
    let category = &edition["categories"][0];
    let unit = app.office("head.32.75").await;
    let own = nominates(&unit, category, json!({})).await.unwrap();
    assert_eq!(
        enters(&app.office("head.32").await, category, true).await,
        Err(refused("FORBIDDEN", "edition"))
    );
    let told = enters(&coordinator, category, true).await.unwrap();
    let units = told["units"].as_i64().unwrap();
    assert_eq!(units, 514);
    let expected = json!({ "dryRun": true, "units": 514, "entered": 2, "already": 0, "unreported": 512, "unfit": 0 });
    assert_eq!(told, expected, "a draft counts for nothing");
    let none = award_entry::Entity::find().all(app.services.db.reader()).await.unwrap();
    assert_eq!(none.len(), 1, "nothing is kept of a dry run");
    let done = enters(&coordinator, category, false).await.unwrap();
    assert_eq!(done["entered"], 2);
    let statements = app.last_statements().len();
    assert!(statements < 40, "{statements} statements");
    let again = enters(&coordinator, category, false).await.unwrap();
    let expected = json!({ "dryRun": false, "units": 514, "entered": 0, "already": 2, "unreported": 512, "unfit": 0 });
    assert_eq!(again, expected);

    let document = "query($f: AwardEntryFilter) { awardEntries(filter: $f) { totalCount nodes { id version origin status unit { code } nominator { code } \
                    submission { number content } acts { kind } viewerCanWithdraw } } }";
    let filter = json!({ "f": { "edition": { "eq": edition["id"] }, "status": { "eq": "ELIGIBLE" } } });
    let read = app.office("head.32.73").await.data(document, filter.clone()).await["awardEntries"].clone();
    assert_eq!(read["totalCount"], 1);
    let node = &read["nodes"][0];
    assert_eq!(
        (&node["origin"], &node["unit"]["code"], &node["nominator"]["code"]),
        (&json!("AUTOMATIC"), &json!("32.73"), &json!("RI"))
    );
    let content: Value = serde_json::from_str(node["submission"]["content"].as_str().unwrap()).unwrap();
    let source = &content["sources"]["reports"][0];
    assert!(
        source["sha256"].as_str().is_some_and(|hash| hash.len() == 64),
        "{content}"
    );
    assert_eq!(content["sources"]["owed"][0]["onTime"], true);
    let all = coordinator.data(document, filter).await["awardEntries"].clone();
    assert_eq!(all["totalCount"], 2);
    assert_eq!(
        does(&unit, "submitAwardEntry", &own, json!({})).await,
        Err(refused("ALREADY_EXISTS", "entry.unit"))
    );
    // Who takes it back is not entered again.
    let back = does(
        &app.office("head.32.73").await,
        "withdrawAwardEntry",
        node,
        json!({ "reason": "Tidak ikut." }),
    )
    .await;
    assert_eq!(back.unwrap()["status"], "WITHDRAWN");
    assert_eq!(enters(&coordinator, category, false).await.unwrap()["entered"], 0);
    let struck = all["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["unit"]["code"] == "32.75")
        .unwrap();
    assert_eq!(
        does(
            &unit,
            "disqualifyAwardEntry",
            struck,
            json!({ "reason": "Bukti palsu." })
        )
        .await,
        Err(refused("FORBIDDEN", "entry"))
    );
    let struck = does(
        &coordinator,
        "disqualifyAwardEntry",
        struck,
        json!({ "reason": "Bukti palsu." }),
    )
    .await
    .unwrap();
    assert_eq!(struck["status"], "DISQUALIFIED");
}

/// Lets juries have been at work: so stand the entries, and the edition.
async fn stand(app: &TestApp, edition: &Value, status: AwardEditionStatus, entries: &[(&Value, AwardEntryStatus)]) {
    let transaction = app.services.db.begin().await.unwrap();
    let connection = transaction.connection();
    award_edition::Entity::update_many()
        .col_expr(award_edition::Column::Status, Expr::value(status))
        .filter(award_edition::Column::Id.eq(uuid(Kind::AwardEdition, edition)))
        .exec(connection)
        .await
        .unwrap();
    for (entry, status) in entries {
        award_entry::Entity::update_many()
            .col_expr(award_entry::Column::Status, Expr::value(*status))
            .filter(award_entry::Column::Id.eq(uuid(Kind::AwardEntry, entry)))
            .exec(connection)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
}

async fn what_juries_found_is_told_to_nobody_early(app: TestApp) {
    let (app, _clock) = still(app).await;
    let coordinator = app.office("coordinator.ri").await;
    let edition = opens(&coordinator, &[reckoned("Ketepatan", 10)]).await;
    let category = &edition["categories"][0];
    let province = app.office("head.32").await;
    let mut entries = Vec::new();
    for code in ["32.73", "32.75"] {
        let unit = app.office(&format!("head.{code}")).await;
        let entry = nominates(&unit, category, json!({})).await.unwrap();
        let entry = does(&unit, "submitAwardEntry", &entry, json!({})).await.unwrap();
        entries.push(
            does(&province, "verifyAwardEntry", &entry, json!({ "verdict": "ELIGIBLE" }))
                .await
                .unwrap(),
        );
    }
    let (passed, dropped) = (&entries[0], &entries[1]);
    let counted = async |office: &Office<'_>, status: &str| {
        let document = "query($f: AwardEntryFilter) { awardEntries(filter: $f) { totalCount nodes { id status version viewerCanWithdraw acts { kind } } } }";
        let filter = json!({ "f": { "category": { "eq": category["id"] }, "status": { "in": [status] } } });
        let found = office.data(document, filter).await["awardEntries"].clone();
        assert_eq!(found["totalCount"], found["nodes"].as_array().unwrap().len());
        found
    };
    for at in [
        AwardEditionStatus::Judging,
        AwardEditionStatus::Ranked,
        AwardEditionStatus::Void,
    ] {
        let stands = [
            (passed, AwardEntryStatus::Shortlisted),
            (dropped, AwardEntryStatus::NotListed),
        ];
        stand(&app, &edition, at, &stands).await;
        for name in ["head.32.73", "head.32.75", "head.32", "observer.32"] {
            let office = app.office(name).await;
            for hidden in ["SHORTLISTED", "NOT_LISTED", "RANKED", "AWARDED", "UNPLACED"] {
                assert_eq!(
                    counted(&office, hidden).await["totalCount"],
                    0,
                    "{name} {hidden} {at:?}"
                );
            }
            let found = counted(&office, "ELIGIBLE").await;
            let among = if name.starts_with("head.32.7") { 1 } else { 2 };
            assert_eq!(found["totalCount"], among, "{name}");
            for node in found["nodes"].as_array().unwrap() {
                assert_eq!(
                    (&node["status"], &node["version"]),
                    (&json!("ELIGIBLE"), &json!(0)),
                    "{name}"
                );
                assert_eq!(node["viewerCanWithdraw"], false);
            }
        }
        // A refusal tells no more: the one that was passed on and the one that was not are refused alike, whatever version
        // is named.
        for (entry, name) in [(passed, "head.32.73"), (dropped, "head.32.75")] {
            for version in [&entry["version"], &json!(99)] {
                let read = json!({ "id": entry["id"], "version": version });
                for (command, more) in [
                    ("withdrawAwardEntry", json!({ "reason": "x" })),
                    ("editAwardEntry", json!({})),
                    ("submitAwardEntry", json!({})),
                ] {
                    let refusal = does(&app.office(name).await, command, &read, more).await;
                    assert_eq!(refusal, Err(refused("WRONG_STATE", "edition")), "{name} {command}");
                }
            }
        }
        assert_eq!(counted(&coordinator, "SHORTLISTED").await["totalCount"], 1);
        assert_eq!(counted(&coordinator, "ELIGIBLE").await["totalCount"], 0);
    }
    let stands = [
        (passed, AwardEntryStatus::Awarded),
        (dropped, AwardEntryStatus::Unplaced),
    ];
    stand(&app, &edition, AwardEditionStatus::Announced, &stands).await;
    let unit = app.office("head.32.73").await;
    assert_eq!(counted(&unit, "AWARDED").await["totalCount"], 1);
    assert_eq!(counted(&unit, "ELIGIBLE").await["totalCount"], 0);
}

/// Lets the template of the round also ask for a number.
async fn asking_for_a_number(app: &TestApp) {
    let connection = app.services.db.reader();
    let template = entity::template::Entity::find()
        .filter(entity::template::Column::Code.eq(TEMPLATE))
        .one(connection);
    let template = template.await.unwrap().unwrap();
    let mut sections = template.sections.clone();
    sections.0[0].fields.push(Field {
        key: "siaran-pers".to_owned(),
        label: "Siaran pers".to_owned(),
        guidance: String::new(),
        required: false,
        shape: Shape::Integer(NumberRange::default()),
    });
    let mut changed = template.into_active_model();
    changed.sections = Set(sections);
    changed.update(connection).await.unwrap();
    catalogue::reload(&app.services).await.unwrap();
}

async fn figures_are_what_units_reported_and_attended(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    asking_for_a_number(&app).await;
    let coordinator = app.office("coordinator.ri").await;
    // 32.73: a report with 4 releases, scores of 100 and 50, at one of two sessions; 32.75 excused; 32.76 not there.
    let staff = app.office("staff.32.73").await;
    let report = staff.drafts(REVIEWED).await;
    let answers = [json!({ "field": "siaran-pers", "value": { "number": "4" } })];
    let input = json!({ "report": report.id, "expectedVersion": report.version, "answers": answers });
    let report = staff.on_report("editReport", input).await.unwrap();
    let report = app.office("head.32.73").await.submits(&report).await.unwrap();
    let (handed_over, _session) = app.office("head.32").await.hands_over(&[&report], None).await.unwrap();
    let received = coordinator.receives(&[&handed_over[0]]).await.unwrap().remove(0);
    let experts = ["expert1.ri", "expert2.ri"];
    reviews::assigns(&coordinator, &[&received], &experts, None)
        .await
        .unwrap();
    for (expert, score) in experts.into_iter().zip([(5, 5), (3, 3)]) {
        reviews::completes(&app.office(expert).await, &received, score).await;
    }
    let received = coordinator.sees(&received).await.unwrap();
    coordinator.does("acceptReport", &received).await.unwrap();

    let units = ["32.73", "32.75", "32.76"];
    let mut ids = Vec::new();
    for code in units {
        ids.push(coordinator.unit(code).await);
    }
    let event = two_sessions(&coordinator, json!({ "tiers": ["KABUPATEN_KOTA"], "units": ids })).await;
    let times = sessions(&coordinator, &event).await;
    let sent = sends(&app.office("head.32.73").await, &event, "32.73", &["Wulan"]).await;
    let away = app.office("head.32.75").await;
    let theirs = events::invitation(&away, &event, "32.75").await.unwrap();
    let excuse = asks(&away, &theirs, None).await.unwrap();
    decides(&coordinator, &excuse, "GRANT", None).await.unwrap();
    let open = opens_evaluation(&coordinator).await.unwrap();
    clock.advance(chrono::Duration::days(7));
    let coordinator = app.office("coordinator.ri").await;
    let text = json!({ "number": "0012/EV/2025", "summary": "Satu laporan diterima." });
    let written = writes(&coordinator, &open, text).await.unwrap();
    closes(&coordinator, &written, Some("Sudah waktunya.")).await.unwrap();
    let event = events::steps(&coordinator, "startEvent", &event).await.unwrap();
    comes(&app, &sent["delegates"][0]["id"], &times[0], Seen::Inside).await;
    clock.advance(chrono::Duration::days(3));
    let coordinator = app.office("coordinator.ri").await;
    let event = events::steps(&coordinator, "endEvent", &event).await.unwrap();

    let source = |key: &str, source: &str| json!({ "key": key, "title": key, "weight": 1, "source": source });
    let mut number = source("siaran", "REPORTED");
    for (key, value) in [("template", TEMPLATE), ("field", "siaran-pers"), ("full", "6")] {
        number[key] = json!(value);
    }
    let mut category = reckoned("Semua", 10);
    category["criteria"] = json!([
        source("waktu", "ON_TIME"),
        source("nilai", "EVALUATED"),
        source("hadir", "ATTENDED"),
        number
    ]);
    let mut input = plan(&coordinator, &[category]);
    input["evidenceTo"] = json!("2025-12-31");
    let edition = drafts(&coordinator, input).await.unwrap();
    let row = edition_row(&app, &edition).await;
    let categories = entity::award_category::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    let reckoned = async || {
        let found = units.map(|code| app.unit(code));
        let now = app.services.clock.now();
        let connection = app.services.db.reader();
        let figures = indicator::figures(connection, &row, &categories, &found, now)
            .await
            .unwrap();
        found.map(|unit| {
            let figures = &figures[&(categories[0].id, unit)];
            ["waktu", "nilai", "hadir", "siaran"]
                .map(|key| figures[key].clone())
                .join(" ")
        })
    };
    // The event is not sealed yet, and nothing else is due.
    let before = ["100.00 75.00 0.00 66.67", "0.00 0.00 0.00 0.00", "0.00 0.00 0.00 0.00"];
    assert_eq!(reckoned().await, before);
    finalises(&coordinator, &event, Some("Tenggat lewat.")).await.unwrap();
    let sealed = ["100.00 75.00 50.00 66.67", "0.00 0.00 0.00 0.00", "0.00 0.00 0.00 0.00"];
    assert_eq!(reckoned().await, sealed);
    // Once the other round is past its day, 32.73 has kept one of two.
    clock.advance(chrono::Duration::days(200));
    assert_eq!(reckoned().await[0], "50.00 75.00 50.00 66.67");
    // A period that ends before the round does looks at none of it.
    let short = award_edition::Model {
        evidence_to: chrono::NaiveDate::from_ymd_opt(2024, 12, 30).unwrap(),
        ..row.clone()
    };
    let unit = app.unit("32.73");
    let now = app.services.clock.now();
    let none = indicator::figures(app.services.db.reader(), &short, &categories, &[unit], now)
        .await
        .unwrap();
    assert_eq!(none[&(categories[0].id, unit)]["waktu"], "0.00");
}

on_both_databases!(
    an_entry_is_submitted_returned_and_found_eligible,
    a_unit_is_entered_once,
    everything_wrong_with_an_entry_is_told_at_once,
    people_are_entered_without_their_names_being_frozen,
    a_name_is_entered_once_in_a_unit,
    who_does_not_fit_is_not_found_eligible,
    who_reported_is_entered_at_once,
    what_juries_found_is_told_to_nobody_early,
    figures_are_what_units_reported_and_attended,
);
