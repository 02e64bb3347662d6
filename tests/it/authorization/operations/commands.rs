//! Every command, tried by every kind of office: those who are refused go first, so that the one who is let through
//! afterwards shows that nothing had changed.
use serde_json::{Value, json};

use super::super::stage::{
    Situation::{self, Accepted, Draft, Endorsed, HandedOver, Received, Submitted, Taken, Unwritten, WithProvince},
    Stage, selection,
};
use crate::{
    on_both_databases,
    support::{TestApp, office::command_document},
};

/// Who may carry a command out on a report in a situation. Whoever is not named is told `others`, and whoever is not
/// signed in UNAUTHENTICATED.
pub struct Entry {
    pub command: &'static str,
    on: Situation,
    done: &'static str,
    forbidden: &'static str,
    own_work: &'static str,
    others: &'static str,
}

/// What outsiders are told: that there is no such report.
const HIDDEN: &str = "NOT_FOUND";

const fn entry(command: &'static str, on: Situation) -> Entry {
    Entry {
        command,
        on,
        done: "",
        forbidden: "",
        own_work: "",
        others: HIDDEN,
    }
}

/// Who is tried on the report of a kecamatan of Ponorogo (35.02) in Jawa Timur (35): its own unit, the two above it, next
/// door and elsewhere, RI. Nobody has handed anything to the experts.
const AROUND_A_KECAMATAN: &str = "staff.own head.own staff.35.02 head.35.02 head.35 observer.35 admin.35 \
     head.35.02.01 head.35.09 head.32.75 observer.32 admin.32 coordinator.ri expert1.ri expert2.ri admin.ri";

pub const ON_A_KECAMATAN: [Entry; 13] = [
    Entry {
        done: "staff.own head.own",
        // Units are open to everybody, so there is nothing to hide: the others just may not write for it.
        others: "FORBIDDEN",
        ..entry("startReport", Unwritten)
    },
    Entry {
        done: "staff.own head.own",
        ..entry("editReport", Draft)
    },
    Entry {
        done: "staff.own head.own",
        ..entry("citeReports", Draft)
    },
    Entry {
        done: "head.own",
        forbidden: "staff.own",
        ..entry("submitReport", Draft)
    },
    Entry {
        done: "head.own",
        forbidden: "staff.own",
        ..entry("abandonReport", Draft)
    },
    Entry {
        done: "head.own",
        forbidden: "staff.own staff.35.02 head.35.02 head.35 observer.35 coordinator.ri",
        ..entry("withdrawReport", Submitted)
    },
    Entry {
        done: "staff.35.02 head.35.02",
        forbidden: "staff.own head.own head.35 observer.35 coordinator.ri",
        ..entry("takeReport", Submitted)
    },
    Entry {
        done: "staff.35.02 head.35.02",
        forbidden: "staff.own head.own head.35 observer.35 coordinator.ri",
        ..entry("releaseReport", Taken)
    },
    Entry {
        done: "staff.35.02 head.35.02",
        forbidden: "staff.own head.35 observer.35 coordinator.ri",
        own_work: "head.own",
        ..entry("raiseFinding", Taken)
    },
    Entry {
        done: "head.35.02",
        forbidden: "staff.own staff.35.02 head.35 observer.35 coordinator.ri",
        own_work: "head.own",
        ..entry("returnReport", Taken)
    },
    Entry {
        done: "head.35.02",
        forbidden: "staff.own staff.35.02 head.35 observer.35 coordinator.ri",
        own_work: "head.own",
        ..entry("endorseReport", Taken)
    },
    Entry {
        done: "head.35",
        forbidden: "staff.own staff.35.02 head.35.02 observer.35 coordinator.ri",
        own_work: "head.own",
        ..entry("endorseReport", WithProvince)
    },
    Entry {
        done: "head.35",
        forbidden: "staff.own staff.35.02 head.35.02 observer.35 coordinator.ri",
        own_work: "head.own",
        ..entry("declineReport", WithProvince)
    },
];

/// Who is tried on the report of a kabupaten/kota of Jawa Barat (32), handed over to expert1.ri alone: its own unit, the
/// province above it, next door and elsewhere, RI.
const AROUND_A_KABUPATEN: &str = "staff.own head.own staff.32 head.32 observer.32 admin.32 head.32.01 \
     head.18 observer.18 admin.18 coordinator.ri expert1.ri expert2.ri admin.ri";

pub const ON_A_KABUPATEN: [Entry; 9] = [
    Entry {
        done: "staff.own head.own",
        others: "FORBIDDEN",
        ..entry("startReport", Unwritten)
    },
    Entry {
        done: "head.own head.32",
        forbidden: "staff.own staff.32 observer.32 coordinator.ri",
        ..entry("handOverReports", Endorsed)
    },
    Entry {
        done: "expert1.ri coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32",
        own_work: "head.own",
        ..entry("receiveReports", HandedOver)
    },
    Entry {
        done: "expert1.ri coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32",
        own_work: "head.own",
        ..entry("refuseHandover", HandedOver)
    },
    Entry {
        done: "coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32 expert1.ri",
        own_work: "head.own",
        ..entry("acceptReport", Received)
    },
    Entry {
        done: "coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32 expert1.ri",
        own_work: "head.own",
        ..entry("declineReport", Received)
    },
    Entry {
        done: "coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32 expert1.ri",
        own_work: "head.own",
        ..entry("retractAcceptance", Accepted)
    },
    Entry {
        done: "head.own coordinator.ri",
        forbidden: "staff.own staff.32 head.32 observer.32 expert1.ri",
        ..entry("setOpenness", Received)
    },
    Entry {
        done: "coordinator.ri",
        forbidden: "staff.own head.own staff.32 head.32 observer.32 expert1.ri",
        ..entry("setOpenness", Accepted)
    },
];

