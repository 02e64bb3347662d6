//! 21 January 2025: the 27 kabupaten/kota of Jawa Barat hand their reports over together and get a receipt each, one of them at
//! the second attempt. Two experts review that of Kota Bekasi, ask for a revision and get it, and RI accepts it: from here on
//! the round can be evaluated.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    FINAL_REPORT,
    findings::{raises, settles, submits_with},
    gathering::{rows, schedules},
    receipts::receipts_of,
    reviewing::{assigns, completes, result},
};
use crate::{
    fixtures::reviewed::{REVIEWED, asks},
    on_both_databases,
    support::{Office, Refusal, Report, TestApp, app::Variation},
};

/// Its place on the agenda, whose report is refused at first.
const REFUSED: usize = 20;

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

async fn bekasi_in_full(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    asks(&app).await;
    let province = app.office("head.32").await;
    let codes = kabupaten_kota(&province).await;
    let names: Vec<&str> = codes.iter().map(String::as_str).collect();
    let session = schedules(&province, &names).await.unwrap();
    let session = session["id"].as_str().unwrap();
    let mut endorsed = Vec::new();
    for code in &codes {
        let draft = app.office(&format!("staff.{code}")).await.drafts(REVIEWED).await;
        let submitted = app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
        assert_eq!(submitted.status, "ENDORSED", "nobody endorses this report on its way");
        endorsed.push(submitted);
    }
    let received = hand_over(&app, session, &endorsed).await;
    every_one_has_a_receipt(&province, &received).await;
    let bekasi = codes.iter().position(|code| code == "32.75").unwrap();
    let accepted = reviewed(&app, &received[bekasi]).await;
    what_was_promised_still_holds(&app, &accepted).await;

    let by_status = "query($of: ID!) {
        accepted: reports(filter: {status: {eq: ACCEPTED}, underneath: {eq: $of}}) { nodes { id } }
        received: reports(filter: {status: {eq: RECEIVED}, underneath: {eq: $of}}) { totalCount } }";
    let coordinator = app.office("coordinator.ri").await;
    let told = coordinator
        .data(by_status, json!({ "of": province.unit("32").await }))
        .await;
    assert_eq!(told["accepted"]["nodes"], json!([{ "id": accepted.id }]));
    assert_eq!(told["received"]["totalCount"], 26, "the others wait for their experts");
}

/// The codes of those beneath a province, in their order.
async fn kabupaten_kota(province: &Office<'_>) -> Vec<String> {
    let document = "query($of: ID!) { units(filter: {parent: {eq: $of}}, first: 100) { nodes { code } } }";
    let units = province
        .data(document, json!({ "of": province.unit("32").await }))
        .await;
    let units = units["units"]["nodes"].as_array().unwrap();
    assert_eq!(units.len(), 27);
    units
        .iter()
        .map(|unit| unit["code"].as_str().unwrap().to_owned())
        .collect()
}

/// All in one act; one is refused with a reason and comes again, and in the end all are received.
async fn hand_over(app: &TestApp, session: &str, endorsed: &[Report]) -> Vec<Report> {
    let province = app.office("head.32").await;
    let all: Vec<&Report> = endorsed.iter().collect();
    let (mut handed_over, _session) = province.hands_over(&all, Some(session)).await.unwrap();
    assert!(handed_over.iter().all(|report| report.status == "HANDED_OVER"));
    let again = province.hands_over(&all[..1], Some(session)).await;
    assert_eq!(again.unwrap_err(), refused("WRONG_STATE", "reports.0"));
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    assert_eq!(
        seen(&first).await,
        27,
        "a receiver sees what was handed over, and nothing else"
    );

    let stampless = &handed_over[REFUSED];
    let silently = second.does_because("refuseHandover", stampless, " ").await;
    assert_eq!(silently.unwrap_err(), refused("REQUIRED", "reason"));
    let why = "Salinan cetak belum dibubuhi cap.";
    let back = second.does_because("refuseHandover", stampless, why).await.unwrap();
    assert_eq!(back.status, "ENDORSED");
    for expert in [&first, &second] {
        assert_eq!(seen(expert).await, 26, "what was refused is seen no longer");
    }
    let author = app
        .office(&format!("head.{}", code_of(&province, stampless).await))
        .await;
    let document = "query($id: ID!) { report(id: $id) { history(last: 1) { nodes { command reason } } } }";
    let told = author.data(document, json!({ "id": stampless.id })).await;
    let told = &told["report"]["history"]["nodes"][0];
    assert_eq!(told, &json!({ "command": "REFUSE_HANDOVER", "reason": why }));
    let (mut brought, _session) = province.hands_over(&[&back], Some(session)).await.unwrap();
    handed_over[REFUSED] = brought.remove(0);

    let (morning, noon) = handed_over.split_at(13);
    let mut received = first.receives(&morning.iter().collect::<Vec<_>>()).await.unwrap();
    received.extend(second.receives(&noon.iter().collect::<Vec<_>>()).await.unwrap());
    let shown = rows(&province, session).await;
    assert_eq!(shown.len(), 27);
    assert!(shown.iter().all(|row| row.ends_with("RECEIVED 1")), "{shown:?}");
    received
}

async fn seen(office: &Office<'_>) -> Value {
    office.data("{ reports { totalCount } }", json!({})).await["reports"]["totalCount"].clone()
}

async fn code_of(office: &Office<'_>, report: &Report) -> String {
    let document = "query($id: ID!) { report(id: $id) { unit { code } } }";
    let told = office.data(document, json!({ "id": report.id })).await;
    told["report"]["unit"]["code"].as_str().unwrap().to_owned()
}

