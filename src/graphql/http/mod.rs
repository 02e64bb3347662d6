//! GraphQL over HTTP: one request in, one JSON answer out, whatever went wrong.
mod answer;
pub mod disposition;
pub mod door;
mod negotiation;
mod request;
mod stack;

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ACCEPT_LANGUAGE, AUTHORIZATION},
    },
    web,
};
use async_graphql::{Request, Response, ServerError, Variables};
use futures_util::FutureExt;

pub use answer::{RequestId, refuse as refuse_plainly};
pub use request::drain;

use self::{
    answer::{Answer, Outcome, plain},
    negotiation::Media,
    request::{Params, Refused},
};
use super::{
    context::{CurrentSession, RequestContext, loader},
    document::{self, Prepared, RefusalCode},
    problem::{self, Again, BUSY_CODE, BUSY_SECONDS},
    programs,
};
use crate::{
    app::App,
    award::graphql::loader::AwardLoader,
    config::Introspection,
    db::counting_statements,
    error::Error,
    event::{
        door::device::{self, Device},
        graphql::loader::EventLoader,
    },
    file::graphql::FileLoader,
    graphql::document::OperationKind,
    identity::{self, contact_read::ContactsRead, graphql::loader::UseLoader},
    locale::{Language, Text},
    report::graphql::loader::{LedgerLoader, ReportLoader, VisibleReports},
    review::{recommendation::graphql::RecommendationLoader, rubric::graphql::loader::RubricLoader},
    session::Session,
    territory::graphql::ChangeLoader,
};

/// Why an operation that ran is not answered with what it found.
enum Withheld {
    /// It took longer than it may.
    Elapsed,
    /// Whose contact data it shows could not be written down.
    Unlogged(Error),
}

/// The longest idempotency key, characters.
const LONGEST_KEY: usize = 255;

/// `POST /graphql`.
pub async fn graphql(request: HttpRequest, app: web::Data<App>, payload: web::Payload) -> HttpResponse {
    let request_id = RequestId::of(&request);
    let language = Language::negotiate(
        request
            .headers()
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok()),
    );
    let media = match negotiation::media(request.headers()) {
        Ok(media) => media,
        Err(status) => return refuse(Media::Json, status, language),
    };
    let exchange = Exchange {
        request: &request,
        app: &app,
        language,
        media,
        request_id: request_id.0,
    };
    // A panic costs this request only, and even it is answered.
    let outcome = AssertUnwindSafe(exchange.run(payload)).catch_unwind().await;
    outcome.unwrap_or_else(|_panic| {
        tracing::error!(request_id = %exchange.request_id, "a request panicked");
        exchange.answer(
            Outcome::Refused(StatusCode::INTERNAL_SERVER_ERROR),
            &internal(&exchange.request_id, language),
        )
    })
}

fn refuse(media: Media, status: StatusCode, language: Language) -> HttpResponse {
    Answer {
        media,
        outcome: Outcome::Refused(status),
        cost: None,
    }
    .send(&response(plain(status, language)))
}

/// One request on its way to an answer.
struct Exchange<'r> {
    request: &'r HttpRequest,
    app: &'r App,
    language: Language,
    media: Media,
    request_id: String,
}

