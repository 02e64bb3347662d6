//! A circular: RI asks the kabupaten/kota of Lampung for proof of what they published, Lampung passes that on with an
//! earlier moment, and one of them has answered, with a file.
use std::convert::Infallible;

use chrono::Duration;
use entity::{
    cycle::Audience,
    draft::Answer,
    enums::{PeriodKind, ReportCommand, Tier},
    template::{Field, Route, Section, Shape},
};
use futures_util::stream;
use uuid::Uuid;

use super::{
    offices,
    story::{Teller, day, moment},
};
use crate::{
    clock::StillClock,
    digest::sha256,
    error::Error,
    file::{
        service::{self as uploads, Begin},
        upload::{self, Received},
    },
    legal_basis::LegalBasis,
    report::{
        cycle::{
            open::{self, Open},
            pass::{self, Pass},
        },
        files::{self, Attach},
        starting::{self, Start},
        template::service::{self as templates, Asked, Content, Create},
        writing::{self, Edit},
    },
    session::Session,
};

const CODE: &str = "bukti-publikasi-lampung-2024";

const PDF: &str = "application/pdf";

/// Who is asked, and who has answered.
const LAMPUNG: &str = "18";
const ANSWERED: &str = "18.01";

/// Tells it, on the days after the other stories.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<(), Error> {
    clock.set(moment("2025-01-28T02:00:00Z")?);
    let cycle = opened(&teller.sign_in("coordinator.ri").await?).await?;
    clock.advance(Duration::days(1));
    let passed_on = Pass {
        cycle,
        due_at: moment("2025-02-14T09:00:00Z")?,
        basis: letter("026/HM.00.02/K.LA/01/2025", 29)?,
        letter: None,
        unit: None,
        expected_version: None,
        seat: None,
    };
    pass::pass_on(&teller.sign_in(&format!("head.{LAMPUNG}")).await?, "", passed_on).await?;
    clock.advance(Duration::days(1));
    answered(teller, cycle).await
}

/// The round, with its letter.
async fn opened(ri: &Session) -> Result<Uuid, Error> {
    let round = Open {
        template: template(ri).await?,
        code: CODE.to_owned(),
        name: "Bukti Publikasi Pemilihan 2024 di Lampung".to_owned(),
        period_kind: PeriodKind::Annual,
        period_start: day(2024, 1, 1)?,
        period_end: day(2024, 12, 31)?,
        opens_at: ri.now(),
        due_at: moment("2025-02-28T16:59:59Z")?,
        time_zone: "Asia/Jakarta".to_owned(),
        grace_until: None,
        locks_at: None,
        tree_date: None,
        audience: Audience {
            tiers: vec![Tier::KabupatenKota],
            beneath: vec![offices::unit(&ri.actor, LAMPUNG)?],
            ..Audience::default()
        },
        audience_on: None,
        stage: None,
        basis: Some(letter("0012/HM.00.00/K1/01/2025", 28)?),
        letter: Some(uploaded(ri, "Surat edaran.pdf", "Surat edaran: bukti publikasi di Lampung").await?),
        owner: None,
        dry_run: false,
        seat: None,
    };
    let opened = open::open(ri, "", round).await?.cycle;
    opened
        .map(|cycle| cycle.id)
        .ok_or_else(|| Error::internal("no round was opened"))
}

async fn template(ri: &Session) -> Result<Uuid, Error> {
    let field = |key: &str, label: &str, shape| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        guidance: String::new(),
        required: true,
        shape,
    };
    let proof = Shape::File {
        types: vec![PDF.to_owned()],
        least: 1,
        most: 3,
        largest: 5_000_000,
    };
    let create = Create {
        code: "bukti-publikasi".to_owned(),
        owner: None,
        from: None,
        content: Content {
            name: Some("Bukti Publikasi".to_owned()),
            description: None,
            route: Some(Route {
                authors: vec![Tier::KabupatenKota],
                endorsers: vec![Tier::Provinsi],
                terminal: Tier::Ri,
                experts: false,
                quorum: None,
                rubric: None,
            }),
            sections: Some(vec![Section {
                key: "publikasi".to_owned(),
                title: "Publikasi".to_owned(),
                guidance: "Apa yang terbit, dan buktinya.".to_owned(),
                fields: vec![
                    field("uraian", "Uraian", Shape::Text { longest: 5_000 }),
                    field("bukti", "Bukti", proof),
                ],
            }]),
            comparisons: None,
        },
        seat: None,
    };
    let draft = templates::create(ri, "", create).await?;
    let asked = Asked {
        template: draft.id,
        expected_version: draft.lock_version,
        seat: None,
    };
    Ok(templates::publish(ri, "", asked).await?.id)
}

/// A report with a file, on its way to the province.
async fn answered(teller: &Teller<'_>, cycle: Uuid) -> Result<(), Error> {
    let staff = teller.sign_in(&format!("staff.{ANSWERED}")).await?;
    let start = Start {
        cycle,
        unit: None,
        client_id: None,
        prefill: false,
        seat: None,
    };
    let report = starting::start(&staff, "", start).await?;
    let said = "Kliping dua belas siaran pers dan tangkapan layar unggahan selama kampanye.";
    let edit = Edit {
        report: report.id,
        expected_version: report.version,
        answers: vec![("uraian".to_owned(), Some(Answer::Text(said.to_owned())))],
        seat: None,
    };
    let report = writing::edit(&staff, "", edit).await?.saved()?;
    let attach = Attach {
        report: report.id,
        expected_version: report.version,
        field: "bukti".to_owned(),
        file: uploaded(&staff, "Kliping siaran pers.pdf", "Kliping siaran pers 2024").await?,
        seat: None,
    };
    let report = files::attach(&staff, "", attach).await?;
    let head = teller.sign_in(&format!("head.{ANSWERED}")).await?;
    teller.step(&head, &report, ReportCommand::Submit, None).await?;
    Ok(())
}

/// A file of one page, which says what it stands for.
async fn uploaded(session: &Session, name: &str, title: &str) -> Result<Uuid, Error> {
    let page = page(title);
    let begin = Begin {
        name: name.to_owned(),
        size: i64::try_from(page.len()).map_err(Error::internal)?,
        sha256: sha256(&page),
        media_type: PDF.to_owned(),
        unit: None,
        seat: None,
    };
    let begun = uploads::begin(session, "", begin).await?;
    let sent = stream::iter([Ok::<_, Infallible>(page)]);
    match upload::receive(session, begun.id, 0, sent).await? {
        Received::Progress(file) if file.stored_at.is_some() => Ok(file.id),
        _ => Err(Error::internal(format!("{name} was not taken"))),
    }
}

/// A PDF with a line of text on its page.
fn page(title: &str) -> String {
    let line = format!("BT /F1 18 Tf 60 760 Td ({title}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{line}\nendstream", line.len()),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (place, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{} 0 obj\n{object}\nendobj\n", place + 1);
    }
    let (start, count) = (pdf.len(), objects.len() + 1);
    pdf + &format!("xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
}

/// An invented letter of a day in January 2025.
fn letter(number: &str, on: u32) -> Result<LegalBasis, Error> {
    Ok(LegalBasis {
        number: number.to_owned(),
        date: day(2025, 1, on)?,
    })
}
