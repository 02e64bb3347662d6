//! The situations in which operations are tried, each brought about by the offices that really do.
use std::{cell::RefCell, collections::HashMap, rc::Rc};

use entity::enums::Function;
use serde_json::{Value, json};

use crate::support::{Report, TestApp, office::Office};

/// Where a report stands when somebody comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// Nobody has started it.
    Unwritten,
    Draft,
    /// Waiting for the first endorsing tier.
    Submitted,
    /// Taken up by the first endorsing tier.
    Taken,
    /// Endorsed by the kabupaten, taken up by the province, which has the last word.
    WithProvince,
    /// Submitted where nobody endorses.
    Endorsed,
    /// By the province, to expert1.ri alone.
    HandedOver,
    Received,
    Accepted,
}

/// What a command is tried on.
#[derive(Clone, Debug)]
pub struct Subject {
    pub unit: String,
    pub cycle: String,
    pub report: String,
    pub version: i64,
    /// The seat of expert1.ri.
    pub receiver: String,
}

impl Subject {
    /// The same with another report in its place.
    pub fn instead(&self, report: &str) -> Self {
        Self {
            report: report.to_owned(),
            ..self.clone()
        }
    }

    /// What a command is told.
    pub fn input(&self, command: &str) -> Value {
        let Self {
            unit,
            cycle,
            report,
            version,
            receiver,
        } = self;
        match command {
            "startReport" => json!({ "cycle": cycle, "unit": unit }),
            "editReport" => {
                let answers =
                    [json!({ "field": "media-sosial", "value": { "text": "Satu unggahan setiap hari kerja." } })];
                json!({ "report": report, "expectedVersion": version, "answers": answers })
            }
            "citeReports" | "submitReport" | "takeReport" | "releaseReport" | "endorseReport" | "acceptReport" => {
                json!({ "report": report, "expectedVersion": version })
            }
            "withdrawReport" | "returnReport" | "declineReport" | "retractAcceptance" | "abandonReport"
            | "refuseHandover" => {
                json!({ "report": report, "expectedVersion": version, "reason": "Lampiran belum lengkap." })
            }
            "handOverReports" => json!({
                "reports": [report],
                "place": "Media Center Bawaslu RI, Jakarta",
                "at": "2025-01-21T09:00:00+07:00",
                "receivers": [receiver],
            }),
            "setOpenness" => {
                json!({ "report": report, "expectedVersion": version, "openness": "EXEMPT", "reason": "Memuat data pelapor." })
            }
            "receiveReports" => json!({ "reports": [report] }),
            "raiseFinding" => {
                let findings = [json!({ "field": "media-sosial", "severity": "MUST", "text": "Sebutkan jumlahnya." })];
                json!({ "report": report, "expectedVersion": version, "findings": findings })
            }
            other => panic!("how is {other} told what to do? Say so here."),
        }
    }
}

/// What the payload of a command is asked for.
pub fn selection(command: &str) -> &'static str {
    match command {
        "handOverReports" | "receiveReports" => "reports { id }",
        "raiseFinding" => "findings { id }",
        _ => "report { id }",
    }
}

/// The app with everybody who has signed in so far: signing in again and again would be throttled.
pub struct Stage<'a> {
    pub app: &'a TestApp,
    signed_in: RefCell<HashMap<String, Rc<Office<'a>>>>,
}

impl<'a> Stage<'a> {
    /// Seats people in Jawa Timur, of which the demo shows only two kabupaten.
    pub async fn set(app: &'a TestApp) -> Self {
        app.employs(&[
            ("observer.35", "35", Function::Observer),
            ("admin.35", "35", Function::Admin),
        ])
        .await;
        Self {
            app,
            signed_in: RefCell::default(),
        }
    }

    pub async fn office(&self, name: &str) -> Rc<Office<'a>> {
        let known = self.signed_in.borrow().get(name).cloned();
        if let Some(office) = known {
            return office;
        }
        let office = Rc::new(self.app.office(name).await);
        self.signed_in.borrow_mut().insert(name.to_owned(), Rc::clone(&office));
        office
    }

    /// Brings the report of a unit into a situation: of a kecamatan of Ponorogo (35.02.x), which climbs tier by tier, or
    /// of a kabupaten/kota of Jawa Barat (32.x), which is handed over.
    pub async fn subject(&self, code: &str, at: Situation) -> Subject {
        let cycle = if code.starts_with("35.02.") {
            "laporan-kehumasan-kecamatan-2024"
        } else {
            "laporan-akhir-kehumasan-2024"
        };
        let (staff, head) = (
            self.office(&format!("staff.{code}")).await,
            self.office(&format!("head.{code}")).await,
        );
        let expert = self.office("expert1.ri").await;
        let seats = expert.data("{ viewer { seats { id } } }", json!({})).await;
        let mut subject = Subject {
            unit: head.unit(code).await,
            cycle: head.cycle(cycle).await,
            report: String::new(),
            version: 0,
            receiver: seats["viewer"]["seats"][0]["id"].as_str().unwrap().to_owned(),
        };
        if at == Situation::Unwritten {
            return subject;
        }
        let mut report = staff.drafts(cycle).await;
        for (by, command) in self.way(code, at) {
            subject.report.clone_from(&report.id);
            subject.version = report.version;
            let office = self.office(&by).await;
            let done = office
                .command(command, selection(command), subject.input(command))
                .await;
            done.unwrap_or_else(|refusal| panic!("{command} by {by}: {refusal:?}"));
            report = office.sees(&report).await.unwrap();
        }
        let Report { id, version, .. } = report;
        Subject {
            report: id,
            version,
            ..subject
        }
    }

    /// Who does what after the draft is written.
    fn way(&self, code: &str, at: Situation) -> Vec<(String, &'static str)> {
        let submit = (format!("head.{code}"), "submitReport");
        let by = |office: &str, command| (office.to_owned(), command);
        let climb = [
            by("head.35.02", "takeReport"),
            by("head.35.02", "endorseReport"),
            by("head.35", "takeReport"),
        ];
        let pass_on = [
            by("head.32", "handOverReports"),
            by("expert1.ri", "receiveReports"),
            by("coordinator.ri", "acceptReport"),
        ];
        let after_submit = match at {
            Situation::Unwritten | Situation::Draft => return Vec::new(),
            Situation::Submitted | Situation::Endorsed => &[],
            Situation::Taken => &climb[..1],
            Situation::WithProvince => &climb[..],
            Situation::HandedOver => &pass_on[..1],
            Situation::Received => &pass_on[..2],
            Situation::Accepted => &pass_on[..],
        };
        [&[submit], after_submit].concat()
    }
}
