//! What is done about awards that were announced, tried by every kind of office: the issuer, who was entered, and everybody who
//! reads.
use entity::enums::{Function, Tier};
use serde_json::{Value, json};

use super::{
    super::stage::Stage,
    events::{AROUND, is_among, tried},
};
use crate::{
    fixtures::awarded::{Category, Edition, Entrant, announces},
    on_both_databases,
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 6] = [
    "objectToAward",
    "decideObjection",
    "revokeAward",
    "awards",
    "unitAwards",
    "awardTally",
];

/// Who reads what was announced: everybody who deals with content.
const READS: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 head.35.09 head.32 coordinator.ri observer.ri";

/// Who reads an objection of 35.09.
const READS_OBJECTION: &str = "head.35.09 staff.35 head.35 observer.35 coordinator.ri observer.ri";

async fn who_was_entered_objects_and_the_issuer_decides_and_revokes(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let category = Category::ranked(
        "Media Sosial",
        Tier::KabupatenKota,
        &[Entrant::of("35.02").wins(Some(1)), Entrant::of("35.09")],
    );
    let now = app.services.clock.now();
    let given = announces(&app, &Edition::of_ri("Anugerah Jawa Timur", now, &[category]).by("35")).await;
    let unit = stage.office("head.35").await.unit("35.02").await;

    let documents = [
        "{ awards { totalCount } }",
        "query($unit: ID!) { unitAwards(unit: $unit) { count { wins } } }",
        "{ awardTally { table { total { units { wins } } } } }",
    ];
    let wins = |data: &Value| {
        let told = [
            &data["awards"]["totalCount"],
            &data["unitAwards"]["count"]["wins"],
            &data["awardTally"]["table"]["total"]["units"]["wins"],
        ];
        told.into_iter().find_map(Value::as_i64)
    };
    for document in documents {
        let nobody = app.ask(None, document, json!({ "unit": unit })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{document}"
        );
        for name in AROUND.split_whitespace() {
            let data = stage.office(name).await.data(document, json!({ "unit": unit })).await;
            assert_eq!(
                wins(&data),
                Some(i64::from(is_among(name, READS))),
                "{name}: {document}"
            );
        }
    }

    let object =
        json!({ "category": given.categories[0], "award": given.awards[0], "reason": "Bukti itu milik kami." });
    let may = ["head.35.09", "head.35.02"];
    let filed = tried(&stage, ("objectToAward", "objection { id }"), &object, &may, READS).await;
    let decide = json!({
        "objection": filed["objection"]["id"], "expectedVersion": 1, "decision": "UPHOLD", "answer": "Benar.",
    });
    let issuer = ["head.35"];
    let deciding = ("decideObjection", "objection { id }");
    tried(&stage, deciding, &decide, &issuer, READS_OBJECTION).await;
    let revoke = json!({ "award": given.awards[0], "expectedVersion": 1, "reason": "Bukti tidak sah." });
    tried(&stage, ("revokeAward", "proposal { id }"), &revoke, &issuer, READS).await;
    let issue = json!({ "edition": given.edition });
    tried(&stage, ("issueCertificates", "edition { id }"), &issue, &issuer, READS).await;

    // The file of the edition is given to whoever reads it.
    let path = format!("/export/awards/{}.csv", given.edition);
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let bearer = [("authorization", format!("Bearer {}", office.access_token))];
        let answer = app.send("GET", &path, &bearer, Vec::new()).await;
        assert_eq!(answer.status, if is_among(name, READS) { 200 } else { 404 }, "{name}");
    }
    let head = stage.office("head.35").await;
    let program = head.employs_program("35", &["REPORTS_READ", "PEOPLE_READ"]).await;
    let bearer = [("authorization", format!("Bearer {}", program.access_token))];
    assert_eq!(app.send("GET", &path, &bearer, Vec::new()).await.status, 403);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let told = program.data(node, json!({ "id": given.awards[0] })).await;
    assert_eq!(told["node"], json!(null), "awards name people");
}

on_both_databases!(who_was_entered_objects_and_the_issuer_decides_and_revokes);
