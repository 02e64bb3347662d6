//! One edition of RI from its rules to a revoked certificate, by commands alone: two provinces judge first, experts judge after
//! them, another person ratifies, anybody recomputes, and two persons take one award back.
use std::sync::Arc;

use chrono::Duration;
use entity::enums::Function;
use jenjang::{
    clock::{Clock, StillClock, SystemClock},
    digest::sha256,
};
use serde_json::{Value, json};

use super::{
    EDITION,
    computing::{does, lists},
    entries::{self, nominates},
    judged,
    judging::{PANEL, completes, panels, scorings, seats},
    news, opens, reckoned, steps,
};
use crate::{
    on_both_databases,
    privacy::proposing::decides,
    recomputing::by_binary,
    stories::{
        certificates::{CERTIFICATE, verified},
        rubrics,
    },
    support::{Office, TestApp, app::Variation},
};

/// Who enters, two of each province.
const ENTRANTS: [&str; 4] = ["32.75", "32.76", "35.02", "35.09"];

/// The head of a kabupaten/kota enters it in a category and submits that; the head of its province finds it eligible.
async fn enters(app: &TestApp, category: &Value, code: &str) {
    let (head, province) = (format!("head.{code}"), format!("head.{}", &code[..2]));
    let (head, province) = (app.office(&head).await, app.office(&province).await);
    let work = json!({ "title": "Posko aduan", "statement": "Posko di setiap kecamatan." });
    let entry = nominates(&head, category, work).await.unwrap();
    let entry = entries::does(&head, "submitAwardEntry", &entry, json!({}))
        .await
        .unwrap();
    let verdict = json!({ "verdict": "ELIGIBLE" });
    let entry = entries::does(&province, "verifyAwardEntry", &entry, verdict)
        .await
        .unwrap();
    assert_eq!(entry["status"], "ELIGIBLE");
}

/// The open juries of a unit, as who chairs them reads them.
async fn open_panels(chair: &Office<'_>, code: &str) -> Vec<Value> {
    let found = panels(chair).await.into_iter();
    found
        .filter(|panel| panel["unit"]["code"] == code && panel["status"] == "OPEN")
        .collect()
}

/// Appoints these to a jury; each gives every candidate a score, in the order of their units; then it is closed.
async fn judge(chair: &Office<'_>, panel: &Value, jurors: &[(&str, [(&str, i32); 2])]) {
    let names: Vec<&str> = jurors.iter().map(|(name, _scores)| *name).collect();
    let appointed = json!({
        "panel": panel["id"], "expectedVersion": panel["version"], "jurors": seats(chair.app, &names).await,
    });
    let panel = chair.command("appointJurors", PANEL, appointed).await.unwrap()["panel"].clone();
    for (name, scores) in jurors {
        let juror = chair.app.office(name).await;
        assert_eq!(scorings(&juror).await.len(), 2, "{name}");
        for (code, score) in scores {
            completes(&juror, code, *score).await;
        }
    }
    close(chair, &panel).await;
}

async fn close(chair: &Office<'_>, panel: &Value) {
    let now = open_panels(chair, panel["unit"]["code"].as_str().unwrap()).await;
    let now = now.iter().find(|one| one["id"] == panel["id"]).unwrap();
    let input = json!({ "panel": now["id"], "expectedVersion": now["version"] });
    let closed = chair.command("closeJudging", PANEL, input).await.unwrap();
    assert_eq!(closed["panel"]["status"], "CLOSED");
}

/// What an office is told of who was honoured.
async fn honoured(office: &Office<'_>, edition: &Value) -> Vec<Value> {
    let document = format!(
        "query($id: ID!) {{ awards(filter: {{ edition: {{ eq: $id }} }}, first: 50) {{ totalCount nodes {{ id version name place honour \
         revokedAt category {{ title }} unit {{ code }} certificate {{ {CERTIFICATE} }} }} }} }}"
    );
    let data = office.data(&document, json!({ "id": edition["id"] })).await;
    let nodes = data["awards"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["awards"]["totalCount"], nodes.len(), "{}", office.name);
    nodes
}