async fn every_one_has_a_receipt(province: &Office<'_>, received: &[Report]) {
    let mut codes = BTreeSet::new();
    for report in received {
        let receipts = receipts_of(province, report).await;
        assert_eq!(
            receipts.len(),
            1,
            "one for each of the 27, also for what was refused once"
        );
        codes.insert(receipts[0]["code"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes.len(), 27);
}

/// Two experts find something, get an answer and score; RI accepts.
async fn reviewed(app: &TestApp, report: &Report) -> Report {
    let coordinator = app.office("coordinator.ri").await;
    let (lead, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let (staff, head) = (app.office("staff.32.75").await, app.office("head.32.75").await);
    assigns(&coordinator, &[report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let report = lead.sees(report).await.unwrap();
    let must = json!([{ "field": "uraian", "severity": "MUST", "text": "Jumlah unggahan belum disebutkan." }]);
    let finding = raises(&lead, &report, must).await.unwrap().remove(0);
    let asked = lead
        .does_because("askRevision", &report, "Lengkapi angkanya.")
        .await
        .unwrap();
    let noted = json!({ "findings": [finding["id"]] });
    head.command("acknowledgeFindings", "findings { id }", noted)
        .await
        .unwrap();
    let revised = staff.fills_in(&asked, "212 unggahan selama kampanye.").await.unwrap();
    let unanswered = head.submits(&revised).await;
    assert_eq!(unanswered.unwrap_err(), refused("FINDING_UNANSWERED", "answers"));
    let answer = json!([{ "finding": finding["id"], "remedied": true, "text": "Angka ditambahkan." }]);
    let answered = submits_with(&head, &revised, answer).await.unwrap();
    assert_eq!(answered.status, "EXPERT_REVIEW");
    let answer = json!({ "id": finding["id"], "version": 2 });
    let resolved = settles(&lead, "resolveFinding", &answer, None).await.unwrap();
    assert_eq!(
        (&resolved["state"], &resolved["answeredIn"]),
        (&json!("RESOLVED"), &json!(2))
    );
    completes(&lead, &answered, (4, 4)).await;
    assert_eq!(
        result(&second, &answered).await,
        None,
        "blind until the own sheet is complete"
    );
    completes(&second, &answered, (4, 2)).await;
    let accepted = coordinator.does("acceptReport", &answered).await.unwrap();
    assert_eq!(accepted.status, "ACCEPTED");
    let of_all = Some((2, "68.75".to_owned()));
    assert_eq!(
        result(&head, &accepted).await,
        of_all,
        "the unit is told what it came to"
    );

    let document = "query($id: ID!) { report(id: $id) { history { nodes { command unit { code } } } } }";
    let told = head.data(document, json!({ "id": accepted.id })).await;
    let steps = told["report"]["history"]["nodes"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let steps: Vec<String> = steps
        .map(|step| format!("{} by {}", word(&step["command"]), word(&step["unit"]["code"])))
        .collect();
    assert_eq!(
        steps,
        [
            "START by 32.75",
            "SUBMIT by 32.75",
            "HAND_OVER by 32",
            "RECEIVE by RI",
            "ASSIGN by RI",
            "ASK_REVISION by RI",
            "SUBMIT by 32.75",
            "ACCEPT by RI"
        ]
    );
    accepted
}

/// The receipt is for what was handed over, and says that the report has moved on.
async fn what_was_promised_still_holds(app: &TestApp, report: &Report) {
    let receipts = receipts_of(&app.office("head.32.75").await, report).await;
    let [receipt] = &receipts[..] else {
        panic!("a revision is not received anew: {receipts:?}")
    };
    let document = "query($code: String!) { verifyReceipt(code: $code) {
        valid isRevisionInForce since { what } receipt { revision sha256 } } }";
    let told = app.ask(None, document, json!({ "code": receipt["code"] })).await;
    let told = &told["data"]["verifyReceipt"];
    assert_eq!(
        (&told["valid"], &told["isRevisionInForce"]),
        (&json!(true), &json!(false)),
        "{told}"
    );
    assert_eq!(told["since"], json!([]), "nothing was taken back");
    assert_eq!(told["receipt"], json!({ "revision": 1, "sha256": receipt["sha256"] }));
}

async fn a_page_costs_as_many_statements_as_it_asks_for_kinds(app: TestApp) {
    let mut submitted = Vec::new();
    for code in ["32.75", "32.16", "32.76"] {
        let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
        submitted.push(app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap());
    }
    let observer = app.office("observer.32").await;
    let cost = async |selection: &str| {
        let page = observer
            .data(&format!("{{ reports {{ {selection} }} }}"), json!({}))
            .await;
        assert!(
            page["reports"]["nodes"]
                .as_array()
                .is_none_or(|nodes| nodes.len() == submitted.len())
        );
        app.last_statements().len()
    };
    assert_eq!(
        cost("nodes { status unit { code parent { name } } cycle { name } }").await,
        1,
        "the rest is in memory"
    );
    assert_eq!(cost("totalCount nodes { id }").await, 2);
    assert_eq!(
        cost("nodes { revision { sha256 } }").await,
        2,
        "one for all revisions of the page"
    );
    assert_eq!(
        cost("nodes { history { nodes { command } } revision { number } }").await,
        3
    );
}

on_both_databases!(bekasi_in_full, a_page_costs_as_many_statements_as_it_asks_for_kinds,);
