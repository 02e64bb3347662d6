//! The inbox: what waits for whom, in one order, walked through while others finish theirs.
use serde_json::{Value, json};

use super::KECAMATAN;
use crate::{
    on_both_databases,
    privacy::proposing::{PROPOSAL, decides, with_admins},
    support::{Office, Report, TestApp},
};

const INBOX: &str =
    "query($kinds: [TaskKind!], $dueBy: DateTime, $first: Int, $last: Int, $after: String, $before: String) {
    viewer { tasks(kinds: $kinds, dueBy: $dueBy, first: $first, last: $last, after: $after, before: $before) {
        totalCount counts { kind count } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { kind dueAt overdue since message seats { unit { code } }
            subject { ... on Report { id } ... on Obligation { unit { code } } ... on Proposal { id } } } } } } }";

impl Office<'_> {
    async fn inbox(&self, variables: Value) -> Value {
        self.data(INBOX, variables).await["viewer"]["tasks"].clone()
    }

    /// The kinds of all that waits, in order.
    async fn waits_for(&self) -> Vec<String> {
        let inbox = self.inbox(json!({ "first": 100 })).await;
        let kinds = inbox["edges"].as_array().unwrap().iter();
        let kinds: Vec<String> = kinds
            .map(|edge| edge["node"]["kind"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(inbox["totalCount"], kinds.len(), "{inbox}");
        for count in inbox["counts"].as_array().unwrap() {
            let of_kind = kinds.iter().filter(|kind| count["kind"] == kind.as_str());
            assert_eq!(count["count"], of_kind.count(), "{inbox}");
        }
        kinds
    }

    /// The tasks about a report.
    async fn waits_about(&self, report: &Report) -> Vec<Value> {
        let inbox = self.inbox(json!({ "first": 100 })).await;
        let edges = inbox["edges"].as_array().unwrap().iter();
        let about = edges.filter(|edge| edge["node"]["subject"]["id"] == json!(report.id));
        about.map(|edge| edge["node"].clone()).collect()
    }
}

fn kinds(tasks: &[Value]) -> Vec<&str> {
    tasks.iter().map(|task| task["kind"].as_str().unwrap()).collect()
}

async fn a_report_waits_for_one_after_the_other(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.19").await, app.office("head.35.02.19").await);
    let (desk_staff, desk) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    assert_eq!(staff.waits_for().await, ["REPORT_TO_WRITE"]);
    let draft = staff.drafts(KECAMATAN).await;
    let writing = staff.inbox(json!({})).await["edges"][0]["node"].clone();
    assert_eq!(writing["kind"], "REPORT_TO_WRITE", "a draft is not sent");
    assert_eq!(writing["subject"], json!({ "unit": { "code": "35.02.19" } }));
    assert_eq!(
        (&writing["overdue"], writing["dueAt"].is_string()),
        (&json!(true), true)
    );
    assert!(desk.waits_about(&draft).await.is_empty());

    let submitted = head.submits(&draft).await.unwrap();
    assert!(staff.waits_for().await.is_empty() && head.waits_for().await.is_empty());
    assert_eq!(kinds(&desk_staff.waits_about(&submitted).await), ["REPORT_TO_TAKE"]);
    let waiting = desk.waits_about(&submitted).await;
    assert_eq!(kinds(&waiting), ["REPORT_TO_TAKE"]);
    assert_eq!(waiting[0]["seats"], json!([{ "unit": { "code": "35.02" } }]));
    assert_eq!(
        (&waiting[0]["dueAt"], &waiting[0]["overdue"]),
        (&Value::Null, &json!(false))
    );
    assert!(
        waiting[0]["message"].as_str().unwrap().contains("menunggu diambil"),
        "{waiting:?}"
    );
    for other in ["head.35.09", "head.35", "coordinator.ri", "admin.ri", "expert1.ri"] {
        assert!(
            app.office(other).await.waits_about(&submitted).await.is_empty(),
            "{other}"
        );
    }

    let taken = desk_staff.does("takeReport", &submitted).await.unwrap();
    assert!(desk_staff.waits_about(&taken).await.is_empty(), "STAFF decides nothing");
    assert_eq!(kinds(&desk.waits_about(&taken).await), ["REPORT_TO_DECIDE"]);
    let due =
        json!({ "report": taken.id, "expectedVersion": taken.version, "reason": "Lengkapi.", "dueOn": "2099-01-31" });
    let returned = desk
        .command("returnReport", "report { id version status }", due)
        .await
        .unwrap();
    assert!(desk.waits_about(&taken).await.is_empty());
    let correcting = staff.waits_about(&taken).await;
    assert_eq!(kinds(&correcting), ["REPORT_TO_CORRECT"]);
    assert_eq!(correcting[0]["dueAt"], "2099-01-31T17:00:00Z", "{correcting:?}");
    let over = |by: &str| json!({ "dueBy": by });
    assert_eq!(staff.inbox(over("2099-01-31T16:59:59Z")).await["totalCount"], 0);
    assert_eq!(staff.inbox(over("2099-01-31T17:00:00Z")).await["totalCount"], 1);
    assert_eq!(returned["report"]["status"], "RETURNED");
}

async fn a_queue_is_walked_through_while_others_work_on_it(app: TestApp) {
    let desk = app.office("head.35.02").await;
    let mut sent = Vec::new();
    for place in ["03", "04", "05", "06"] {
        let draft = app
            .office(&format!("staff.35.02.{place}"))
            .await
            .drafts(KECAMATAN)
            .await;
        sent.push(
            app.office(&format!("head.35.02.{place}"))
                .await
                .submits(&draft)
                .await
                .unwrap(),
        );
    }
    let whole = desk.inbox(json!({ "first": 100 })).await;
    let edges = whole["edges"].as_array().unwrap();
    assert!(edges.len() >= 5, "the own report and four others: {whole}");
    // The same from both ends, one at a time.
    for (size, mark, info, more) in [
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ] {
        let (mut cursor, mut walked) = (Value::Null, Vec::new());
        loop {
            let page = desk.inbox(json!({ size: 1, mark: cursor })).await;
            walked.push(page["edges"][0].clone());
            cursor = page["pageInfo"][info].clone();
            if page["pageInfo"][more] == json!(false) {
                break;
            }
        }
        if size == "last" {
            walked.reverse();
        }
        assert_eq!(&walked, edges, "{size}");
    }
    let take = json!(["REPORT_TO_TAKE"]);
    let queue = desk.inbox(json!({ "kinds": take, "first": 100 })).await;
    let queue = queue["edges"].as_array().unwrap().clone();
    assert_eq!(queue.len(), 4);
    let place = "query($cursor: String!, $kinds: [TaskKind!]) { viewer { task(cursor: $cursor, kinds: $kinds) {
        task { subject { ... on Report { id } } } previous { cursor } next { cursor } } } }";
    let at = async |edge: &Value| {
        let variables = json!({ "cursor": edge["cursor"], "kinds": take });
        desk.data(place, variables).await["viewer"]["task"].clone()
    };
    let second = at(&queue[1]).await;
    assert_eq!(second["task"]["subject"], queue[1]["node"]["subject"]);
    assert_eq!(second["previous"]["cursor"], queue[0]["cursor"]);
    assert_eq!(second["next"]["cursor"], queue[2]["cursor"]);
    // A colleague takes this one and the next: the place stays, and leads on.
    for edge in &queue[1..3] {
        let report = sent
            .iter()
            .find(|report| edge["node"]["subject"]["id"] == json!(report.id));
        app.office("staff.35.02")
            .await
            .does("takeReport", report.unwrap())
            .await
            .unwrap();
    }
    let second = at(&queue[1]).await;
    assert_eq!(second["task"], Value::Null);
    assert_eq!(second["previous"]["cursor"], queue[0]["cursor"]);
    assert_eq!(second["next"]["cursor"], queue[3]["cursor"]);
    assert_eq!(at(&queue[0]).await["previous"], Value::Null);
    assert_eq!(at(&queue[3]).await["next"], Value::Null);
    // A place in another's list says nothing of what is not one's own.
    let other = app.office("head.35.09").await;
    let variables = json!({ "cursor": queue[0]["cursor"], "kinds": take });
    let nothing = other.data(place, variables).await["viewer"]["task"].clone();
    assert_eq!(nothing, json!({ "task": null, "previous": null, "next": null }));
    let wrong = desk.ask(place, json!({ "cursor": "bukan" })).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{wrong}");
}

