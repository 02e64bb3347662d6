//! Rounds, stages of elections and what units owe, tried by every kind of office.
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        TestApp,
        app::Variation,
        office::command_document,
        rounds::{in_days, letter},
    },
};

/// A command on a round, and who may carry it out; whoever may do it and is told that it does not fit counts as one who may.
struct Entry {
    command: &'static str,
    selection: &'static str,
    input: fn(&Subject) -> Value,
    done: &'static str,
    /// Who is told that it does not exist; everybody else is told that it is forbidden.
    hidden: &'static str,
}

/// What the commands are about, by global id.
struct Subject {
    /// Of RI.
    national: String,
    /// Of Jawa Timur (35).
    provincial: String,
    template: String,
    /// Kabupaten Ponorogo (35.02).
    unit: String,
    stage: String,
    /// Days from now.
    moment: fn(i64) -> String,
}

/// Everybody who is tried: the unit's own, beneath, beside, above, elsewhere, RI.
const OFFICES: &str = "staff.35.02.18 head.35.02.18 staff.35.02 head.35.02 head.35.09 staff.35 head.35 observer.35 admin.35 \
     head.18 observer.18 admin.18 coordinator.ri expert1.ri admin.ri";

/// Who knows nothing of what is owed by Ponorogo.
const STRANGERS: &str =
    "staff.35.02.18 head.35.02.18 head.35.09 admin.35 head.18 observer.18 admin.18 expert1.ri admin.ri";

/// Who knows nothing of a round of Jawa Timur.
const ELSEWHERE: &str = "head.18 observer.18 admin.18";

fn freed(cycle: &str, on: &Subject) -> Value {
    json!({ "cycle": cycle, "units": [on.unit], "reason": "Kantor terendam banjir." })
}

const ENTRIES: &[Entry] = &[
    Entry {
        command: "openReportCycle",
        selection: "outcome { askedCount }",
        input: |on| {
            json!({
                "template": on.template,
                "code": "percobaan",
                "name": "Percobaan",
                "periodKind": "AD_HOC",
                "periodStart": "2025-01-01",
                "periodEnd": "2025-01-31",
                "opensAt": (on.moment)(0),
                "dueAt": (on.moment)(9),
                "timeZone": "Asia/Jakarta",
                "audience": { "tiers": ["KABUPATEN_KOTA"] },
                "dryRun": true,
            })
        },
        done: "head.35.02 head.35.09 head.35 head.18 coordinator.ri",
        hidden: "",
    },
    Entry {
        command: "editReportCycle",
        selection: "cycle { id }",
        input: |on| json!({ "cycle": on.provincial, "expectedVersion": 1, "name": "Nama lain" }),
        done: "head.35",
        hidden: ELSEWHERE,
    },
    Entry {
        command: "passOnReportCycle",
        selection: "cycle { id }",
        input: |on| json!({ "cycle": on.provincial, "dueAt": (on.moment)(3), "legalBasis": letter() }),
        done: "head.35.02 head.35.09",
        hidden: ELSEWHERE,
    },
    Entry {
        command: "extendObligation",
        selection: "acts { kind }",
        input: |on| {
            let mut input = freed(&on.provincial, on);
            input["until"] = json!((on.moment)(50));
            input
        },
        done: "head.35",
        hidden: STRANGERS,
    },
    Entry {
        command: "excuseObligation",
        selection: "acts { kind }",
        input: |on| freed(&on.national, on),
        done: "head.35",
        hidden: STRANGERS,
    },
    Entry {
        command: "restoreObligation",
        selection: "acts { kind }",
        input: |on| freed(&on.national, on),
        // It was excused, which the province takes back; once it is expected again, it is for the owner to say so.
        done: "head.35 coordinator.ri",
        hidden: STRANGERS,
    },
    Entry {
        command: "waiveObligation",
        selection: "acts { kind }",
        input: |on| freed(&on.national, on),
        done: "coordinator.ri",
        hidden: STRANGERS,
    },
    Entry {
        command: "closeReportCycle",
        selection: "cycle { id }",
        input: |on| json!({ "cycle": on.provincial, "expectedVersion": 2 }),
        done: "head.35",
        hidden: ELSEWHERE,
    },
    Entry {
        command: "createElectionStage",
        selection: "stage { id }",
        input: |_on| json!({ "code": "psu", "name": "PSU", "startsOn": "2025-03-22", "endsOn": "2025-08-06" }),
        done: "coordinator.ri",
        hidden: "",
    },
    Entry {
        command: "editElectionStage",
        selection: "stage { id }",
        input: |on| json!({ "stage": on.stage, "expectedVersion": 1, "name": "Kampanye" }),
        done: "coordinator.ri",
        hidden: "",
    },
];

pub fn fields() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.command)
}

async fn subject(app: &TestApp) -> Subject {
    let (ri, province) = (app.office("coordinator.ri").await, app.office("head.35").await);
    let mut beneath = province.annual_round("35-tahunan-2025").await;
    beneath["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"] });
    let stage = json!({ "code": "kampanye", "name": "Kampanye", "startsOn": "2024-09-25", "endsOn": "2024-11-23" });
    let stage = ri.command("createElectionStage", "stage { id }", stage).await.unwrap();
    Subject {
        national: ri.opens(ri.annual_round("tahunan-2025").await).await.unwrap(),
        provincial: province.opens(beneath).await.unwrap(),
        template: ri.final_report_template().await,
        unit: ri.unit("35.02").await,
        stage: stage["stage"]["id"].as_str().unwrap().to_owned(),
        moment: |days| {
            let now = jenjang::clock::Clock::now(&jenjang::clock::SystemClock);
            in_days(now, days)
        },
    }
}

async fn rounds_and_what_is_owed_by_every_kind_of_office(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let functions = [
        ("observer.35", "35", entity::enums::Function::Observer),
        ("admin.35", "35", entity::enums::Function::Admin),
    ];
    app.employs(&functions).await;
    let subject = subject(&app).await;
    let mut offices = Vec::new();
    for name in OFFICES.split_whitespace() {
        offices.push((name, app.office(name).await));
    }
    let among = |list: &str, name: &str| list.split_whitespace().any(|listed| listed == name);
    for Entry {
        command,
        selection,
        input,
        done,
        hidden,
    } in ENTRIES
    {
        let document = command_document(command, selection);
        let nobody = app.ask(None, &document, json!({ "input": input(&subject) })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{command}"
        );
        for (name, office) in &offices {
            let answer = office.command(command, selection, input(&subject)).await;
            let told = match answer.as_ref().map_err(|refusal| refusal.code.as_str()) {
                Err(refused @ ("FORBIDDEN" | "NOT_FOUND")) => refused,
                Ok(_) | Err(_) => "done",
            };
            let expected = if among(done, name) {
                "done"
            } else if among(hidden, name) {
                "NOT_FOUND"
            } else {
                "FORBIDDEN"
            };
            assert_eq!(told, expected, "{command} by {name}: {answer:?}");
        }
    }
}

on_both_databases!(rounds_and_what_is_owed_by_every_kind_of_office);