impl Exchange<'_> {
    async fn run(&self, payload: web::Payload) -> HttpResponse {
        let started = Instant::now();
        let limits = &self.app.config.limits;
        let params = match request::read(self.request, payload, limits).await {
            Ok(params) => params,
            Err(Refused { status, code, text }) => return self.refuse(status, code, &text),
        };
        let (proof, device) = match self.caller().await {
            Ok(caller) => caller,
            Err(error @ Error::Internal(_)) => {
                return self.error(Outcome::Refused(StatusCode::INTERNAL_SERVER_ERROR), error);
            }
            Err(error @ Error::Busy(_)) => {
                return self.error(Outcome::Refused(StatusCode::SERVICE_UNAVAILABLE), error);
            }
            Err(error) => return self.error(Outcome::Refused(StatusCode::UNAUTHORIZED), error),
        };
        let key = match self.idempotency_key() {
            Ok(key) => key,
            Err(error) => return self.error(Outcome::Refused(StatusCode::BAD_REQUEST), error),
        };
        let Params {
            query,
            operation_name,
            variables,
        } = params;
        let prepared = match self
            .app
            .documents
            .prepare(&query, operation_name.as_deref(), &variables)
        {
            Ok(prepared) => prepared,
            Err(refusal) => return self.refuse_document(refusal),
        };
        let schema_is_open = self.app.config.introspection == Introspection::Open || proof.is_some();
        if prepared.introspects && !schema_is_open {
            return self.error(Outcome::RequestError, Error::Unauthenticated);
        }
        let session = proof.map(|proof| Session::new(proof, Arc::clone(&self.app.services), key));
        let open = match device {
            Some(_device) => programs::check_device(&prepared),
            None => programs::check(session.as_ref(), &prepared),
        };
        if let Err(error) = open {
            return self.error(Outcome::Refused(StatusCode::FORBIDDEN), error);
        }
        let line = LogLine::of(&prepared, session.as_ref());
        let cost = (prepared.complexity, limits.complexity);
        let operation = prepared.operation;
        let root_fields = self.app.trace.as_ref().map(|_trace| prepared.root_fields.clone());
        let (executed, statements) = counting_statements(self.execute(session, device, prepared, variables)).await;
        let answer = match executed {
            Ok(mut response) => {
                if !schema_is_open {
                    without_suggestions(&mut response);
                }
                self.answer_to(response, cost)
            }
            Err(Withheld::Elapsed) => self.too_slow(operation, cost),
            Err(Withheld::Unlogged(error)) => self.unlogged(&error, cost),
        };
        line.write(&self.request_id, started, &statements, answer.status());
        if let (Some(trace), Some(root_fields)) = (&self.app.trace, root_fields) {
            trace(&root_fields, &statements);
        }
        answer
    }

    /// Who asks: somebody, a device, or nobody.
    async fn caller(&self) -> Result<(Option<identity::Proof>, Option<Device>), Error> {
        let token = bearer(self.request)?;
        match token.filter(|token| device::is_of_device(token)) {
            Some(token) => {
                let device = device::authenticate(&self.app.services, token).await?;
                Ok((None, Some(device)))
            }
            None => Ok((authenticate(self.request, self.app)?, None)),
        }
    }

    fn idempotency_key(&self) -> Result<Option<String>, Error> {
        let Some(header) = self.request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let key = header
            .to_str()
            .ok()
            .filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
        let malformed = || {
            Error::bad_input(
                format!("Idempotency-Key memuat 1 sampai {LONGEST_KEY} karakter ASCII."),
                format!("An Idempotency-Key has 1 to {LONGEST_KEY} ASCII characters."),
            )
        };
        key.map(|key| Some(key.to_owned())).ok_or_else(malformed)
    }

    async fn execute(
        &self,
        session: Option<Session>,
        device: Option<Device>,
        prepared: Prepared,
        variables: Variables,
    ) -> Result<Response, Withheld> {
        let limits = &self.app.config.limits;
        let (operation, nesting) = (prepared.operation, prepared.nesting);
        let reader = session.as_ref().map(|session| session.actor.account);
        let actor = session.as_ref().map(|session| session.actor.clone());
        let contacts_read = Arc::new(ContactsRead::default());
        let context = RequestContext {
            session: CurrentSession::new(session),
            device,
            services: Arc::clone(&self.app.services),
            language: self.language,
            address: self.client_address(),
            several_commands: prepared.operation == OperationKind::Mutation && prepared.response_keys.len() > 1,
            contacts_read: Arc::clone(&contacts_read),
            complexity: prepared.complexity,
            complexity_limit: limits.complexity,
        };
        let mut request = Request::new("")
            .variables(variables)
            .data(context)
            .data(loader(ReportLoader(Arc::clone(&self.app.services))))
            .data(loader(LedgerLoader(Arc::clone(&self.app.services))))
            .data(loader(FileLoader(Arc::clone(&self.app.services))))
            .data(loader(VisibleReports {
                services: Arc::clone(&self.app.services),
                actor: actor.clone(),
            }))
            .data(loader(RecommendationLoader {
                services: Arc::clone(&self.app.services),
                actor: actor.clone(),
            }))
            .data(loader(AwardLoader {
                services: Arc::clone(&self.app.services),
                actor: actor.clone(),
            }))
            .data(loader(EventLoader {
                services: Arc::clone(&self.app.services),
                actor: actor.clone(),
            }))
            .data(loader(RubricLoader {
                services: Arc::clone(&self.app.services),
                actor,
            }))
            .data(loader(UseLoader(Arc::clone(&self.app.services))))
            .data(loader(ChangeLoader(Arc::clone(&self.app.services))));
        if let Some(name) = prepared.operation_name {
            request = request.operation_name(name);
        }
        request.set_parsed_query(prepared.document);
        let execution = stack::with_room(operation, nesting, self.app.schema.execute(request));
        let execution = tokio::time::timeout(limits.execution(), execution);
        let response = execution.await.map_err(|_elapsed| Withheld::Elapsed)?;
        if let Some(reader) = reader {
            let written = contacts_read.write(&self.app.services, reader, &self.request_id);
            written.await.map_err(Withheld::Unlogged)?;
        }
        Ok(response)
    }

    fn answer_to(&self, mut response: Response, cost: (usize, usize)) -> HttpResponse {
        let reader = problem::Reader {
            language: self.language,
            request_id: &self.request_id,
            most_errors: self.app.config.limits.errors,
        };
        let again = problem::finish(&mut response, &reader);
        // What fails while it runs fails at a path; without one, the document was not let run.
        let refused = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
        let outcome = match again {
            Some(again) => Outcome::Later(again),
            None if refused => Outcome::RequestError,
            None => Outcome::Executed,
        };
        self.answer_with_cost(outcome, &response, Some(cost))
    }

    fn too_slow(&self, operation: OperationKind, cost: (usize, usize)) -> HttpResponse {
        let seconds = self.app.config.limits.execution_seconds;
        tracing::error!(request_id = %self.request_id, seconds, "an operation was cut off");
        let text = match operation {
            OperationKind::Query | OperationKind::Subscription => Text::new(
                format!("Permintaan tidak selesai dalam {seconds} detik."),
                format!("The request was not finished within {seconds} seconds."),
            ),
            // It may have been cut off while it was made durable.
            OperationKind::Mutation => Text::new(
                format!(
                    "Permintaan tidak selesai dalam {seconds} detik; kirim ulang permintaan yang sama dengan Idempotency-Key \
                     yang sama."
                ),
                format!(
                    "The request was not finished within {seconds} seconds; send the same again, with the same \
                     Idempotency-Key."
                ),
            ),
        };
        let (code, outcome) = match operation {
            OperationKind::Query | OperationKind::Subscription => ("QUERY_TOO_COMPLEX", Outcome::Executed),
            OperationKind::Mutation => {
                let again = Again::Busy { seconds: BUSY_SECONDS };
                (BUSY_CODE, Outcome::Later(again))
            }
        };
        let mut error = coded(code, &text, self.language);
        error
            .extensions
            .get_or_insert_default()
            .set("requestId", self.request_id.as_str());
        // It ran, at least in part: the answer has `data`, and it is null.
        self.answer_with_cost(outcome, &response(error), Some(cost))
    }

    /// Contact data is shown to nobody of whom it could not be written down.
    fn unlogged(&self, error: &Error, cost: (usize, usize)) -> HttpResponse {
        tracing::error!(request_id = %self.request_id, ?error, "contact reads were not written; the answer is withheld");
        let answer = internal(&self.request_id, self.language);
        self.answer_with_cost(Outcome::Executed, &answer, Some(cost))
    }

    fn refuse_document(&self, refusal: document::Refusal) -> HttpResponse {
        let (code, id) = match refusal.code {
            RefusalCode::ParseFailed => ("GRAPHQL_PARSE_FAILED", "Dokumen GraphQL tidak dapat dibaca."),
            RefusalCode::ValidationFailed => ("GRAPHQL_VALIDATION_FAILED", "Dokumen GraphQL tidak sah."),
            RefusalCode::BadUserInput => ("BAD_USER_INPUT", "Isian permintaan tidak sah."),
            RefusalCode::TooComplex => ("QUERY_TOO_COMPLEX", "Permintaan melampaui batas."),
        };
        // What is wrong with a document is told in English, the language of those who write documents.
        let text = Text::new(format!("{id} {}", refusal.message), refusal.message);
        let mut error = coded(code, &text, self.language);
        error.locations = refusal.positions;
        self.answer(Outcome::RequestError, &response(error))
    }

    fn refuse(&self, status: StatusCode, code: &'static str, text: &Text) -> HttpResponse {
        self.answer(Outcome::Refused(status), &response(coded(code, text, self.language)))
    }

    fn error(&self, outcome: Outcome, error: Error) -> HttpResponse {
        let mut answer = response(async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default()));
        for error in &mut answer.errors {
            error.locations.clear();
        }
        let reader = problem::Reader {
            language: self.language,
            request_id: &self.request_id,
            most_errors: 1,
        };
        problem::finish(&mut answer, &reader);
        self.answer(outcome, &answer)
    }

    /// Answers what was not let run, and says so in the log: who probes a server shows here.
    fn answer(&self, outcome: Outcome, response: &Response) -> HttpResponse {
        let answer = self.answer_with_cost(outcome, response, None);
        let code = response
            .errors
            .first()
            .and_then(|error| error.extensions.as_ref()?.get("code"));
        tracing::info!(
            request_id = %self.request_id,
            address = %self.client_address(),
            code = code.map(tracing::field::display),
            status = answer.status().as_u16(),
            "refused"
        );
        answer
    }

    fn answer_with_cost(&self, outcome: Outcome, response: &Response, cost: Option<(usize, usize)>) -> HttpResponse {
        Answer {
            media: self.media,
            outcome,
            cost,
        }
        .send(response)
    }

    fn client_address(&self) -> IpAddr {
        client_address(self.request, self.app)
    }
}

