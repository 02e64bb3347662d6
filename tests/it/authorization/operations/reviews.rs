//! What is done in the review of a report by experts, tried by every kind of office: who directs it, who is part of it, who
//! wrote what is reviewed, those between, and everybody else.
use entity::enums::Function;
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    fixtures::reviewed::asks,
    on_both_databases,
    stories::reviewing::{assigns, finds, own, received, seat},
    support::{Office, Report, TestApp, app::Variation, office::command_document},
};

/// Whom it concerns: expert1 leads, expert2 reviews with it, expert3 does not.
const AROUND: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 admin.32 head.32.76 head.18 observer.18 \
     coordinator.ri coordinator2.ri admin.ri expert1.ri expert2.ri expert3.ri";

/// Who sees the report: the COORDINATOR with a conflict of interest too, and experts by their part in it alone.
const SEES: &str =
    "staff.32.75 head.32.75 staff.32 head.32 observer.32 coordinator.ri coordinator2.ri expert1.ri expert2.ri";

/// A command with what everybody is told who may not; the last one may, and shows that nothing had changed.
struct Entry {
    command: &'static str,
    selection: &'static str,
    /// Who is told that they may not; who does not is told that there is no such thing, where `hidden`.
    forbidden: &'static str,
    hidden: bool,
    done: &'static str,
    input: fn(&Case) -> Value,
}

/// What commands are tried on.
struct Case {
    report: Report,
    /// The assignment of expert1, as it is now.
    lead: (String, i64),
    unit: String,
    seat_of_third: String,
    person: String,
    conflict: String,
}

impl Case {
    fn assignment(&self) -> Value {
        json!({ "assignment": self.lead.0, "expectedVersion": self.lead.1 })
    }

    fn because(&self) -> Value {
        let mut input = self.assignment();
        input["reason"] = json!("Berhalangan.");
        input
    }

    fn on_report(&self) -> Value {
        json!({ "report": self.report.id, "expectedVersion": self.report.version, "reason": "Angka keliru." })
    }
}

const ALL_BUT: &str = "";

const ENTRIES: [Entry; 12] = [
    Entry {
        command: "assignReviews",
        selection: "plan { report { id } }",
        forbidden: "staff.32.75 staff.32 head.32 observer.32 coordinator2.ri expert1.ri expert2.ri",
        hidden: true,
        done: "coordinator.ri",
        input: |case| json!({ "reports": [case.report.id], "reviewers": [case.seat_of_third], "dryRun": true }),
    },
    Entry {
        command: "acknowledgeReview",
        selection: "assignment { id }",
        forbidden: "coordinator.ri expert2.ri",
        hidden: true,
        done: "expert1.ri",
        input: Case::assignment,
    },
    Entry {
        command: "saveScoreSheet",
        selection: "assignment { id }",
        forbidden: "coordinator.ri expert2.ri",
        hidden: true,
        done: "expert1.ri",
        input: |case| {
            let mut input = case.assignment();
            let one = |criterion: &str| json!({ "criterion": criterion, "score": 4 });
            input["scores"] = json!([one("isi"), one("bukti")]);
            input
        },
    },
    Entry {
        command: "completeReview",
        selection: "assignment { id }",
        forbidden: "coordinator.ri expert2.ri",
        hidden: true,
        done: "expert1.ri",
        input: Case::assignment,
    },
    Entry {
        command: "askRevision",
        selection: "report { id }",
        forbidden: "staff.32.75 staff.32 head.32 observer.32 coordinator.ri coordinator2.ri expert2.ri",
        hidden: true,
        done: "expert1.ri",
        input: Case::on_report,
    },
    Entry {
        command: "recuseReview",
        selection: "assignment { id }",
        forbidden: "coordinator.ri expert2.ri",
        hidden: true,
        done: ALL_BUT,
        input: Case::because,
    },
    Entry {
        command: "declineReview",
        selection: "assignment { id }",
        forbidden: "coordinator.ri expert2.ri",
        hidden: true,
        done: ALL_BUT,
        input: Case::because,
    },
    Entry {
        command: "lapseReview",
        selection: "assignment { id }",
        forbidden: "expert1.ri expert2.ri",
        hidden: true,
        done: ALL_BUT,
        input: Case::because,
    },
    Entry {
        command: "makeReviewLead",
        selection: "assignment { id }",
        forbidden: "expert1.ri expert2.ri",
        hidden: true,
        done: ALL_BUT,
        input: Case::assignment,
    },
    Entry {
        command: "setReviewPortfolio",
        selection: "portfolio { version }",
        forbidden: AROUND,
        hidden: false,
        done: "coordinator.ri",
        input: |case| json!({ "reviewer": case.seat_of_third, "expectedVersion": 0, "entries": [{}] }),
    },
    Entry {
        command: "pinConflict",
        selection: "conflict { id }",
        forbidden: AROUND,
        hidden: false,
        done: "coordinator.ri",
        input: |case| json!({ "person": case.person, "kind": "OTHER", "unit": case.unit, "reason": "Keluarga." }),
    },
    Entry {
        command: "reopenReport",
        selection: "proposal { id }",
        forbidden: "staff.32.75 staff.32 head.32 observer.32 coordinator2.ri expert1.ri expert2.ri",
        hidden: true,
        // It follows from an acceptance only; who may is told so.
        done: ALL_BUT,
        input: Case::on_report,
    },
];

