//! The inbox: what waits for whom, in one order, walked through while others finish theirs.
use serde_json::{Value, json};

use super::{
    KECAMATAN,
    reviewing::{assigns, completes, finds, own, received},
};
use entity::enums::Function;
use jenjang::graphql::id::Kind;

use crate::{
    fixtures::reviewed::asks,
    on_both_databases,
    privacy::proposing::{PROPOSAL, decides, with_admins},
    support::{
        Office, Report, TestApp,
        app::Variation,
        office::{REPORT, report},
        people::Tenure,
    },
};

const INBOX: &str =
    "query($kinds: [TaskKind!], $dueBy: DateTime, $first: Int, $last: Int, $after: String, $before: String) {
    viewer { tasks(kinds: $kinds, dueBy: $dueBy, first: $first, last: $last, after: $after, before: $before) {
        totalCount counts { kind count } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { kind dueAt overdue since message seats { unit { code } }
            subject { ... on Report { id } ... on Obligation { unit { code } } ... on Proposal { id } ... on Finding { id } ... on ReviewAssignment { id } } } } } } }";

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
    assert!(costs[0] <= 44, "{:#?}", app.last_statements());
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

/// Who has a conflict of interest with the unit of 32.75 is pinned by the COORDINATOR.
async fn pins(app: &TestApp, name: &str) {
    let coordinator = app.office("coordinator.ri").await;
    let person = Kind::Account.id(app.account(name).await.id).to_string();
    let unit = coordinator.unit("32.75").await;
    let pinned = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga di unit ini." });
    coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();
}

