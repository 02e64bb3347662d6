//! Who was honoured: read by everybody once it is announced, objected to, taken back by two persons, certified, and counted.
use std::{io::Cursor, sync::Arc};

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, Duration, Utc};
use entity::{
    award, award_edition, award_entry, award_list, certificate,
    enums::{AwardEditionStatus, AwardRecipient, AwardScheme, Function, Tier},
};
use jenjang::{
    award::honour::{inspection, query},
    certificate::inspection as certificates,
    clock::{Clock, StillClock, new_id},
    db::{counting_statements, insert_all},
    graphql::id::Kind,
    identity::Credential,
    session::Actor,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{owned, refusals};
use crate::{
    fixtures::awarded::{Category, Edition, Entrant, Given, announces},
    on_both_databases,
    privacy::{
        life::id_of,
        proposing::{decides, proposes, with_admins},
    },
    stories::certificates::{keys, page, paper, read, verification, verified, verified_offline},
    support::{Office, Refusal, TestApp, app::Variation, people::Tenure},
};

const OBJECTION: &str = "objection { id version state answer award { id } unit { code } }";
const PROPOSAL: &str = "proposal { id command status reason subject { ... on Award { id } } }";
const AWARD: &str = "id version name honour place tier recipient announcedOn revokedAt revokedBecause viewerCanRevoke \
     unit { code } province { code } issuer { code } category { title } certificate { id code name kind subject payload }";

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn of(unit: &str) -> Entrant {
    Entrant::of(unit)
}

/// Lampung in 2023: three awards of the province, three of its kabupaten/kota, and more besides.
fn lampung() -> Edition {
    let provinces = |title: &str| Category::ranked(title, Tier::Provinsi, &[of("18").wins(Some(1)), of("31")]);
    let units = Category::ranked(
        "Media Sosial Kabupaten/Kota",
        Tier::KabupatenKota,
        &[
            of("18.01").wins(Some(1)),
            of("18.71").wins(Some(2)),
            of("32.75").wins(Some(3)),
            of("35.02").nominated(),
            of("35.09"),
        ],
    );
    let other = Category::ranked(
        "Situs Kabupaten/Kota",
        Tier::KabupatenKota,
        &[of("18.01").wins(Some(1)), of("18.71").nominated(), of("32.75")],
    );
    let categories = [
        provinces("Media Sosial"),
        provinces("Situs"),
        provinces("Kemitraan"),
        units,
        other,
    ];
    Edition::of_ri("Anugerah Kehumasan 2023", moment("2023-12-28T03:00:00Z"), &categories)
}

/// The awards an office is shown, alike in the list, in the edition, one by one, and by unit.
async fn shown(office: &Office<'_>, given: &Given) -> Vec<Value> {
    let document = format!(
        "query($filter: AwardFilter!, $edition: ID!, $ids: [ID!]!) {{ \
         awards(filter: $filter, last: 100) {{ totalCount nodes {{ {AWARD} }} }} \
         awardEdition(id: $edition) {{ awards(last: 100) {{ totalCount nodes {{ id }} }} }} nodes(ids: $ids) {{ id }} \
         awardTally(filter: {{ edition: {{ eq: $edition }} }}) {{ editions {{ edition {{ id }} }} }} }}"
    );
    let variables =
        json!({ "filter": { "edition": { "eq": given.edition } }, "edition": given.edition, "ids": given.awards });
    let data = office.data(&document, variables).await;
    let nodes = data["awards"]["nodes"].as_array().unwrap();
    assert_eq!(data["awards"]["totalCount"], nodes.len(), "{}", office.name);
    let one_by_one = data["nodes"].as_array().unwrap().iter();
    assert_eq!(
        one_by_one.filter(|node| node.is_object()).count(),
        nodes.len(),
        "{}",
        office.name
    );
    if data["awardEdition"].is_object() {
        let of_edition = &data["awardEdition"]["awards"];
        assert_eq!(of_edition["totalCount"], nodes.len(), "{}", office.name);
    }
    let counted = data["awardTally"]["editions"].as_array().unwrap();
    assert_eq!(counted.len(), usize::from(!nodes.is_empty()), "{}", office.name);
    let mut nodes = nodes.clone();
    nodes.reverse();
    nodes
}

/// The file of an edition, as an office takes it home.
async fn exports(office: &Office<'_>, given: &Given) -> (u16, String) {
    let bearer = [
        ("authorization", format!("Bearer {}", office.access_token)),
        ("accept-language", "en".to_owned()),
    ];
    let path = format!("/export/awards/{}.csv", given.edition);
    let answer = office.app.send("GET", &path, &bearer, Vec::new()).await;
    (answer.status, String::from_utf8(answer.bytes).unwrap())
}

async fn becomes(app: &TestApp, given: &Given, status: AwardEditionStatus, at: DateTime<Utc>) {
    let id = Kind::AwardEdition.uuid(&given.edition.as_str().into()).unwrap();
    let transaction = app.services.db.begin().await.unwrap();
    award_edition::Entity::update_many()
        .col_expr(award_edition::Column::Status, Expr::value(status))
        .col_expr(award_edition::Column::AnnouncedAt, Expr::value(at))
        .col_expr(
            award_edition::Column::ObjectionsUntil,
            Expr::value(at + Duration::days(14)),
        )
        .filter(award_edition::Column::Id.eq(id))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// Announces an edition of RI now, of units, people and whoever is from outside.
async fn of_all_kinds(app: &TestApp) -> Given {
    let person = app.account("head.35.02").await.id;
    let people = Category::ranked(
        "Insan Kehumasan",
        Tier::KabupatenKota,
        &[
            of("35.02").person(person).wins(Some(1)),
            of("35.09").named("Wulan Lestari").wins(Some(2)),
        ],
    );
    let outsiders = Category::ranked(
        "Mitra Media",
        Tier::KabupatenKota,
        &[of("35.02").named("=HYPERLINK(\"http://x\")").wins(Some(1))],
    );
    let equals = Category {
        scheme: AwardScheme::Unranked,
        ..Category::ranked(
            "Kehumasan Terbaik",
            Tier::KabupatenKota,
            &[
                of("35.09").wins(None),
                of("35.02").wins(None),
                of("32.75"),
                of("18.01").withdrew(),
            ],
        )
    };
    let categories = [
        equals,
        people.honours(AwardRecipient::Person),
        outsiders.honours(AwardRecipient::Outsider),
    ];
    let edition = Edition::of_ri("Anugerah Kehumasan 2024", app.services.clock.now(), &categories);
    announces(app, &edition).await
}

async fn nobody_reads_an_award_before_it_is_announced_and_everybody_after(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let given = announces(&app, &lampung().untold()).await;
    let everybody = [
        "coordinator.ri",
        "head.18",
        "staff.18.01",
        "head.32",
        "head.35.02.01",
        "observer.32",
        "admin.32",
        "expert1.ri",
    ];
    for name in everybody {
        let office = app.office(name).await;
        assert_eq!(shown(&office, &given).await, Vec::<Value>::new(), "{name}");
        assert_eq!(exports(&office, &given).await.0, 404, "{name}");
        let unit = app.office("head.18").await.unit("18").await;
        let document = "query($unit: ID!) { unitAwards(unit: $unit, from: 2023, until: 2023) { count { wins } years { year } } \
             awards { totalCount } awardTally { table { total { own { wins } } provinces { province { code } } } } }";
        let told = office.data(document, json!({ "unit": unit })).await;
        let nothing = json!({
            "unitAwards": { "count": { "wins": 0 }, "years": [] },
            "awards": { "totalCount": 0 },
            "awardTally": { "table": { "total": { "own": { "wins": 0 } }, "provinces": [] } },
        });
        assert_eq!(told, nothing, "{name}");
    }
    let coordinator = app.office("coordinator.ri").await;
    let early = json!({ "edition": given.edition });
    assert_eq!(
        refusals(&coordinator, "issueCertificates", early).await,
        owned([("WRONG_STATE", "edition")])
    );

    becomes(
        &app,
        &given,
        AwardEditionStatus::Announced,
        moment("2023-12-28T03:00:00Z"),
    )
    .await;
    for name in everybody {
        let office = app.office(name).await;
        let awards = shown(&office, &given).await;
        let reads = !["admin.32", "expert1.ri"].contains(&name);
        assert_eq!(awards.len(), if reads { given.awards.len() } else { 0 }, "{name}");
        let (status, _csv) = exports(&office, &given).await;
        assert_eq!(status, if reads { 200 } else { 404 }, "{name}");
    }
    let awards = shown(&app.office("head.35.02.01").await, &given).await;
    let first = &awards[0];
    assert_eq!(
        (&first["name"], &first["honour"], &first["place"], &first["tier"]),
        (
            &json!("Bawaslu Provinsi Lampung"),
            &json!("WINNER"),
            &json!(1),
            &json!("PROVINSI")
        )
    );
    assert_eq!(
        (
            &first["province"]["code"],
            &first["issuer"]["code"],
            &first["announcedOn"]
        ),
        (&json!("18"), &json!("RI"), &json!("2023-12-28"))
    );
    assert_eq!(
        (&first["viewerCanRevoke"], &first["certificate"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(
        shown(&coordinator, &given).await[0]["viewerCanRevoke"],
        true,
        "who commands the edition"
    );
    let document = "query($filter: AwardFilter!) { awards(filter: $filter) { totalCount } }";
    let lampung = coordinator.unit("18").await;
    for (filter, expected) in [
        (json!({ "province": { "eq": lampung } }), 7),
        (json!({ "unit": { "eq": lampung } }), 3),
        (json!({ "category": { "eq": given.categories[3] } }), 4),
        (json!({ "honour": { "eq": "NOMINEE" } }), 2),
        (json!({ "recipient": { "eq": "PERSON" } }), 0),
        (json!({ "revoked": true }), 0),
        (json!({ "revoked": false, "edition": { "in": [given.edition] } }), 9),
    ] {
        let told = coordinator.data(document, json!({ "filter": filter })).await;
        assert_eq!(told["awards"]["totalCount"], expected, "{filter}");
    }
}

const TALLY: &str = "query($filter: AwardTallyFilter) { awardTally(filter: $filter) { \
     table { total { own { wins } units { wins nominees revoked } } provinces { province { code } sums { \
     own { wins nominees revoked } units { wins nominees revoked } outsiders { wins } } } } \
     editions { edition { title } table { total { own { wins } } } } \
     years { year table { provinces { province { code } sums { own { wins } units { wins } } } } } } }";

async fn lampung_has_three_and_three(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("coordinator2.ri", "RI", Function::Coordinator)]).await;
    let given = announces(&app, &lampung()).await;
    // Of another year, given by Lampung itself.
    let own = Category::ranked(
        "Kabupaten/Kota Terbaik",
        Tier::KabupatenKota,
        &[of("18.71").wins(Some(1)), of("18.01").nominated()],
    );
    let later = Edition::of_ri("Anugerah Lampung 2024", moment("2024-12-31T18:00:00Z"), &[own]).by("18");
    announces(&app, &later).await;
    let office = app.office("head.35.09").await;
    let told = office
        .data(TALLY, json!({ "filter": { "edition": { "eq": given.edition } } }))
        .await;
    let lampung = &told["awardTally"]["table"]["provinces"][0];
    let nothing = json!({ "wins": 0, "nominees": 0, "revoked": 0 });
    assert_eq!(lampung["province"]["code"], "18");
    assert_eq!(
        lampung["sums"]["own"],
        json!({ "wins": 3, "nominees": 0, "revoked": 0 })
    );
    assert_eq!(
        lampung["sums"]["units"],
        json!({ "wins": 3, "nominees": 1, "revoked": 0 })
    );
    let others = &told["awardTally"]["table"]["provinces"].as_array().unwrap()[1..];
    assert_eq!(others.len(), 2);
    assert_eq!(others[0]["province"]["code"], "32");
    assert_eq!(others[1]["sums"]["own"], nothing, "a nominee of Jawa Timur");
    assert_eq!(others[1]["sums"]["units"]["nominees"], 1);

    // The moment was the first of January already, in Jakarta.
    let all = office.data(TALLY, json!({})).await["awardTally"].clone();
    let years: Vec<&Value> = all["years"]
        .as_array()
        .unwrap()
        .iter()
        .map(|year| &year["year"])
        .collect();
    assert_eq!(years, [2025, 2023]);
    let titles: Vec<&Value> = all["editions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["edition"]["title"])
        .collect();
    assert_eq!(titles, ["Anugerah Lampung 2024", "Anugerah Kehumasan 2023"]);
    assert_eq!(all["table"]["provinces"][0]["sums"]["units"]["wins"], 4);
    for (filter, wins) in [
        (json!({ "from": 2024 }), 1),
        (json!({ "until": 2024 }), 3),
        (json!({ "from": 2023, "until": 2023 }), 3),
        (json!({ "issuer": { "eq": office.unit("18").await } }), 1),
    ] {
        let told = office.data(TALLY, json!({ "filter": filter })).await;
        let lampung = &told["awardTally"]["table"]["provinces"][0];
        assert_eq!(lampung["sums"]["units"]["wins"], wins, "{filter}");
    }
    let strange = office
        .ask(TALLY, json!({ "filter": { "from": 2024, "until": 2023 } }))
        .await;
    assert_eq!(strange["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");

    // One that was revoked is counted apart, and nobody moves up.
    let (one, other) = (app.office("coordinator.ri").await, app.office("coordinator2.ri").await);
    revokes((&one, &other), &given.awards[3], 1).await.unwrap();
    let told = office
        .data(TALLY, json!({ "filter": { "edition": { "eq": given.edition } } }))
        .await;
    let lampung = &told["awardTally"]["table"]["provinces"][0];
    assert_eq!(
        lampung["sums"]["units"],
        json!({ "wins": 2, "nominees": 1, "revoked": 1 })
    );

    let document = "query($unit: ID!) { unitAwards(unit: $unit, from: 2020, until: 2025) { unit { code } count { wins nominees revoked } \
         years { year count { wins nominees revoked } awards { category { title } honour place } } } }";
    let told = office
        .data(document, json!({ "unit": office.unit("18.01").await }))
        .await["unitAwards"]
        .clone();
    assert_eq!(told["count"], json!({ "wins": 1, "nominees": 1, "revoked": 1 }));
    let years = told["years"].as_array().unwrap();
    assert_eq!(years.len(), 2);
    assert_eq!((&years[0]["year"], &years[1]["year"]), (&json!(2025), &json!(2023)));
    assert_eq!(years[1]["count"], json!({ "wins": 1, "nominees": 0, "revoked": 1 }));
    let document = "query($unit: ID!) { unitAwards(unit: $unit, from: 2010, until: 2025) { count { wins } } }";
    let strange = office.ask(document, json!({ "unit": office.unit("18").await })).await;
    assert_eq!(
        strange["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
        "sixteen years"
    );
}

/// Two thousand awards are counted by one statement, as nine are.
async fn a_nation_is_counted_by_one_statement(app: TestApp) {
    let given = announces(&app, &lampung()).await;
    let edition = Kind::AwardEdition.uuid(&given.edition.as_str().into()).unwrap();
    let reader = app.services.db.reader();
    let row = award::Entity::find()
        .filter(award::Column::EditionId.eq(edition))
        .one(reader);
    let row = row.await.unwrap().unwrap();
    let entry = award_entry::Entity::find_by_id(row.entry_id)
        .one(reader)
        .await
        .unwrap()
        .unwrap();
    let now = app.services.clock.now();
    let (mut entries, mut awards) = (Vec::new(), Vec::new());
    for number in 0..2_000 {
        let (id, name) = (new_id(now), Some(format!("Media {number}")));
        entries.push(award_entry::Model {
            id,
            recipient: AwardRecipient::Outsider,
            name: name.clone(),
            name_salt: Some("00".to_owned()),
            ..entry.clone()
        });
        awards.push(award::Model {
            id: new_id(now),
            entry_id: id,
            recipient: AwardRecipient::Outsider,
            name,
            ..row.clone()
        });
    }
    let transaction = app.services.db.begin().await.unwrap();
    insert_all(transaction.connection(), entries).await.unwrap();
    insert_all(transaction.connection(), awards).await.unwrap();
    transaction.commit().await.unwrap();

    let (directory, today) = (app.services.directory.load(), app.services.clock.today());
    let account = app.account("head.32").await.id;
    let actor = Actor {
        account,
        credential: Credential::Session(account),
        seats: directory.acting_seats(account, today),
        directory,
        today,
    };
    let everything = query::Counted::default();
    let (groups, statements) = counting_statements(query::groups(reader, &actor, &everything)).await;
    assert_eq!(statements.len(), 1, "{statements:?}");
    let groups = groups.unwrap();
    let of_outsiders = groups
        .iter()
        .filter(|group| group.recipient == AwardRecipient::Outsider);
    assert_eq!(of_outsiders.map(|group| group.given).sum::<i64>(), 2_000);
    assert_eq!(groups.iter().map(|group| group.given).sum::<i64>(), 2_009);
}

/// Objects to an award, or to having got none.
async fn objects(
    office: &Office<'_>,
    category: &str,
    award: Option<&str>,
    file: Option<&str>,
) -> Result<Value, Refusal> {
    let input = json!({ "category": category, "award": award, "reason": "Bukti itu milik unit kami.", "file": file });
    let payload = office.command("objectToAward", OBJECTION, input).await?;
    Ok(payload["objection"].clone())
}

/// How many objections an office is shown: alike in the edition, as a node, and by the file.
async fn knows_objection(office: &Office<'_>, given: &Given, objection: &Value, file: &str) -> bool {
    let document = "query($id: ID!, $edition: ID!) { node(id: $id) { ... on AwardObjection { reason filedBy { name } } } \
         awardEdition(id: $edition) { objections { totalCount nodes { id } } } }";
    let data = office
        .data(document, json!({ "id": objection["id"], "edition": given.edition }))
        .await;
    let known = data["node"].is_object();
    if data["awardEdition"].is_object() {
        let listed = &data["awardEdition"]["objections"];
        assert_eq!(listed["totalCount"], i32::from(known), "{}", office.name);
        assert_eq!(
            listed["nodes"].as_array().unwrap().len(),
            usize::from(known),
            "{}",
            office.name
        );
    }
    assert_eq!(office.reads_file(file).await, known, "{} reads the file", office.name);
    known
}

async fn an_objection_is_read_by_few_and_decided_by_another_person(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    app.employs(&[("observer.35", "35", Function::Observer)]).await;
    // One who speaks for the kabupaten and for the province.
    app.employs(&[("head2.35.09", "35.09", Function::Head)]).await;
    let second = app.makes_seat("35", Function::Head).await;
    app.appoints("head2.35.09", second, Tenure::SETTLED).await;
    app.reload_directory().await;
    let category = Category::ranked(
        "Media Sosial",
        Tier::KabupatenKota,
        &[of("35.02").wins(Some(1)), of("35.09"), of("35.01").withdrew()],
    );
    let edition = Edition::of_ri("Anugerah Jawa Timur", clock.now(), &[category]).by("35");
    let untold = announces(&app, &edition.clone().untold()).await;
    let given = announces(&app, &edition).await;
    let (category, award) = (&given.categories[0], &given.awards[0]);
    let entrant = app.office("head.35.09").await;
    let winner = app.office("head.35.02").await;

    let early = objects(&entrant, &untold.categories[0], None, None).await.unwrap_err();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("WRONG_STATE", "category"));
    for (name, code) in [
        ("staff.35.09", "FORBIDDEN"),
        ("head.35", "FORBIDDEN"),
        ("head.32", "FORBIDDEN"),
        ("head.35.02.01", "FORBIDDEN"),
        ("coordinator.ri", "FORBIDDEN"),
        ("admin.32", "NOT_FOUND"),
    ] {
        let refused = objects(&app.office(name).await, category, Some(award), None)
            .await
            .unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            (code, "category"),
            "{name}"
        );
    }
    let wrong = json!({ "category": category, "award": app.absent(Kind::Award), "reason": " " });
    assert_eq!(
        refusals(&entrant, "objectToAward", wrong).await,
        owned([("REQUIRED", "reason"), ("NOT_FOUND", "award")])
    );
    let all_honoured = json!({ "category": category, "reason": "Kami layak." });
    assert_eq!(
        refusals(&winner, "objectToAward", all_honoured).await,
        owned([("INVALID", "award")])
    );
    let absent = app.absent(Kind::File);
    let refused = objects(&entrant, category, Some(award), Some(&absent))
        .await
        .unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("NOT_FOUND", "file"));

    let file = entrant.uploads("bukti.pdf", b"%PDF-1.7 bukti").await;
    let filed = objects(&entrant, category, Some(award), Some(&file)).await.unwrap();
    assert_eq!(
        (&filed["state"], &filed["unit"]["code"], &filed["award"]["id"]),
        (&json!("OPEN"), &json!("35.09"), &json!(award))
    );
    let again = objects(&entrant, category, Some(award), None).await.unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.field.as_str()),
        ("ALREADY_EXISTS", "category")
    );
    for (name, knows) in [
        ("head.35.09", true),
        ("staff.35.09", true),
        ("head.35", true),
        ("observer.35", true),
        ("coordinator.ri", true),
        ("head.35.02", false),
        ("head.35.02.01", false),
        ("head.32", false),
        ("admin.32", false),
        ("expert1.ri", false),
    ] {
        let office = app.office(name).await;
        assert_eq!(knows_objection(&office, &given, &filed, &file).await, knows, "{name}");
    }

    let decide = |objection: &Value, version: i32, decision: &str, answer: &str| json!({ "objection": objection["id"], "expectedVersion": version, "decision": decision, "answer": answer });
    for (name, code, field) in [
        ("head.35.02", "NOT_FOUND", "objection"),
        ("head.35.09", "FORBIDDEN", "objection"),
        ("staff.35", "FORBIDDEN", "objection"),
        ("coordinator.ri", "FORBIDDEN", "objection"),
    ] {
        let office = app.office(name).await;
        let refused = office
            .command("decideObjection", OBJECTION, decide(&filed, 1, "UPHOLD", "Benar."))
            .await
            .unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field), "{name}");
    }
    let issuer = app.office("head.35").await;
    assert_eq!(
        refusals(&issuer, "decideObjection", decide(&filed, 1, "UPHOLD", " ")).await,
        owned([("REQUIRED", "answer")])
    );
    assert_eq!(
        refusals(&issuer, "decideObjection", decide(&filed, 2, "UPHOLD", "Benar.")).await,
        owned([("STALE_VERSION", "expectedVersion")])
    );
    let upheld = issuer
        .command("decideObjection", OBJECTION, decide(&filed, 1, "UPHOLD", "Benar."))
        .await
        .unwrap();
    assert_eq!(
        (&upheld["objection"]["state"], &upheld["objection"]["answer"]),
        (&json!("UPHELD"), &json!("Benar."))
    );
    assert_eq!(
        refusals(&issuer, "decideObjection", decide(&filed, 2, "REJECT", "Tidak.")).await,
        owned([("WRONG_STATE", "objection")])
    );
    // It changes no row of what was announced.
    let awards = shown(&winner, &given).await;
    assert_eq!(
        (&awards[0]["revokedAt"], &awards[0]["version"]),
        (&json!(null), &json!(1))
    );

    // Nobody decides on what they filed themselves, from whatever seat.
    let both = app.office("head2.35.09").await;
    let own = objects(&both, category, None, None).await.unwrap();
    let refused = both
        .command("decideObjection", OBJECTION, decide(&own, 1, "UPHOLD", "Benar."))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("OWN_WORK", "objection")
    );
    let rejected = issuer
        .command(
            "decideObjection",
            OBJECTION,
            decide(&own, 1, "REJECT", "Nilainya di bawah."),
        )
        .await
        .unwrap();
    assert_eq!(rejected["objection"]["state"], "REJECTED");

    // The time the rules promise is over.
    clock.advance(Duration::days(15));
    let late = objects(&app.office("head.35.09").await, category, Some(award), None)
        .await
        .unwrap_err();
    assert_eq!((late.code.as_str(), late.field.as_str()), ("WRONG_STATE", "category"));
    let edition = Kind::AwardEdition.uuid(&given.edition.as_str().into()).unwrap();
    assert_eq!(query::undecided(app.services.db.reader(), edition).await.unwrap(), 0);
}

