//! The door to exports: `GET /export/cycles/{id}.csv`, `.xlsx` or `.jsonl`, with a token. What is refused is refused in the form
//! of the API's answers.
use std::{
    io::{self, Seek},
    sync::Arc,
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            REFERRER_POLICY,
        },
    },
    web,
};
use bytes::{Bytes, BytesMut};
use entity::cycle;
use futures_util::{Stream, StreamExt, stream};
use tokio::{fs::File, io::AsyncReadExt, sync::Semaphore};
use uuid::Uuid;

use super::{
    Format, delimited,
    lines::{self, Names},
    reading::{Reading, aside},
    record::Record,
    sheet::Layout,
    workbook::Book,
};
use crate::{
    app::App,
    error::{Code, Error, Refusal},
    graphql::{
        http::{
            authenticate,
            disposition::attachment,
            door::{Answering, Refused, get_only},
        },
        id::Kind,
        programs,
    },
    session::Session,
};

/// How many workbooks are put together at once; the others wait. The work is the processor's and the disk's, not the reader's,
/// so that nobody holds a place for long.
static WORKBOOKS: Semaphore = Semaphore::const_new(2);

/// So much of a finished workbook is sent at once, bytes.
const PIECE: usize = 64 * 1024;

/// `GET /export/cycles/{id}.{format}`, and `HEAD`: what `GET` would answer, without the rows.
pub async fn cycle(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let answering = Answering::of(&request, "export");
    answering
        .catching(async {
            match export(&request, &app, &answering).await {
                Ok(answer) => answer,
                Err(refused) => answering.refuse(&refused),
            }
        })
        .await
}

/// What else is asked of an export.
pub async fn other(request: HttpRequest) -> HttpResponse {
    get_only(&request, "export")
}

async fn export(request: &HttpRequest, app: &App, answering: &Answering) -> Result<HttpResponse, Refused> {
    let proof = authenticate(request, app)
        .map_err(refused)?
        .ok_or_else(unauthenticated)?;
    let session = Session::new(proof, Arc::clone(&app.services), None);
    programs::check_door(&session, &programs::EXPORT).map_err(refused)?;
    let (id, format) = asked(request).ok_or_else(not_found)?;
    let reading = Reading::begin(session, id).await.map_err(refused)?;
    let template = Arc::clone(&reading.template);
    let layout = Layout::new(&reading.cycle.time_zone, template, answering.language, name_report);
    let layout = Arc::new(layout);
    let mut answer = headed(format, &reading, app);
    if request.method() == Method::HEAD {
        return Ok(answer.streaming(stream::empty::<io::Result<Bytes>>()));
    }
    let told = Told::new(&reading, format, answering);
    match format {
        Format::Csv => {
            let head = delimited::head(&layout.headings()).map_err(refused)?;
            let rows = move |_cycle: &cycle::Model, records: &[Record]| {
                delimited::rows(records.iter().map(|record| layout.cells(record)))
            };
            let head = stream::once(async { Ok(Bytes::from(head)) });
            Ok(answer.streaming(head.chain(streamed(reading, told, rows))))
        }
        Format::JsonLines => {
            let lines = |cycle: &cycle::Model, records: &[Record]| lines::lines(cycle, records, NAMES);
            Ok(answer.streaming(streamed(reading, told, lines)))
        }
        Format::Xlsx => {
            let (size, file) = finished(reading, told, layout).await.map_err(refused)?;
            // It is packed already.
            answer.insert_header((CONTENT_ENCODING, "identity"));
            Ok(answer.body(SizedStream::new(size, pieces(file))))
        }
    }
}

/// Which round the address means, and as what.
fn asked(request: &HttpRequest) -> Option<(Uuid, Format)> {
    let (id, extension) = request.match_info().get("file")?.rsplit_once('.')?;
    let id = Kind::ReportCycle.uuid(&id.into()).ok()?;
    Some((id, Format::by_extension(extension)?))
}

/// The headers of a file to be saved, and kept by nobody on the way.
fn headed(format: Format, reading: &Reading, app: &App) -> HttpResponseBuilder {
    let name = format!(
        "{} {}.{}",
        reading.cycle.code,
        app.services.clock.today(),
        format.extension()
    );
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, attachment(&name)))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    answer
}

/// Text as it is read: a page is asked for when the one before it has been sent. Once a page cannot be read the connection is
/// cut, so that nobody takes what has come for the whole.
fn streamed(
    reading: Reading,
    told: Told,
    write: impl Fn(&cycle::Model, &[Record]) -> Result<Vec<u8>, Error> + Send + Sync + 'static,
) -> impl Stream<Item = io::Result<Bytes>> {
    let write = Arc::new(write);
    stream::try_unfold((reading, told, write), |(mut reading, mut told, write)| async move {
        match page(&mut reading, Arc::clone(&write)).await {
            Ok(Some((bytes, rows))) => {
                told.rows += rows;
                Ok(Some((Bytes::from(bytes), (reading, told, write))))
            }
            Ok(None) => {
                told.completed();
                Ok(None)
            }
            Err(error) => {
                told.failed(&error);
                Err(io::Error::other("the export could not go on"))
            }
        }
    })
}