/// The one command that is about oneself.
pub const SIGN_OUT: &str = "signOut";

impl Entry {
    /// What an office is to be told, `done` among it.
    fn expected(&self, office: &str) -> &'static str {
        let told = [
            (self.done, "done"),
            (self.forbidden, "FORBIDDEN"),
            (self.own_work, "OWN_WORK"),
        ];
        let mut named = told
            .into_iter()
            .filter(|(offices, _told)| offices.split_whitespace().any(|name| name == office));
        let (first, second) = (named.next(), named.next());
        assert!(second.is_none(), "{office} is named twice for {}", self.command);
        first.map_or(self.others, |(_offices, told)| told)
    }
}

/// What came of a command: `done`, or the code of its refusal.
async fn attempt(app: &TestApp, token: Option<&str>, command: &str, input: Value) -> String {
    let document = command_document(command, selection(command));
    let answer = app.ask(token, &document, json!({ "input": input })).await;
    let top = &answer["errors"][0]["extensions"]["code"];
    let refused = &answer["data"][command]["userErrors"][0]["code"];
    let code = top.as_str().or(refused.as_str());
    code.unwrap_or("done").to_owned()
}

/// Tries every entry; units serve one report each, in order.
async fn try_all(app: &TestApp, around: &str, entries: &[Entry], units: &[&str]) {
    let stage = Stage::set(app).await;
    let offices: Vec<&str> = around.split_whitespace().collect();
    let mut units = units.iter();
    for entry in entries {
        for named in [entry.done, entry.forbidden, entry.own_work] {
            let stranger = named.split_whitespace().find(|name| !offices.contains(name));
            assert_eq!(stranger, None, "is never tried");
        }
        let Entry { command, on, .. } = entry;
        let mut subject = None;
        let (mut refused, mut done): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for office in &offices {
            match entry.expected(office) {
                "done" => done.push(office),
                _ => refused.push(office),
            }
        }
        assert!(!done.is_empty(), "somebody has to be able to {command}");
        for office in refused.into_iter().chain(done) {
            let (unit, case) = match subject.take() {
                Some(known) => known,
                None => {
                    let unit = *units.next().expect("a unit for every report");
                    let case = stage.subject(unit, *on).await;
                    let nobody = attempt(app, None, command, case.input(command)).await;
                    assert_eq!(nobody, "UNAUTHENTICATED", "{command} by nobody");
                    (unit, case)
                }
            };
            let input = case.input(command);
            let name = office.replace("own", unit);
            let token = stage.office(&name).await.access_token.clone();
            let told = attempt(app, Some(&token), command, input).await;
            assert_eq!(told, entry.expected(office), "{command} on {on:?} of {unit} by {name}");
            if told != "done" {
                subject = Some((unit, case));
            }
        }
    }
}

const KECAMATAN: [&str; 20] = [
    "35.02.02", "35.02.03", "35.02.04", "35.02.05", "35.02.06", "35.02.07", "35.02.08", "35.02.09", "35.02.10",
    "35.02.11", "35.02.12", "35.02.13", "35.02.14", "35.02.15", "35.02.16", "35.02.17", "35.02.18", "35.02.19",
    "35.02.20", "35.02.21",
];

const KABUPATEN: [&str; 15] = [
    "32.02", "32.03", "32.04", "32.05", "32.06", "32.07", "32.08", "32.09", "32.10", "32.11", "32.12", "32.13",
    "32.14", "32.15", "32.16",
];

async fn on_the_report_of_a_kecamatan(app: TestApp) {
    try_all(&app, AROUND_A_KECAMATAN, &ON_A_KECAMATAN, &KECAMATAN).await;
}

async fn on_the_report_of_a_kabupaten(app: TestApp) {
    try_all(&app, AROUND_A_KABUPATEN, &ON_A_KABUPATEN, &KABUPATEN).await;
}

async fn signing_out(app: TestApp) {
    let document = command_document(SIGN_OUT, "account { id }");
    let input = json!({ "input": {} });
    let nobody = app.ask(None, &document, input.clone()).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in [
        "staff.32",
        "head.32.75",
        "observer.32",
        "coordinator.ri",
        "expert1.ri",
        "admin.ri",
    ] {
        let office = app.office(name).await;
        let out = office.data(&document, input.clone()).await;
        assert!(!out[SIGN_OUT]["account"].is_null(), "{name}: {out}");
        let after = office.ask("{ viewer { account { id } } }", json!({})).await;
        assert_eq!(after["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{name}");
    }
}

on_both_databases!(on_the_report_of_a_kecamatan, on_the_report_of_a_kabupaten, signing_out);