const DECLARE: &str = "declareConflict";
const LIFT: &str = "liftConflict";
const READS: [&str; 3] = ["reviewAssignments", "reviewPortfolios", "conflictsOfInterest"];

/// Every field this file tries.
pub fn fields() -> impl Iterator<Item = &'static str> {
    ENTRIES
        .iter()
        .map(|entry| entry.command)
        .chain([DECLARE, LIFT])
        .chain(READS)
}

fn is_among(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|among| among == name)
}

/// A report of 32.75 under review, with a coordinator who has a conflict of interest with its unit.
async fn case(app: &TestApp, stage: &Stage<'_>) -> Case {
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    asks(app).await;
    let report = received(app, "32.75").await;
    // Nobody has named this one to receive it.
    app.seats("expert3.ri", "RI", Function::Expert).await;
    let coordinator = stage.office("coordinator.ri").await;
    assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let unit = coordinator.unit("32.75").await;
    let person = Kind::Account.id(app.account("coordinator2.ri").await.id).to_string();
    let pinned = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga." });
    let pinned = coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();
    let expert = stage.office("expert1.ri").await;
    let lead = own(&expert, &report).await.unwrap();
    let report = coordinator.sees(&report).await.unwrap();
    // Something is to be revised.
    finds(&expert, &report, "SHOULD").await;
    Case {
        report,
        lead: (lead.id, lead.version),
        unit,
        seat_of_third: seat(app.seat_of("expert3.ri").await),
        person: Kind::Account.id(app.account("expert3.ri").await.id).to_string(),
        conflict: pinned["conflict"]["id"].as_str().unwrap().to_owned(),
    }
}

async fn told(office: &Office<'_>, entry: &Entry, case: &Case) -> String {
    match office
        .command(entry.command, entry.selection, (entry.input)(case))
        .await
    {
        Ok(_payload) => "done".to_owned(),
        Err(refusal) => refusal.code,
    }
}

async fn only_who_is_part_of_a_review_does_anything_in_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let mut case = case(&app, &stage).await;
    for entry in &ENTRIES {
        let document = command_document(entry.command, entry.selection);
        let input = (entry.input)(&case);
        let nobody = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{}",
            entry.command
        );
        for name in AROUND.split_whitespace() {
            let may = match entry.command {
                "recuseReview" | "declineReview" => "expert1.ri",
                "lapseReview" | "makeReviewLead" | "reopenReport" => "coordinator.ri",
                _ => entry.done,
            };
            // Whoever directs portfolios and conflicts directs those of everybody.
            let directs = ["setReviewPortfolio", "pinConflict"].contains(&entry.command) && name == "coordinator2.ri";
            if name == may || directs {
                continue;
            }
            let expected = if is_among(name, entry.forbidden) {
                "FORBIDDEN"
            } else if name == "head.32.75" && ["assignReviews", "askRevision", "reopenReport"].contains(&entry.command)
            {
                "OWN_WORK"
            } else if entry.hidden {
                "NOT_FOUND"
            } else {
                "FORBIDDEN"
            };
            let office = stage.office(name).await;
            assert_eq!(
                told(&office, entry, &case).await,
                expected,
                "{} by {name}",
                entry.command
            );
        }
        if !entry.done.is_empty() {
            let office = stage.office(entry.done).await;
            assert_eq!(told(&office, entry, &case).await, "done", "{}", entry.command);
        }
        let expert = stage.office("expert1.ri").await;
        let lead = own(&expert, &case.report).await.unwrap();
        case.lead = (lead.id, lead.version);
        case.report = stage.office("coordinator.ri").await.sees(&case.report).await.unwrap();
    }
}

