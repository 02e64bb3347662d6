//! What a round has shown: told while it is open, frozen when it closes, read by everybody as far as their own, and followed by
//! what units are to do.
use std::sync::Arc;

use entity::{enums::Function, evaluation_entry};
use jenjang::{clock::StillClock, feed, notice::telling, report::inspection, review::recommendation::reminding};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    fixtures::reviewed::{REVIEWED, asks},
    on_both_databases,
    stories::reviewing::{assigns, completes, received},
    support::{Office, Refusal, Report, TestApp, app::Variation},
};

const EVALUATION: &str = "id version closedAt sha256";

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

/// A server whose clock stands still, with a round whose reports experts review, and a second coordinator.
pub async fn reviewing(app: TestApp) -> (TestApp, StillClock) {
    let clock = StillClock::at("2025-01-21T03:00:00Z".parse().unwrap());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    app.seats("observer.ri", "RI", Function::Observer).await;
    asks(&app).await;
    (app, clock)
}

/// Brings the report of a kabupaten/kota of Jawa Barat as far as RI accepts it, with these scores of two experts.
pub async fn accepted(app: &TestApp, unit: &str, scores: [(i32, i32); 2]) -> Report {
    let report = received(app, unit).await;
    let coordinator = app.office("coordinator.ri").await;
    let experts = ["expert1.ri", "expert2.ri"];
    assigns(&coordinator, &[&report], &experts, None).await.unwrap();
    for (expert, score) in experts.into_iter().zip(scores) {
        completes(&app.office(expert).await, &report, score).await;
    }
    let report = coordinator.sees(&report).await.unwrap();
    coordinator.does("acceptReport", &report).await.unwrap()
}

/// The evaluation of the round as an office knows it.
pub async fn known(by: &Office<'_>, selection: &str) -> Option<Value> {
    let document = format!("query($of: ID!) {{ nationalEvaluation(cycle: $of) {{ {selection} }} }}");
    let cycle = by.cycle(REVIEWED).await;
    let found = by.data(&document, json!({ "of": cycle })).await["nationalEvaluation"].clone();
    (!found.is_null()).then_some(found)
}

pub async fn opens(by: &Office<'_>) -> Result<Value, Refusal> {
    let input = json!({ "cycle": by.cycle(REVIEWED).await });
    let payload = by
        .command("openEvaluation", &format!("evaluation {{ {EVALUATION} }}"), input)
        .await?;
    Ok(payload["evaluation"].clone())
}