async fn a_page_costs_the_same_however_much_waits(app: TestApp) {
    let desk = app.office("head.35.02").await;
    let page = "{ viewer { tasks(first: 100) { counts { kind count } nodes { kind since message seats { id } subject {
        ... on Report { id status } ... on Obligation { id state } } } } } }";
    let mut costs = Vec::new();
    for places in [&["03"][..], &["04", "05", "06"]] {
        for place in places {
            let draft = app
                .office(&format!("staff.35.02.{place}"))
                .await
                .drafts(KECAMATAN)
                .await;
            app.office(&format!("head.35.02.{place}"))
                .await
                .submits(&draft)
                .await
                .unwrap();
        }
        desk.data(page, json!({})).await;
        costs.push(app.last_statements().len());
    }
    assert_eq!(costs[0], costs[1], "{:#?}", app.last_statements());
    assert!(costs[0] <= 24, "{:#?}", app.last_statements());
}

async fn a_proposal_waits_for_another(app: TestApp) {
    with_admins(&app).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    assert!(second.waits_for().await.is_empty());
    let subject = app.account("head.32.75").await;
    let id = jenjang::graphql::id::Kind::Account.id(subject.id).to_string();
    let input = json!({ "account": id, "reason": "Atas permintaan." });
    let proposed = admin.command("erasePerson", PROPOSAL, input).await.unwrap();
    assert!(admin.waits_for().await.is_empty(), "nobody confirms the own");
    assert_eq!(second.waits_for().await, ["PROPOSAL_TO_CONFIRM"]);
    let task = second.inbox(json!({})).await["edges"][0]["node"].clone();
    assert_eq!(task["subject"]["id"], proposed["proposal"]["id"]);
    assert!(
        app.office("head.32.75")
            .await
            .waits_for()
            .await
            .iter()
            .all(|kind| kind != "PROPOSAL_TO_CONFIRM")
    );
    decides(&second, "confirmProposal", proposed["proposal"]["id"].as_str().unwrap())
        .await
        .unwrap();
    assert!(second.waits_for().await.is_empty());
}

on_both_databases!(
    a_report_waits_for_one_after_the_other,
    a_queue_is_walked_through_while_others_work_on_it,
    a_page_costs_the_same_however_much_waits,
    a_proposal_waits_for_another,
);