/// The next page as it is written, and how many rows it has.
async fn page<W>(reading: &mut Reading, write: Arc<W>) -> Result<Option<(Vec<u8>, usize)>, Error>
where
    W: Fn(&cycle::Model, &[Record]) -> Result<Vec<u8>, Error> + Send + Sync + 'static,
{
    let Some(records) = reading.next().await? else {
        return Ok(None);
    };
    let (cycle, rows) = (Arc::clone(&reading.cycle), records.len());
    let bytes = aside(move || write(&cycle, &records)).await?;
    Ok(Some((bytes, rows)))
}

/// A finished workbook with its size: unlike text it is good for nothing before its end.
async fn finished(reading: Reading, mut told: Told, layout: Arc<Layout>) -> Result<(u64, File), Error> {
    let built = built(reading, &mut told, layout).await;
    match &built {
        Ok(_file) => told.completed(),
        Err(error) => told.failed(error),
    }
    built
}

async fn built(mut reading: Reading, told: &mut Told, layout: Arc<Layout>) -> Result<(u64, File), Error> {
    let _place = WORKBOOKS.acquire().await.map_err(Error::internal)?;
    let mut book = aside(move || Book::new(layout)).await?;
    while let Some(records) = reading.next().await? {
        told.rows += records.len();
        book = aside(move || book.add(&records).map(|()| book)).await?;
    }
    aside(move || {
        let mut file = tempfile::tempfile().map_err(Error::internal)?;
        book.finish(&mut file)?;
        let size = file.stream_position().map_err(Error::internal)?;
        file.rewind().map_err(Error::internal)?;
        Ok((size, File::from_std(file)))
    })
    .await
}

/// A file from its beginning.
fn pieces(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok((read > 0).then(|| (piece.freeze(), file)))
    })
}

const NAMES: Names = Names {
    report: name_report,
    file: |id| Kind::File.id(id).to_string(),
};

fn name_report(id: Uuid) -> String {
    Kind::Report.id(id).0
}

/// What the log is told of an export: who took how much, and whether all of it was read.
struct Told {
    request_id: String,
    format: Format,
    account: Uuid,
    program: Option<Uuid>,
    rows: usize,
    complete: bool,
}

impl Told {
    fn new(reading: &Reading, format: Format, answering: &Answering) -> Self {
        let actor = &reading.session.actor;
        Self {
            request_id: answering.request_id.clone(),
            format,
            account: actor.account,
            program: actor.program(),
            rows: 0,
            complete: false,
        }
    }

    fn completed(&mut self) {
        self.complete = true;
    }

    fn failed(&self, error: &Error) {
        tracing::warn!(request_id = %self.request_id, ?error, "an export could not go on");
    }
}

impl Drop for Told {
    /// However it ended, and be it that the reader has gone.
    fn drop(&mut self) {
        tracing::info!(
            request_id = %self.request_id,
            format = self.format.extension(),
            account = %self.account,
            program = self.program.map(tracing::field::display),
            rows = self.rows,
            complete = self.complete,
            "exported"
        );
    }
}

/// An error, as this door tells it.
fn refused(error: Error) -> Refused {
    match error {
        Error::Unauthenticated => unauthenticated(),
        Error::Refused(refusals) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => not_found(),
        Error::Refused(refusals) => {
            let text = refusals.into_iter().next().map(|refusal| refusal.text);
            Refused {
                text: text.unwrap_or_else(|| Refusal::forbidden().text),
                ..Refused::new(StatusCode::FORBIDDEN, "FORBIDDEN", "", "")
            }
        }
        Error::BadInput(text) => Refused::bad_input(text),
        Error::Busy(cause) => {
            tracing::warn!(cause, "an export found the database busy");
            Refused::busy()
        }
        Error::RateLimited { .. } | Error::InFlight | Error::Internal(_) => {
            tracing::error!(?error, "an export failed");
            Refused::internal()
        }
    }
}

fn not_found() -> Refused {
    Refused::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "Periode laporan atau bentuk ekspor ini tidak ditemukan.",
        "There is no such cycle, or no such form of export.",
    )
}

fn unauthenticated() -> Refused {
    Refused::new(
        StatusCode::UNAUTHORIZED,
        "UNAUTHENTICATED",
        "Masuklah untuk mengekspor.",
        "Sign in to export.",
    )
}