pub async fn writes(by: &Office<'_>, on: &Value, more: Value) -> Result<Value, Refusal> {
    let mut input = json!({ "evaluation": on["id"], "expectedVersion": on["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let payload = by
        .command("editEvaluation", &format!("evaluation {{ {EVALUATION} }}"), input)
        .await?;
    Ok(payload["evaluation"].clone())
}

pub async fn closes(by: &Office<'_>, on: &Value, reason: Option<&str>) -> Result<Value, Refusal> {
    let input = json!({ "evaluation": on["id"], "expectedVersion": on["version"], "reason": reason });
    let payload = by
        .command("closeEvaluation", &format!("evaluation {{ {EVALUATION} }}"), input)
        .await?;
    Ok(payload["evaluation"].clone())
}

/// What is recommended to two kabupaten/kota, until a day.
async fn recommending(by: &Office<'_>, units: &[&str], due: &str) -> Value {
    let mut proposals = Vec::new();
    for unit in units {
        let text = format!("Mencatat waktu penyelesaian permohonan informasi ({unit}).");
        proposals.push(json!({ "unit": by.unit(unit).await, "text": text, "dueOn": due }));
    }
    json!({
        "number": "0012/EV/2025",
        "summary": "Dua laporan diterima.\n\nKelemahan terbesar: bukti.",
        "sections": [{ "section": "uraian", "strengths": ["Uraian runtut."], "weaknesses": ["Bukti tersebar."] }],
        "recommendations": proposals,
    })
}

/// The recommendations an office knows of: the text of the unit's name, the state and the last answer.
async fn recommended(by: &Office<'_>) -> Vec<Value> {
    let document = "{ recommendations { totalCount nodes { id version state answer text unit { code: name } isOverdue \
                    viewerCanAnswer viewerCanReturn viewerCanClose acts { kind text } } } }";
    let found = by.data(document, json!({})).await["recommendations"].clone();
    let nodes = found["nodes"].as_array().unwrap().clone();
    assert_eq!(found["totalCount"], nodes.len());
    nodes
}

async fn advances(by: &Office<'_>, command: &str, on: &Value, more: Value) -> Result<Value, Refusal> {
    let mut input = json!({ "recommendation": on["id"], "expectedVersion": on["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let payload = by
        .command(command, "recommendation { id version state answer }", input)
        .await?;
    Ok(payload["recommendation"].clone())
}

/// The kinds of the notices an office has not read, the newest first.
async fn told(by: &Office<'_>) -> Vec<String> {
    let services = &by.app.services;
    feed::number(&services.db).await.unwrap();
    while telling::tell(services).await.unwrap() > 0 {}
    let document = "{ viewer { notices(filter: {unread: true}) { nodes { kind message recommendation { id } cycle { code } } } } }";
    let found = by.data(document, json!({})).await;
    let nodes = found["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    let kinds = nodes.iter().map(|node| node["kind"].as_str().unwrap().to_owned());
    kinds
        .filter(|kind| kind.starts_with("EVALUATION") || kind.starts_with("RECOMMENDATION"))
        .collect()
}

async fn a_round_is_evaluated(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    // 100 and 50; 25 and 75: the mean of what the criteria, weighed 3 to 1, come to.
    let first = accepted(&app, "32.75", [(5, 5), (3, 3)]).await;
    accepted(&app, "32.76", [(2, 2), (4, 4)]).await;
    let pending = received(&app, "32.04").await;
    let coordinator = app.office("coordinator.ri").await;
    let (author, province) = (app.office("head.32.75").await, app.office("head.32").await);

    assert_eq!(opens(&author).await, Err(refused("FORBIDDEN", "")));
    let open = opens(&coordinator).await.unwrap();
    assert_eq!(opens(&coordinator).await, Err(refused("ALREADY_EXISTS", "cycle")));
    for name in ["head.32.75", "head.32", "admin.ri", "observer.ri", "expert1.ri"] {
        assert_eq!(known(&app.office(name).await, "id").await, None, "{name}");
        assert_eq!(
            writes(&app.office(name).await, &open, json!({ "summary": "x" })).await,
            Err(refused("NOT_FOUND", "evaluation")),
            "{name}"
        );
    }
    // While it is open it tells what there is.
    let figures = "national { expected submitted onTime evaluated pending scores { count least most mean median tenths } } \
                   tiers { tier evaluated } provinces { province { name } evaluated scores { mean } } \
                   criteria { key scores { mean } } sections { key must strengths }";
    let draft = known(&coordinator, figures).await.unwrap();
    assert_eq!(draft["national"]["evaluated"], 2);
    assert_eq!(draft["national"]["submitted"], 3);
    assert_eq!(draft["national"]["pending"], 1);
    let scores = &draft["national"]["scores"];
    assert_eq!(
        (
            scores["least"].as_str(),
            scores["most"].as_str(),
            scores["mean"].as_str()
        ),
        (Some("50.00"), Some("75.00"), Some("62.50"))
    );
    assert_eq!(scores["tenths"], json!([0, 0, 0, 0, 0, 1, 0, 1, 0, 0]));
    assert_eq!(
        draft["criteria"][0],
        json!({ "key": "isi", "scores": { "mean": "62.50" } })
    );

    let wrong = json!({
        "sections": [{ "section": "lain" }, { "section": "uraian", "weaknesses": [" "] }],
        "recommendations": [{ "unit": coordinator.unit("32.75").await, "text": "", "dueOn": "2025-01-01" }],
    });
    assert_eq!(
        writes(&coordinator, &open, wrong).await,
        Err(refused("INVALID", "sections.0.section"))
    );
    assert_eq!(
        closes(&coordinator, &open, None).await,
        Err(refused("WRONG_STATE", "evaluation"))
    );
    let plan = recommending(&coordinator, &["32.75", "32.76"], "2025-03-31").await;
    let written = writes(&coordinator, &open, plan.clone()).await.unwrap();
    assert_eq!(
        writes(&coordinator, &open, plan).await,
        Err(refused("STALE_VERSION", "expectedVersion"))
    );
    assert_eq!(
        closes(&coordinator, &written, Some("Sudah waktunya.")).await,
        Err(refused("WRONG_STATE", "evaluation")),
        "an acceptance can still be retracted"
    );
    clock.advance(chrono::Duration::hours(25));
    let coordinator = app.office("coordinator.ri").await;
    let (author, province) = (app.office(&author.name).await, app.office(&province.name).await);
    assert_eq!(
        closes(&coordinator, &written, None).await,
        Err(refused("REQUIRED", "reason")),
        "one report is not decided on"
    );
    // Two coordinators close it at once: one does.
    let colleague = app.office("coordinator2.ri").await;
    let because = Some("Satu laporan masih ditelaah.");
    let both = futures_util::join!(
        closes(&coordinator, &written, because),
        closes(&colleague, &written, because)
    );
    let closed = match both {
        (Ok(closed), Err(other)) | (Err(other), Ok(closed)) => {
            assert_eq!(other, refused("STALE_VERSION", "expectedVersion"));
            closed
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(closed["sha256"].as_str().unwrap().len(), 64);
    let frozen = coordinator.sees(&first).await.unwrap();
    assert_eq!(frozen.status, "EVALUATED");
    assert_eq!(coordinator.sees(&pending).await.unwrap().status, "RECEIVED");
    assert_eq!(
        coordinator
            .does_because("retractAcceptance", &frozen, "Keliru.")
            .await
            .map(|_| ()),
        Err(refused("WRONG_STATE", "report"))
    );
    assert_eq!(
        writes(&coordinator, &closed, json!({ "summary": "Lain." })).await,
        Err(refused("WRONG_STATE", "evaluation"))
    );
    assert_eq!(
        inspection::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );

    // Everybody beneath reads what it says of the country, and of units what is theirs.
    let entries = "entries(filter: {outcome: {in: [EVALUATED, PENDING]}}) { totalCount nodes { outcome score reopenedSince report { id } unit { name } } }";
    let all = format!("{figures} {entries} proposed {{ text }} recommendations {{ text }}");
    let ri = known(&coordinator, &all).await.unwrap();
    assert_eq!(ri["entries"]["totalCount"], 3);
    assert_eq!(ri["proposed"], json!([]));
    assert_eq!(ri["recommendations"].as_array().unwrap().len(), 2);
    assert_eq!(
        ri["provinces"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|group| group["evaluated"] == 2)
            .count(),
        1
    );
    let own = known(&author, &all).await.unwrap();
    assert_eq!(own["national"]["evaluated"], 2);
    assert_eq!(
        own["national"]["scores"],
        Value::Null,
        "two scores would tell of the other"
    );
    assert_eq!(own["criteria"], json!([]));
    assert_eq!(own["provinces"], json!([]));
    assert_eq!(own["entries"]["totalCount"], 1);
    assert_eq!(own["entries"]["nodes"][0]["score"], "75.00");
    assert_eq!(own["entries"]["nodes"][0]["report"]["id"], first.id.as_str());
    assert_eq!(own["recommendations"].as_array().unwrap().len(), 1);
    let beneath = known(&province, &all).await.unwrap();
    assert_eq!(beneath["provinces"][0]["scores"]["mean"], "62.50");
    let of_province = beneath["entries"]["nodes"].as_array().unwrap();
    assert_eq!(
        of_province
            .iter()
            .filter(|entry| entry["outcome"] == "EVALUATED")
            .count(),
        2
    );
    assert_eq!(
        of_province.iter().filter(|entry| entry["outcome"] == "PENDING").count(),
        1
    );
    let expert = known(&app.office("expert1.ri").await, &all).await.unwrap();
    assert_eq!(expert["entries"]["totalCount"], 0);
    assert_eq!(expert["national"]["evaluated"], 2);
    assert_eq!(known(&app.office("admin.ri").await, "id").await, None);
    // Who has a conflict of interest with a unit does not read its score.
    let pinned = json!({
        "person": jenjang::graphql::id::Kind::Account.id(app.account("coordinator2.ri").await.id).to_string(),
        "kind": "FAMILY", "unit": coordinator.unit("32.75").await, "reason": "Keluarga.",
    });
    coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();
    let conflicted = known(&colleague, entries).await.unwrap();
    let conflicted = conflicted["entries"]["nodes"].as_array().unwrap();
    assert_eq!(conflicted.iter().filter(|entry| !entry["score"].is_null()).count(), 1);

    assert_eq!(told(&author).await, ["RECOMMENDATION_MADE", "EVALUATION_CLOSED"]);
    assert_eq!(told(&app.office("head.18").await).await, Vec::<String>::new());
}

/// The kinds of what waits for an office about recommendations, and how many tasks there are by count.
async fn waits(by: &Office<'_>) -> Vec<String> {
    let kinds = "[RECOMMENDATION_TO_ANSWER, RECOMMENDATION_TO_SETTLE]";
    let document = format!(
        "{{ viewer {{ tasks(kinds: {kinds}) {{ totalCount nodes {{ kind dueAt since message seats {{ id }} \
         subject {{ __typename ... on Recommendation {{ id }} }} }} }} }} }}"
    );
    let found = by.data(&document, json!({})).await["viewer"]["tasks"].clone();
    let nodes = found["nodes"].as_array().unwrap();
    assert_eq!(found["totalCount"], nodes.len());
    assert!(
        nodes.iter().all(|node| node["seats"].as_array().unwrap().len() == 1),
        "{nodes:?}"
    );
    nodes
        .iter()
        .map(|node| node["kind"].as_str().unwrap().to_owned())
        .collect()
}

async fn a_recommendation_is_followed(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    accepted(&app, "32.75", [(4, 4), (4, 4)]).await;
    clock.advance(chrono::Duration::hours(25));
    let coordinator = app.office("coordinator.ri").await;
    let open = opens(&coordinator).await.unwrap();
    let plan = recommending(&coordinator, &["32.75", "RI"], "2025-03-31").await;
    let written = writes(&coordinator, &open, plan).await.unwrap();
    closes(&coordinator, &written, None).await.unwrap();

    let (author, staff) = (app.office("head.32.75").await, app.office("staff.32.75").await);
    assert_eq!(waits(&author).await, ["RECOMMENDATION_TO_ANSWER"]);
    assert_eq!(waits(&staff).await, Vec::<String>::new());
    assert_eq!(waits(&app.office("head.32").await).await, Vec::<String>::new());
    assert_eq!(waits(&coordinator).await, ["RECOMMENDATION_TO_ANSWER"], "to RI itself");
    let theirs = recommended(&author).await;
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0]["viewerCanAnswer"], true);
    assert_eq!(recommended(&app.office("head.32.76").await).await, Vec::<Value>::new());
    assert_eq!(recommended(&app.office("expert1.ri").await).await, Vec::<Value>::new());
    assert_eq!(recommended(&app.office("observer.ri").await).await.len(), 2);
    let of_staff = recommended(&staff).await.remove(0);
    assert_eq!(of_staff["viewerCanAnswer"], false);
    let answer = json!({ "text": "Formulir baru dipakai sejak 1 Februari." });
    assert_eq!(
        advances(&staff, "answerRecommendation", &of_staff, answer.clone()).await,
        Err(refused("FORBIDDEN", "recommendation"))
    );
    let elsewhere = app.office("head.32.76").await;
    assert_eq!(
        advances(&elsewhere, "answerRecommendation", &of_staff, answer.clone()).await,
        Err(refused("NOT_FOUND", "recommendation"))
    );
    assert_eq!(
        advances(&author, "answerRecommendation", &theirs[0], json!({ "text": " " })).await,
        Err(refused("REQUIRED", "text"))
    );
    assert_eq!(
        advances(&coordinator, "closeRecommendation", &theirs[0], json!({})).await,
        Err(refused("REQUIRED", "reason")),
        "nothing was answered"
    );
    let answered = advances(&author, "answerRecommendation", &theirs[0], answer)
        .await
        .unwrap();
    assert_eq!(answered["state"], "ANSWERED");
    assert_eq!(waits(&author).await, Vec::<String>::new());
    assert_eq!(
        waits(&coordinator).await,
        ["RECOMMENDATION_TO_ANSWER", "RECOMMENDATION_TO_SETTLE"]
    );
    let back = json!({ "reason": "Lampirkan contohnya.", "dueOn": "2025-04-30" });
    let back = advances(&coordinator, "returnRecommendation", &answered, back)
        .await
        .unwrap();
    assert_eq!(back["state"], "OPEN");
    let again = json!({ "text": "Contoh ada pada tautan arsip." });
    let again = advances(&author, "answerRecommendation", &back, again).await.unwrap();
    let done = advances(&coordinator, "closeRecommendation", &again, json!({}))
        .await
        .unwrap();
    assert_eq!(done["state"], "CLOSED");
    let kinds: Vec<Value> = recommended(&author).await[0]["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["kind"].clone())
        .collect();
    assert_eq!(kinds, ["MADE", "ANSWERED", "RETURNED", "ANSWERED", "CLOSED"]);
    assert_eq!(
        told(&author).await,
        [
            "RECOMMENDATION_CLOSED",
            "RECOMMENDATION_RETURNED",
            "RECOMMENDATION_MADE",
            "EVALUATION_CLOSED"
        ]
    );

    // What RI recommends to itself one coordinator answers and another one closes.
    let of_ri = recommended(&coordinator).await;
    let of_ri = of_ri.iter().find(|one| one["state"] == "OPEN").unwrap();
    let answered = json!({ "text": "Panduan terbit." });
    let answered = advances(&coordinator, "answerRecommendation", of_ri, answered)
        .await
        .unwrap();
    assert_eq!(
        advances(&coordinator, "closeRecommendation", &answered, json!({})).await,
        Err(refused("OWN_WORK", "recommendation"))
    );
    let colleague = app.office("coordinator2.ri").await;
    assert_eq!(
        waits(&coordinator).await,
        Vec::<String>::new(),
        "nobody settles the own answer"
    );
    assert_eq!(waits(&colleague).await, ["RECOMMENDATION_TO_SETTLE"]);
    advances(&colleague, "closeRecommendation", &answered, json!({}))
        .await
        .unwrap();
}

async fn an_answer_that_is_due_is_reminded_of_once(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    accepted(&app, "32.75", [(4, 4), (4, 4)]).await;
    clock.advance(chrono::Duration::hours(25));
    let coordinator = app.office("coordinator.ri").await;
    let open = opens(&coordinator).await.unwrap();
    let plan = recommending(&coordinator, &["32.75"], "2025-01-22").await;
    let late = writes(&coordinator, &open, plan).await.unwrap();
    clock.advance(chrono::Duration::days(2));
    let coordinator = app.office("coordinator.ri").await;
    assert_eq!(
        closes(&coordinator, &late, None).await,
        Err(refused("INVALID", "evaluation.recommendations.0.dueOn")),
        "the day has passed since it was written"
    );
    let plan = recommending(&coordinator, &["32.75"], "2025-02-10").await;
    let written = writes(&coordinator, &late, plan).await.unwrap();
    closes(&coordinator, &written, None).await.unwrap();
    assert_eq!(reminding::remind(&app.services).await.unwrap(), 0);
    clock.advance(chrono::Duration::days(13));
    assert_eq!(reminding::remind(&app.services).await.unwrap(), 1);
    assert_eq!(reminding::remind(&app.services).await.unwrap(), 0);
    let author = app.office("head.32.75").await;
    assert_eq!(told(&author).await[0], "RECOMMENDATION_DUE_SOON");
}

async fn what_was_frozen_stays_and_says_what_came_after(app: TestApp) {
    let (app, clock) = reviewing(app).await;
    let report = accepted(&app, "32.75", [(4, 4), (2, 2)]).await;
    clock.advance(chrono::Duration::hours(25));
    let coordinator = app.office("coordinator.ri").await;
    let open = opens(&coordinator).await.unwrap();
    let plan = recommending(&coordinator, &["32.75"], "2025-03-31").await;
    let written = writes(&coordinator, &open, plan).await.unwrap();
    let closed = closes(&coordinator, &written, None).await.unwrap();

    let frozen = coordinator.sees(&report).await.unwrap();
    let input = json!({ "report": frozen.id, "expectedVersion": frozen.version, "reason": "Angka keliru." });
    let proposed = coordinator
        .command("reopenReport", "proposal { id }", input)
        .await
        .unwrap();
    let confirm = json!({ "proposal": proposed["proposal"]["id"] });
    let colleague = app.office("coordinator2.ri").await;
    colleague
        .command("confirmProposal", "proposal { status }", confirm)
        .await
        .unwrap();
    assert_eq!(coordinator.sees(&report).await.unwrap().status, "REVISION_ASKED");
    let entry = "closedAt sha256 entries(filter: {outcome: {eq: EVALUATED}}) { nodes { outcome score reopenedSince } }";
    let told = known(&coordinator, entry).await.unwrap();
    let evaluated: Vec<_> = told["entries"]["nodes"].as_array().unwrap().iter().collect();
    assert_eq!(
        evaluated,
        [&json!({ "outcome": "EVALUATED", "score": "50.00", "reopenedSince": true })]
    );
    assert_eq!(told["sha256"], closed["sha256"]);

    // The paper says what its reader may know, and nothing without a token.
    for (name, status) in [("coordinator.ri", 200), ("head.32.75", 200), ("admin.ri", 404)] {
        let office = app.office(name).await;
        let path = format!("/evaluations/{}.pdf", closed["id"].as_str().unwrap());
        let bearer = [("authorization", format!("Bearer {}", office.access_token))];
        let answer = app.send("GET", &path, &bearer, Vec::new()).await;
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.bytes.starts_with(b"%PDF"), status == 200, "{name}");
    }

    // Whoever changes a score afterwards is found out.
    evaluation_entry::Entity::update_many()
        .col_expr(evaluation_entry::Column::Score, Expr::value("99.00"))
        .filter(evaluation_entry::Column::Score.eq("50.00"))
        .exec(app.services.db.reader())
        .await
        .unwrap();
    let faults = inspection::faults(&app.services.db).await.unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("is not what it was when it closed"), "{faults:?}");
}

on_both_databases!(
    a_round_is_evaluated,
    a_recommendation_is_followed,
    an_answer_that_is_due_is_reminded_of_once,
    what_was_frozen_stays_and_says_what_came_after,
);