async fn proposes_to_revoke(office: &Office<'_>, award: &str, version: i32, reason: &str) -> Result<Value, Refusal> {
    let input = json!({ "award": award, "expectedVersion": version, "reason": reason });
    let payload = office.command("revokeAward", PROPOSAL, input).await?;
    Ok(payload["proposal"].clone())
}

/// Takes an award back, proposed by one and confirmed by another.
async fn revokes((one, other): (&Office<'_>, &Office<'_>), award: &str, version: i32) -> Result<Value, Refusal> {
    let proposal = proposes_to_revoke(one, award, version, "Bukti tidak sah.").await?;
    decides(other, "confirmProposal", proposal["id"].as_str().unwrap()).await
}

async fn two_persons_revoke_an_award_with_its_certificate(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("coordinator2.ri", "RI", Function::Coordinator)]).await;
    let given = of_all_kinds(&app).await;
    let (one, other) = (app.office("coordinator.ri").await, app.office("coordinator2.ri").await);
    let issued = one
        .command(
            "issueCertificates",
            "edition { id } event { id }",
            json!({ "edition": given.edition }),
        )
        .await
        .unwrap();
    assert_eq!(
        (&issued["edition"]["id"], &issued["event"]),
        (&json!(given.edition), &json!(null))
    );
    let winner = app.office("head.35.09").await;
    let before = shown(&winner, &given).await;
    let award = given.awards[0].as_str();
    let certificate = before[0]["certificate"].clone();
    assert_eq!(verified(&app, &certificate).await["standing"], "VALID");

    for (name, code) in [
        ("head.35", "FORBIDDEN"),
        ("head.35.09", "FORBIDDEN"),
        ("head.32", "FORBIDDEN"),
        ("admin.32", "NOT_FOUND"),
    ] {
        let refused = proposes_to_revoke(&app.office(name).await, award, 1, "Keliru.")
            .await
            .unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            (code, "award"),
            "{name}"
        );
    }
    let blank = proposes_to_revoke(&one, award, 1, " ").await.unwrap_err();
    assert_eq!((blank.code.as_str(), blank.field.as_str()), ("REQUIRED", "reason"));
    let stale = proposes_to_revoke(&one, award, 2, "Keliru.").await.unwrap_err();
    assert_eq!(stale.code, "STALE_VERSION");

    // Rejected once: nothing happens.
    let proposal = proposes_to_revoke(&one, award, 1, "Keliru.").await.unwrap();
    assert_eq!(
        (&proposal["command"], &proposal["status"], &proposal["subject"]["id"]),
        (&json!("REVOKE_AWARD"), &json!("PENDING"), &json!(award))
    );
    let twice = proposes_to_revoke(&other, award, 1, "Keliru.").await.unwrap_err();
    assert_eq!(twice.code, "ALREADY_EXISTS");
    let id = proposal["id"].as_str().unwrap();
    let own = decides(&one, "confirmProposal", id).await.unwrap_err();
    assert_eq!(own.code, "OWN_WORK");
    let stranger = decides(&app.office("head.35").await, "confirmProposal", id)
        .await
        .unwrap_err();
    assert_eq!(stranger.code, "NOT_FOUND");
    decides(&other, "rejectProposal", id).await.unwrap();
    assert_eq!(shown(&winner, &given).await, before);

    let proposal = proposes_to_revoke(&one, award, 1, "Bukti ternyata tidak sah.")
        .await
        .unwrap();
    let confirmed = decides(&other, "confirmProposal", proposal["id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(confirmed["status"], "CONFIRMED");
    let after = shown(&winner, &given).await;
    assert_eq!(
        (&after[0]["revokedBecause"], &after[0]["version"]),
        (&json!("Bukti ternyata tidak sah."), &json!(2))
    );
    assert_eq!(after[1..], before[1..], "nobody else's place changes");
    let public = verified(&app, &certificate).await;
    assert_eq!(public["standing"], "REVOKED");
    assert_eq!(public["revocation"]["reason"], "Bukti ternyata tidak sah.");
    assert_eq!(public["revocation"]["at"], after[0]["revokedAt"]);
    let told = page(&app, &certificate).await;
    assert!(
        told.contains("DICABUT") && told.contains("Bukti ternyata tidak sah."),
        "{told}"
    );
    let path = format!("/certificates/{}.pdf", certificate["id"].as_str().unwrap());
    assert!(read(&paper(&winner, &path).await.bytes).contains("DICABUT"));

    // It is not given again, nor revoked again, nor objected to.
    one.command(
        "issueCertificates",
        "edition { id }",
        json!({ "edition": given.edition }),
    )
    .await
    .unwrap();
    assert_eq!(shown(&winner, &given).await, after);
    let again = proposes_to_revoke(&one, award, 2, "Lagi.").await.unwrap_err();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("WRONG_STATE", "award"));
    let refused = objects(&winner, &given.categories[0], Some(award), None)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "award")
    );
    // Having lost it, the unit has got none.
    objects(&winner, &given.categories[0], None, None).await.unwrap();

    // What was announced, certified and revoked agrees, until somebody alters it.
    let db = &app.services.db;
    assert_eq!(inspection::faults(db).await.unwrap(), Vec::<String>::new());
    let second = Kind::Award.uuid(&given.awards[1].as_str().into()).unwrap();
    let transaction = db.begin().await.unwrap();
    award::Entity::update_many()
        .col_expr(award::Column::RevokedAt, Expr::value(app.services.clock.now()))
        .col_expr(award::Column::RevokedBecause, Expr::value("Diam-diam."))
        .filter(award::Column::Id.eq(second))
        .exec(transaction.connection())
        .await
        .unwrap();
    let third = Kind::Award.uuid(&given.awards[2].as_str().into()).unwrap();
    award::Entity::update_many()
        .col_expr(award::Column::Place, Expr::value(2))
        .filter(award::Column::Id.eq(third))
        .exec(transaction.connection())
        .await
        .unwrap();
    award_list::Entity::update_many()
        .col_expr(award_list::Column::AnnouncedAt, Expr::value(None::<DateTime<Utc>>))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let faults = inspection::faults(db).await.unwrap();
    let told = |part: &str| faults.iter().filter(|fault| fault.contains(part)).count();
    assert_eq!(
        (
            told("are not revoked alike"),
            told("is not as its certificate was signed"),
            told("of no list that was announced"),
            told("otherwise than its acts tell"),
        ),
        (1, 1, 5, 1),
        "{faults:?}"
    );
}