async fn conflicts_are_declared_and_lifted_by_few(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let case = case(&app, &stage).await;
    let lift = json!({ "conflict": case.conflict, "expectedVersion": 1, "reason": "Sudah lewat." });
    let other = stage.office("head.32").await.unit("18").await;
    let declared = json!({ "kind": "OTHER", "unit": other, "reason": "Menantu pimpinan." });
    for (command, input) in [(LIFT, &lift), (DECLARE, &declared)] {
        let document = command_document(command, "conflict { id }");
        let nobody = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    for name in AROUND.split_whitespace().filter(|name| *name != "coordinator.ri") {
        let office = stage.office(name).await;
        let expected = if name == "coordinator2.ri" {
            "OWN_WORK"
        } else {
            "NOT_FOUND"
        };
        let refusal = office.command(LIFT, "conflict { id }", lift.clone()).await.unwrap_err();
        assert_eq!(refusal.code, expected, "{LIFT} by {name}");
        let told = office.command(DECLARE, "conflict { id }", declared.clone()).await;
        let may = name.starts_with("expert") || name.starts_with("coordinator");
        match told {
            Ok(_payload) => assert!(may, "{name} declares one"),
            Err(refusal) => assert_eq!((refusal.code.as_str(), may), ("FORBIDDEN", false), "{name}"),
        }
    }
    let coordinator = stage.office("coordinator.ri").await;
    coordinator.command(LIFT, "conflict { id }", lift).await.unwrap();
}

async fn what_is_read_of_a_review(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let case = case(&app, &stage).await;
    let coordinator = stage.office("coordinator.ri").await;
    let portfolio = json!({ "reviewer": case.seat_of_third, "expectedVersion": 0, "entries": [] });
    coordinator
        .command("setReviewPortfolio", "portfolio { version }", portfolio)
        .await
        .unwrap();
    let document = "query($report: ID!, $assignment: ID!, $conflict: ID!) {
        reviewAssignments { totalCount nodes { id } }
        reviewPortfolios { seat { id } }
        conflictsOfInterest { totalCount nodes { id } }
        report(id: $report) { reviews { id } reviewResult { sheets } }
        assignment: node(id: $assignment) { id }
        conflict: node(id: $conflict) { id }
    }";
    let variables = json!({ "report": case.report.id, "assignment": case.lead.0, "conflict": case.conflict });
    let nobody = app.ask(None, document, variables.clone()).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let data = stage.office(name).await.data(document, variables.clone()).await;
        let part = is_among(name, "coordinator.ri expert1.ri expert2.ri");
        let seen = if part { 2 } else { 0 };
        assert_eq!(data["reviewAssignments"]["totalCount"], seen, "{name}");
        assert_eq!(
            data["reviewAssignments"]["nodes"].as_array().unwrap().len(),
            seen,
            "{name}"
        );
        assert_eq!(data["assignment"].is_object(), part, "{name}");
        assert_eq!(data["report"].is_object(), is_among(name, SEES), "{name}");
        if data["report"].is_object() {
            assert_eq!(data["report"]["reviews"].as_array().unwrap().len(), seen, "{name}");
            let told = data["report"]["reviewResult"].is_object();
            assert_eq!(told, name == "coordinator.ri", "{name} before anybody has scored");
        }
        let directs = name.starts_with("coordinator");
        assert_eq!(data["conflict"].is_object(), directs, "{name}");
        assert_eq!(data["conflictsOfInterest"]["totalCount"], i32::from(directs), "{name}");
        let portfolios = data["reviewPortfolios"].as_array().unwrap().len();
        assert_eq!(portfolios, usize::from(directs || name == "expert3.ri"), "{name}");
    }
}

on_both_databases!(
    only_who_is_part_of_a_review_does_anything_in_it,
    conflicts_are_declared_and_lifted_by_few,
    what_is_read_of_a_review,
);