async fn from_the_rules_to_a_revoked_award(app: TestApp) {
    let clock = StillClock::at(SystemClock.now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    app.employs(&[
        ("observer.35", "35", Function::Observer),
        ("coordinator2.ri", "RI", Function::Coordinator),
    ])
    .await;
    let coordinator = app.office("coordinator.ri").await;
    let rubric = rubrics::publishes(&coordinator, "kehumasan").await;
    let mut by_jury = judged("Media sosial", &rubric);
    by_jury["shortlist"] = json!(1);
    by_jury["places"] = json!(1);
    by_jury["nominees"] = json!(1);
    let edition = opens(&coordinator, &[by_jury, reckoned("Ketepatan", 2)]).await;
    let categories = edition["categories"].as_array().unwrap().clone();
    for code in ENTRANTS {
        enters(&app, &categories[0], code).await;
        enters(&app, &categories[1], code).await;
    }
    news::tell(&app).await;
    let of_entrant = news::kinds_told(&app.office("staff.32.75").await).await;
    assert_eq!(of_entrant, ["AWARD_ENTRY_VERIFIED", "AWARD_ENTRY_VERIFIED"]);

    // The provinces judge first.
    clock.advance(Duration::days(11));
    let coordinator = app.office("coordinator.ri").await;
    let edition = steps(&coordinator, "closeNominations", &edition).await.unwrap();
    let edition = steps(&coordinator, "openJudging", &edition).await.unwrap();
    let west = app.office("head.32").await;
    let panel = open_panels(&west, "32").await.remove(0);
    let of_west = [
        ("staff.32", [("32.75", 5), ("32.76", 3)]),
        ("observer.32", [("32.75", 4), ("32.76", 3)]),
    ];
    judge(&west, &panel, &of_west).await;
    let east = app.office("head.35").await;
    let panel = open_panels(&east, "35").await.remove(0);
    let of_east = [
        ("staff.35", [("35.02", 2), ("35.09", 4)]),
        ("observer.35", [("35.02", 3), ("35.09", 4)]),
    ];
    judge(&east, &panel, &of_east).await;
    news::tell(&app).await;
    let of_juror = news::kinds_told(&app.office("observer.32").await).await;
    assert_eq!(of_juror, ["AWARD_JUROR_APPOINTED"]);

    // RI's experts judge those whom the provinces passed on; what is reckoned has a jury of nobody.
    let edition = steps(&coordinator, "openJudging", &edition).await.unwrap();
    let of_ri = open_panels(&coordinator, "RI").await;
    let (shortlisted, figures): (Vec<Value>, Vec<Value>) = of_ri
        .into_iter()
        .partition(|panel| panel["candidates"]["totalCount"] == 2);
    let of_experts = [
        ("expert1.ri", [("32.75", 3), ("35.09", 5)]),
        ("expert2.ri", [("32.75", 4), ("35.09", 5)]),
    ];
    judge(&coordinator, &shortlisted[0], &of_experts).await;
    for panel in &figures {
        close(&coordinator, panel).await;
    }

    // One computes, another ratifies; nobody else is told of it.
    let ranked = does(&coordinator, "computeRanking", &edition, json!({})).await;
    let list = lists(&coordinator, &edition).await.remove(0);
    let other = app.office("coordinator2.ri").await;
    let ratified = does(&other, "ratifyAwards", &ranked, json!({ "sha256": list["sha256"] })).await;
    let winner = app.office("head.35.09").await;
    assert!(honoured(&winner, &edition).await.is_empty() && lists(&winner, &edition).await.is_empty());
    let statuses = "query($id: ID!) { awardEntries(filter: { edition: { eq: $id } }, first: 50) { nodes { status } } }";
    let told = winner.data(statuses, json!({ "id": edition["id"] })).await;
    for entry in told["awardEntries"]["nodes"].as_array().unwrap() {
        assert_eq!(entry["status"], "ELIGIBLE", "nothing of how it was judged");
    }
    let announced = does(&other, "announceAwards", &ratified, json!({})).await;
    assert_eq!(announced["status"], "ANNOUNCED");
    let awards = honoured(&winner, &edition).await;
    let got = |code: &str, category: &str| {
        let mut awards = awards.iter();
        let found = awards.find(|award| award["unit"]["code"] == code && award["category"]["title"] == category);
        found.cloned().unwrap_or_default()
    };
    let first = got("35.09", "Media sosial");
    assert_eq!((&first["honour"], &first["place"]), (&json!("WINNER"), &json!(1)));
    assert_eq!(got("32.75", "Media sosial")["honour"], "NOMINEE");
    assert_eq!(got("32.76", "Media sosial"), Value::Null);
    let equals = awards.iter().filter(|award| award["category"]["title"] == "Ketepatan");
    assert_eq!(equals.count(), 2);
    news::tell(&app).await;
    assert_eq!(news::kinds_told(&winner).await[0], "AWARD_ANNOUNCED");
    assert_eq!(news::changes(&winner).await.last().unwrap().0, "AWARD_ANNOUNCED");

    // Anybody reckons it again.
    let bearer = [("authorization", format!("Bearer {}", winner.access_token))];
    let path = format!("/export/awards/{}.json", edition["id"].as_str().unwrap());
    let bundle = app.send("GET", &path, &bearer, Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let (status, results, complaint) = by_binary(folder.path(), &bundle.bytes);
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    assert_eq!(json!(sha256(&results)), list["sha256"]);

    // Two persons take one back, with its certificate; nobody moves up.
    let issue = json!({ "edition": edition["id"] });
    coordinator
        .command("issueCertificates", "edition { id }", issue)
        .await
        .unwrap();
    let certified = honoured(&winner, &edition).await;
    let first = certified.iter().find(|award| award["id"] == first["id"]).unwrap();
    assert_eq!(verified(&app, &first["certificate"]).await["standing"], "VALID");
    let revoke = json!({ "award": first["id"], "expectedVersion": first["version"], "reason": "Bukti tidak sah." });
    let proposed = coordinator
        .command("revokeAward", "proposal { id }", revoke)
        .await
        .unwrap();
    let proposal = proposed["proposal"]["id"].as_str().unwrap();
    decides(&other, "confirmProposal", proposal).await.unwrap();
    assert_eq!(verified(&app, &first["certificate"]).await["standing"], "REVOKED");
    let after = honoured(&winner, &edition).await;
    assert_eq!(after.len(), certified.len());
    let standing = |awards: &[Value]| -> Vec<(Value, Value)> {
        let awards = awards.iter();
        awards
            .map(|award| (award["place"].clone(), award["honour"].clone()))
            .collect()
    };
    assert_eq!(standing(&after), standing(&certified));
    news::tell(&app).await;
    assert_eq!(news::kinds_told(&winner).await[0], "AWARD_REVOKED");

    clock.advance(Duration::days(15));
    let coordinator = app.office("coordinator.ri").await;
    let current = coordinator
        .data(
            &format!(
                "query($id: ID!) {{ {} }}",
                EDITION.replacen("edition", "awardEdition(id: $id)", 1)
            ),
            json!({ "id": edition["id"] }),
        )
        .await["awardEdition"]
        .clone();
    let closed = does(&coordinator, "closeAwardEdition", &current, json!({})).await;
    assert_eq!(closed["status"], "CLOSED");
}

on_both_databases!(from_the_rules_to_a_revoked_award);