async fn whoever_was_honoured_has_a_certificate(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    let given = of_all_kinds(&app).await;
    let coordinator = app.office("coordinator.ri").await;
    let issue = json!({ "edition": given.edition });
    for (name, code) in [
        ("staff.35", "FORBIDDEN"),
        ("head.35", "FORBIDDEN"),
        ("head.32", "FORBIDDEN"),
        ("admin.32", "NOT_FOUND"),
    ] {
        let office = app.office(name).await;
        let expected = owned([(code, "edition")]);
        assert_eq!(
            refusals(&office, "issueCertificates", issue.clone()).await,
            expected,
            "{name}"
        );
    }
    for input in [
        json!({}),
        json!({ "edition": given.edition, "event": app.absent(Kind::Event) }),
    ] {
        let refused = coordinator
            .command("issueCertificates", "edition { id }", input)
            .await
            .unwrap_err();
        assert_eq!(refused.code, "BAD_USER_INPUT");
    }
    for _again in 0..2 {
        coordinator
            .command("issueCertificates", "edition { id }", issue.clone())
            .await
            .unwrap();
    }
    let awards = shown(&coordinator, &given).await;
    let certificates_of: Vec<&Value> = awards.iter().map(|award| &award["certificate"]).collect();
    assert_eq!(
        certificate::Entity::find()
            .all(app.services.db.reader())
            .await
            .unwrap()
            .len(),
        given.awards.len(),
        "one each, however often they are issued"
    );
    let person = app.account("head.35.02").await;
    let names: Vec<&Value> = certificates_of.iter().map(|certificate| &certificate["name"]).collect();
    assert_eq!(
        names[..4],
        [
            &awards[0]["name"],
            &awards[1]["name"],
            &json!(person.name),
            &json!("Wulan Lestari")
        ]
    );

    // Of whom it is: the unit, those above it, the issuer, and the person.
    for (name, sees) in [
        ("head.35.02", [false, true]),
        ("staff.35.02", [false, true]),
        ("head.35", [true, true]),
        ("head.35.09", [true, false]),
        ("head.32", [false, false]),
        ("head.35.02.01", [false, false]),
    ] {
        let office = app.office(name).await;
        let told = shown(&office, &given).await;
        assert_eq!(
            [told[0]["certificate"].is_object(), told[1]["certificate"].is_object()],
            sees,
            "{name}"
        );
    }

    // What is signed names the unit, and of a person only a salted hash.
    let of_person = certificates_of[2];
    assert_eq!(
        (&of_person["kind"], &of_person["subject"]),
        (&json!("AWARD"), &json!(given.awards[2]))
    );
    let payload: Value = serde_json::from_str(of_person["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload.to_string(), of_person["payload"].as_str().unwrap(), "canonical");
    let about = &payload["about"];
    assert_eq!(
        (&about["kind"], &about["award"]["honour"], &about["award"]["place"]),
        (&json!("AWARD"), &json!("WINNER"), &json!(1))
    );
    assert_eq!(about["award"]["edition"]["title"], "Anugerah Kehumasan 2024");
    assert_eq!(about["award"]["category"]["title"], "Insan Kehumasan");
    assert!(!payload.to_string().contains(&person.name));
    assert!(!payload.to_string().contains(&person.id.to_string()));
    let of_unit: Value = serde_json::from_str(certificates_of[0]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(of_unit["unit"]["code"], "35.09");

    // Anybody who has the code is told what stands on the paper.
    let public = verified(&app, of_person).await;
    assert_eq!(public["standing"], "VALID");
    assert_eq!(
        public["certificate"]["award"],
        json!({
            "edition": "Anugerah Kehumasan 2024",
            "category": "Insan Kehumasan",
            "recipient": "PERSON",
            "honour": "WINNER",
            "place": 1,
            "announcedOn": awards[2]["announcedOn"],
        })
    );
    assert_eq!(
        (&public["certificate"]["event"], &public["certificate"]["startsAt"]),
        (&json!(null), &json!(null))
    );
    let told = page(&app, of_person).await;
    for words in ["sah dan berlaku", "Terbaik I", "Insan Kehumasan", &person.name] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let path = format!("/certificates/{}.pdf", of_person["id"].as_str().unwrap());
    let answer = paper(&coordinator, &path).await;
    assert_eq!(answer.status, 200);
    if let Some(folder) = std::env::var_os("JENJANG_PAPERS") {
        std::fs::write(std::path::Path::new(&folder).join("award-served.pdf"), &answer.bytes).unwrap();
    }
    let told = read(&answer.bytes);
    for words in [
        "PIAGAM PENGHARGAAN",
        "Terbaik I",
        "Insan Kehumasan",
        "0123/HM.00.00/K1/06/2024",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }

    // And verifies it without the server.
    let (folder, keys) = (tempfile::tempdir().unwrap(), keys(&app).await);
    let json = verification(&app, of_person).await;
    let (valid, words) = verified_offline(folder.path(), &json, &keys);
    assert!(
        valid && words.contains("Insan Kehumasan") && words.contains(&person.name),
        "{words}"
    );
    let mut forged = json.clone();
    let signed = &mut forged["certificate"]["signed"]["payload"];
    *signed = json!(signed.as_str().unwrap().replace("\"place\":1", "\"place\":2"));
    assert!(!verified_offline(folder.path(), &forged, &keys).0);

    // It is revoked with its award, and not by itself.
    let by_itself = json!({ "certificate": of_person["id"], "reason": "Keliru." });
    assert_eq!(
        refusals(&coordinator, "revokeCertificate", by_itself).await,
        owned([("INVALID", "certificate")])
    );

    // A person who is erased is told nowhere any more; the certificate still verifies.
    let proposal = proposes(&app.office("admin.ri").await, &id_of(&person)).await.unwrap();
    decides(&app.office("admin2.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();
    let coordinator = app.office("coordinator.ri").await;
    let told = shown(&coordinator, &given).await;
    assert_eq!(
        (&told[2]["name"], &told[2]["certificate"]["name"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(told[3]["name"], "Wulan Lestari");
    let public = verified(&app, of_person).await;
    assert_eq!(
        (&public["standing"], &public["certificate"]["name"]),
        (&json!("VALID"), &json!(null))
    );
    let (_status, csv) = exports(&coordinator, &given).await;
    assert!(!csv.contains(&person.name), "{csv}");
    assert!(certificates::inspect(&app.services.db).await.unwrap().faults.is_empty());
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
}

async fn what_was_announced_is_taken_home_without_a_formula(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let given = of_all_kinds(&app).await;
    let office = app.office("head.32").await;
    let (status, csv) = exports(&office, &given).await;
    assert_eq!(status, 200);
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(headings[..3], ["Edition", "Category", "Honour"]);
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows.len(), given.awards.len());
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row[1].as_str(), row[6].as_str())).collect();
    assert_eq!(
        told,
        [
            ("Kehumasan Terbaik", "35.09"),
            ("Kehumasan Terbaik", "35.02"),
            ("Insan Kehumasan", "35.02"),
            ("Insan Kehumasan", "35.09"),
            ("Mitra Media", "35.02"),
        ],
        "category by category, place by place"
    );
    assert_eq!(rows[4][5], "'=HYPERLINK(\"http://x\")");
    assert_eq!(rows[2][15], given.awards[2]);
    // The same as a workbook, in which the name of a medium is no formula either.
    let workbook = format!("/export/awards/{}.xlsx", given.edition);
    let bearer = [
        ("authorization", format!("Bearer {}", office.access_token)),
        ("accept-language", "en".to_owned()),
    ];
    let answer = app.send("GET", &workbook, &bearer, Vec::new()).await;
    assert_eq!(answer.status, 200);
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.header("content-type"), Some(media_type));
    assert!(answer.header("content-disposition").unwrap().contains(".xlsx"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["1 Awards"]);
    let sheet = book.worksheet_range("1 Awards").unwrap();
    let cells: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    let first: Vec<String> = cells[0].iter().map(ToString::to_string).collect();
    assert_eq!(first, headings);
    for (cells, row) in cells[1..].iter().zip(&rows) {
        for at in [0, 1, 2, 4, 6, 7, 8, 9, 15] {
            assert_eq!(cells[at].to_string(), row[at], "{row:?}");
        }
    }
    assert_eq!(cells.len(), rows.len() + 1);
    assert_eq!(
        cells[5][5],
        Data::String("=HYPERLINK(\"http://x\")".to_owned()),
        "as it was entered"
    );
    let formulas = book.worksheet_formula("1 Awards").unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    for (path, status) in [
        (workbook.replace(&given.edition, &app.absent(Kind::AwardEdition)), 404),
        (workbook.replace("xlsx", "ods"), 404),
    ] {
        assert_eq!(
            app.send("GET", &path, &bearer, Vec::new()).await.status,
            status,
            "{path}"
        );
    }
    assert_eq!(app.send("GET", &workbook, &[], Vec::new()).await.status, 401);
    assert_eq!(exports(&app.office("admin.32").await, &given).await.0, 404);
    let path = format!("/export/awards/{}.csv", given.edition);
    assert_eq!(app.send("GET", &path, &[], Vec::new()).await.status, 401);
    let absent = Given {
        edition: app.absent(Kind::AwardEdition),
        ..Given::default()
    };
    let (status, told) = exports(&office, &absent).await;
    assert_eq!((status, told), exports(&app.office("admin.32").await, &given).await);
}

on_both_databases!(
    nobody_reads_an_award_before_it_is_announced_and_everybody_after,
    lampung_has_three_and_three,
    a_nation_is_counted_by_one_statement,
    an_objection_is_read_by_few_and_decided_by_another_person,
    two_persons_revoke_an_award_with_its_certificate,
    whoever_was_honoured_has_a_certificate,
    what_was_announced_is_taken_home_without_a_formula,
);