async fn a_review_waits_for_its_experts_and_then_for_who_decides(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    pins(&app, "coordinator2.ri").await;
    let waiting = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    let colleague = app.office("coordinator2.ri").await;
    assert_eq!(kinds(&coordinator.waits_about(&waiting).await), ["REPORT_TO_ASSIGN"]);
    assert!(colleague.waits_for().await.is_empty(), "a conflict of interest");
    assigns(&coordinator, &[&waiting], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let reviewed = coordinator.sees(&waiting).await.unwrap();
    assert!(coordinator.waits_for().await.is_empty());
    for (place, name) in ["expert1.ri", "expert2.ri"].into_iter().enumerate() {
        let expert = app.office(name).await;
        assert_eq!(expert.waits_for().await, ["REVIEW_TO_DO"], "{name}");
        completes(&expert, &reviewed, (4, 4)).await;
        assert!(expert.waits_for().await.is_empty(), "{name}");
        assert_eq!(
            coordinator.waits_for().await.len(),
            place,
            "two have to complete theirs"
        );
    }
    let judging = coordinator.waits_about(&reviewed).await;
    assert_eq!(kinds(&judging), ["REPORT_TO_JUDGE"]);
    assert_eq!(judging[0]["seats"], json!([{ "unit": { "code": "RI" } }]));
    assert!(colleague.waits_for().await.is_empty(), "a conflict of interest");
    // A sheet does not count any more whose expert turns out to have worked there.
    let seat = app.makes_seat("32.75", Function::Observer).await;
    app.appoints("expert2.ri", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    assert!(coordinator.waits_for().await.is_empty());
    let refused = coordinator.does("acceptReport", &reviewed).await.unwrap_err();
    assert_eq!(refused.code, "QUORUM_MISSING", "so says the command");
}

async fn a_finding_waits_for_its_answer_and_then_for_who_raised_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    let waiting = received(&app, "32.75").await;
    let coordinator = app.office("coordinator.ri").await;
    assigns(&coordinator, &[&waiting], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let reviewed = coordinator.sees(&waiting).await.unwrap();
    let (lead, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let input = json!({ "report": reviewed.id, "expectedVersion": reviewed.version, "findings": [
        { "severity": "MUST", "text": "Lampirkan bukti.", "dueOn": "2099-01-31" },
        { "severity": "SHOULD", "text": "Sebutkan tanggal." },
        { "severity": "NOTE", "text": "Rapi." },
    ] });
    let raised = lead.command("raiseFinding", "findings { id }", input).await.unwrap();
    let author = app.office("staff.32.75").await;
    // What the unit owes in other rounds is of no matter here.
    let waits_beside = async |name: &str| {
        let mut waits = app.office(name).await.waits_for().await;
        waits.retain(|kind| kind != "REPORT_TO_WRITE");
        waits
    };
    assert!(
        waits_beside("staff.32.75").await.is_empty(),
        "the experts are not done with it"
    );
    let asked = lead
        .does_because("askRevision", &reviewed, "Lihat temuan.")
        .await
        .unwrap();
    for name in ["staff.32.75", "head.32.75"] {
        let waits = waits_beside(name).await;
        assert_eq!(
            waits,
            ["FINDING_TO_ANSWER", "REPORT_TO_CORRECT", "FINDING_TO_ANSWER"],
            "{name}"
        );
    }
    let first = author
        .inbox(json!({ "kinds": ["FINDING_TO_ANSWER"], "first": 1 }))
        .await["edges"][0]["node"]
        .clone();
    assert_eq!(first["subject"]["id"], raised["findings"][0]["id"]);
    assert_eq!(first["dueAt"], "2099-01-31T17:00:00Z");
    assert_eq!(first["seats"], json!([{ "unit": { "code": "32.75" } }]));
    for name in [
        "head.32",
        "observer.32",
        "head.32.76",
        "coordinator.ri",
        "expert1.ri",
        "admin.ri",
    ] {
        let waits = app.office(name).await.waits_for().await;
        assert!(
            !waits.iter().any(|kind| kind.starts_with("FINDING")),
            "{name}: {waits:?}"
        );
    }

    let head = app.office("head.32.75").await;
    let answer = json!({ "finding": raised["findings"][0]["id"], "remedied": true, "text": "Dilampirkan." });
    let input = json!({ "report": asked.id, "expectedVersion": asked.version, "answers": [answer] });
    let submitted = head
        .command("submitReport", &format!("report {{ {REPORT} }}"), input)
        .await
        .unwrap();
    let submitted = report(&submitted["report"]);
    assert!(
        waits_beside("staff.32.75").await.is_empty(),
        "what may be left open waits for the next time"
    );
    for office in [&lead, &second] {
        assert_eq!(
            office.waits_for().await,
            ["REVIEW_TO_DO", "FINDING_TO_SETTLE"],
            "{}",
            office.name
        );
    }
    let settling = lead.inbox(json!({ "kinds": ["FINDING_TO_SETTLE"] })).await["edges"][0]["node"].clone();
    assert_eq!(settling["subject"]["id"], raised["findings"][0]["id"]);
    assert_eq!(settling["seats"], json!([{ "unit": { "code": "RI" } }]));
    for name in ["coordinator.ri", "coordinator2.ri", "head.32", "head.32.75"] {
        assert!(waits_beside(name).await.is_empty(), "{name}");
    }
    pins(&app, "expert2.ri").await;
    assert!(second.waits_for().await.is_empty(), "a conflict of interest");
    let settled = json!({ "finding": raised["findings"][0]["id"], "expectedVersion": 2 });
    lead.command("resolveFinding", "finding { id }", settled).await.unwrap();
    assert_eq!(lead.waits_for().await, ["REVIEW_TO_DO"]);
    assert_eq!(submitted.status, "EXPERT_REVIEW");
}

async fn an_answer_waits_for_the_desk_that_asked_for_it(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.17").await, app.office("head.35.02.17").await);
    let (desk_staff, desk) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let taken = desk_staff.does("takeReport", &submitted).await.unwrap();
    let found = finds(&desk_staff, &taken, "MUST").await;
    let returned = desk
        .does_because("returnReport", &taken, "Lihat temuan.")
        .await
        .unwrap();
    assert_eq!(
        staff.waits_for().await,
        ["REPORT_TO_CORRECT", "FINDING_TO_ANSWER"].map(str::to_owned).to_vec()
    );
    let answers = json!([{ "finding": found, "remedied": true, "text": "Lengkap." }]);
    let input = json!({ "report": returned.id, "expectedVersion": returned.version, "answers": answers });
    head.command("submitReport", "report { id }", input).await.unwrap();
    assert!(staff.waits_for().await.is_empty());
    let settles = async |office: &Office<'_>| {
        let waits = office.waits_for().await;
        waits.iter().filter(|kind| *kind == "FINDING_TO_SETTLE").count()
    };
    for (name, expected) in [
        ("staff.35.02", 1),
        ("head.35.02", 1),
        ("head.35", 0),
        ("head.35.09", 0),
        ("head.35.02.17", 0),
        ("coordinator.ri", 0),
    ] {
        assert_eq!(settles(&app.office(name).await).await, expected, "{name}");
    }
}

async fn the_queue_of_an_expert_costs_the_same_however_long(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    asks(&app).await;
    let coordinator = app.office("coordinator.ri").await;
    let expert = app.office("expert1.ri").await;
    let task = "kind since message seats { id } subject { ... on ReviewAssignment { id state draft { total comment } \
                sheet { total } subject { ... on Report { id status unit { name } findings { totalCount } } } } }";
    let page = format!(
        "{{ viewer {{ tasks(first: 100) {{ totalCount counts {{ kind count }} edges {{ cursor node {{ {task} }} }} }} }} }}"
    );
    let place = format!(
        "query($cursor: String!) {{ viewer {{ task(cursor: $cursor) {{ \
                         task {{ {task} }} previous {{ node {{ {task} }} }} next {{ node {{ {task} }} }} }} }} }}"
    );
    let mut costs = Vec::new();
    for units in [&["32.75", "32.76", "32.71"][..], &["32.73", "32.72", "32.77"]] {
        for unit in units {
            let waiting = received(&app, unit).await;
            assigns(&coordinator, &[&waiting], &["expert1.ri", "expert2.ri"], None)
                .await
                .unwrap();
            let assigned = own(&expert, &waiting).await.unwrap();
            let saved = json!({ "assignment": assigned.id, "expectedVersion": assigned.version, "scores": [
                { "criterion": "isi", "score": 4, "comment": "Jelas." } ] });
            expert
                .command("saveScoreSheet", "assignment { id }", saved)
                .await
                .unwrap();
        }
        let queue = expert.data(&page, json!({})).await["viewer"]["tasks"].clone();
        let of_page = app.last_statements();
        let middle = &queue["edges"][1];
        assert_eq!(middle["node"]["subject"]["draft"]["comment"], "", "{middle}");
        let at = expert.data(&place, json!({ "cursor": middle["cursor"] })).await["viewer"]["task"].clone();
        assert!(!at["previous"].is_null() && !at["next"].is_null(), "{at}");
        costs.push((of_page, app.last_statements()));
    }
    let (few, many) = (&costs[0], &costs[1]);
    assert_eq!(few.0.len(), many.0.len(), "{:#?}", many.0);
    assert_eq!(few.1.len(), many.1.len(), "{:#?}", many.1);
    assert!(many.0.len() <= 36, "{:#?}", many.0);
    assert!(many.1.len() <= 36, "{:#?}", many.1);
}

on_both_databases!(
    a_report_waits_for_one_after_the_other,
    a_queue_is_walked_through_while_others_work_on_it,
    a_page_costs_the_same_however_much_waits,
    a_review_waits_for_its_experts_and_then_for_who_decides,
    a_finding_waits_for_its_answer_and_then_for_who_raised_it,
    an_answer_waits_for_the_desk_that_asked_for_it,
    the_queue_of_an_expert_costs_the_same_however_long,
    a_proposal_waits_for_another,
);