/// Where a request comes from.
#[must_use]
pub fn client_address(request: &HttpRequest, app: &App) -> IpAddr {
    request::client_address(request, &app.config.trusted_proxies)
}

/// Who asks: nobody without a token; a token that is no good is refused even for what needs none.
///
/// # Errors
/// `Unauthenticated`.
pub fn authenticate(request: &HttpRequest, app: &App) -> Result<Option<identity::Proof>, Error> {
    let Some(token) = bearer(request)? else {
        return Ok(None);
    };
    identity::service::authenticate(&app.services, token, client_address(request, app)).map(Some)
}

/// The bearer token of a request, if it has one.
fn bearer(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Ok(None);
    };
    let header = header.to_str().map_err(|_not_text| Error::Unauthenticated)?;
    let (scheme, token) = header.split_once(' ').ok_or(Error::Unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::Unauthenticated);
    }
    Ok(Some(token.trim()))
}

/// A refusal by a door beside `/graphql`, in the form of its answers. `more` goes to the extensions of the error.
#[must_use]
pub fn refuse_with(
    status: StatusCode,
    (code, text): (&'static str, &Text),
    language: Language,
    more: &[(&'static str, String)],
) -> HttpResponse {
    let mut error = coded(code, text, language);
    for (name, value) in more {
        error.extensions.get_or_insert_default().set(*name, value.as_str());
    }
    Answer {
        media: Media::Json,
        outcome: Outcome::Refused(status),
        cost: None,
    }
    .send(&response(error))
}

fn response(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}

fn coded(code: &'static str, text: &Text, language: Language) -> ServerError {
    let mut error = ServerError::new(text.in_language(language), None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

fn internal(request_id: &str, language: Language) -> Response {
    let text = Text::new("Terjadi kesalahan pada server.", "Something went wrong on the server.");
    let mut error = coded("INTERNAL_SERVER_ERROR", &text, language);
    error.extensions.get_or_insert_default().set("requestId", request_id);
    response(error)
}

/// Names of fields one did not ask for are part of the schema, which is not open to everybody.
fn without_suggestions(response: &mut Response) {
    for error in &mut response.errors {
        if let Some(at) = error.message.find(" Did you mean") {
            error.message.truncate(at);
        }
    }
}

/// How much of an operation's name the log takes over, characters.
const LONGEST_LOGGED_NAME: usize = 200;

/// What is told of an operation in the log: one line, never a token, a password or a value.
struct LogLine {
    kind: OperationKind,
    name: String,
    complexity: usize,
    account: Option<uuid::Uuid>,
    /// The program that acts for the account.
    program: Option<uuid::Uuid>,
}

impl LogLine {
    fn of(prepared: &Prepared, session: Option<&Session>) -> Self {
        Self {
            kind: prepared.operation,
            // An operation without a name is told by its fields.
            name: {
                let mut name = prepared
                    .operation_name
                    .clone()
                    .unwrap_or_else(|| prepared.root_fields.join(","));
                // Names are ASCII, and as long as the caller likes.
                name.truncate(LONGEST_LOGGED_NAME);
                name
            },
            complexity: prepared.complexity,
            account: session.map(|session| session.actor.account),
            program: session.and_then(|session| session.actor.program()),
        }
    }

    fn write(self, request_id: &str, started: Instant, statements: &[String], status: StatusCode) {
        tracing::info!(
            request_id,
            kind = ?self.kind,
            name = self.name,
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            complexity = self.complexity,
            statements = statements.len(),
            account = self.account.map(tracing::field::display),
            program = self.program.map(tracing::field::display),
            status = status.as_u16(),
            "operation"
        );
    }
}
