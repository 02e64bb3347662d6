//! A server on a port of its own, built as `main` builds it.
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use awc::{ClientResponse, http::header::HeaderMap};
use jenjang::{
    app::App,
    clock::{Clock, SystemClock},
    config::{Config, MailSettings},
    identity::service,
    services::Services,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{
    bounds,
    database::{self, PASSWORD, START, TestDatabase},
    office::Office,
};

/// A running server with its database.
pub struct TestApp {
    pub address: SocketAddr,
    /// What the server holds, to look behind the API.
    pub services: Arc<Services>,
    pub database: Arc<TestDatabase>,
    /// The statements of every operation, in the order they were answered.
    statements: Arc<Mutex<Vec<Vec<String>>>>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<tokio::task::JoinHandle<()>>,
}

/// An HTTP answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The code of the first top-level error.
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or("no code")
            .to_owned()
    }
}

/// What a test changes about how its server runs.
pub struct Variation {
    pub clock: Arc<dyn Clock>,
    pub configure: fn(Config) -> Config,
    /// The list of regions a database that is still empty is filled by.
    pub regions: Option<PathBuf>,
    /// How it sends e-mail; `MailSink::settings` has it sent to the test.
    pub mail: Option<MailSettings>,
    /// Called inside every operation, after it ran and before it is answered: a test that wants it to go wrong panics here.
    pub intrude: Arc<dyn Fn() + Send + Sync>,
}

impl Default for Variation {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            configure: |config| config,
            regions: None,
            mail: None,
            intrude: Arc::new(|| ()),
        }
    }
}

impl Variation {
    /// For tests that sign in, or try a password, more often than a person may.
    pub fn unthrottled() -> Self {
        Self {
            configure: |config| Config {
                throttle: None,
                ..config
            },
            ..Self::default()
        }
    }
}

impl TestApp {
    pub async fn on_sqlite() -> Self {
        Self::on(Arc::new(database::sqlite().await), Variation::default()).await
    }

    pub async fn on_postgres() -> Option<Self> {
        let database = database::postgres().await?;
        Some(Self::on(Arc::new(database), Variation::default()).await)
    }

    /// A server on a database that may already have one: another process of the same installation.
    pub async fn on(database: Arc<TestDatabase>, variation: Variation) -> Self {
        let mut config = (variation.configure)(database::config(&database.url, database.folder.path()));
        config.mail = variation.mail.or(config.mail);
        config.regions = variation.regions.or(config.regions);
        let mut app = App::start(config, variation.clock, START).await.unwrap();
        let statements = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&statements);
        app.trace = Some(Arc::new(move |root_fields: &[String], operation: &[String]| {
            (variation.intrude)();
            seen.lock().unwrap().push(operation.to_vec());
            bounds::hold(root_fields, operation);
        }));
        let services = Arc::clone(&app.services);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::task::spawn_local(async move {
            app.serve(listener, async { drop(stopped.await) }).await.unwrap();
        });
        Self {
            address,
            services,
            database,
            statements,
            stop: Some(stop),
            running: Some(running),
        }
    }

    /// This server replaced by one that differs, on the same database.
    pub async fn varied(self, variation: Variation) -> Self {
        let database = Arc::clone(&self.database);
        self.stop().await;
        Self::on(database, variation).await
    }

    /// This server replaced by one of a new installation, on a database of the same kind, which begins with another list of
    /// regions. Nobody is there but an administrator of RI, `admin.ri`.
    pub async fn beginning_with(self, csv: &str) -> Self {
        let embedded = self.services.db.is_embedded();
        self.stop().await;
        let database = database::empty(embedded).await;
        let regions = database.folder.path().join("wilayah.csv");
        std::fs::write(&regions, csv).unwrap();
        let variation = Variation {
            regions: Some(regions),
            ..Variation::unthrottled()
        };
        let app = Self::on(Arc::new(database), variation).await;
        let (email, password) = ("admin.ri@demo.jenjang.id", SecretString::from(PASSWORD));
        service::create_national_admin(&app.services, email, "Pengelola RI", password)
            .await
            .unwrap();
        app.reload_directory().await;
        app
    }

    /// Tells the server to stop and waits until it has.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap();
    }

    /// The office with a demo sign-in, signed in: `head.32.75`, `coordinator.ri`, …
    pub async fn office(&self, name: &str) -> Office<'_> {
        let signed_in = self.signs_in(&format!("{name}@demo.jenjang.id"), PASSWORD).await;
        let office = signed_in.unwrap_or_else(|code| panic!("{name} cannot sign in: {code}"));
        Office {
            name: name.to_owned(),
            ..office
        }
    }

    /// Whoever has an address and a password, signed in, or the code of the refusal.
    pub async fn signs_in(&self, email: &str, password: &str) -> Result<Office<'_>, String> {
        let document = "mutation In($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } userErrors { code } } }";
        let input = json!({ "email": email, "password": password });
        let answer = self.ask(None, document, json!({ "input": input })).await;
        if let Some(code) = answer["data"]["signIn"]["userErrors"][0]["code"].as_str() {
            return Err(code.to_owned());
        }
        let token = |field: &str| {
            let session = &answer["data"]["signIn"]["session"];
            let token = session[field].as_str();
            token.unwrap_or_else(|| panic!("{email}: {answer}")).to_owned()
        };
        Ok(Office {
            app: self,
            name: email.to_owned(),
            access_token: token("accessToken"),
            refresh_token: token("refreshToken"),
        })
    }

    /// Sends a document and gives the JSON of the answer.
    pub async fn ask(&self, token: Option<&str>, document: &str, variables: Value) -> Value {
        let headers: Vec<(&str, String)> = token
            .map(|token| ("authorization", format!("Bearer {token}")))
            .into_iter()
            .collect();
        self.post(&headers, json!({ "query": document, "variables": variables }))
            .await
            .json()
    }

    /// Posts JSON to `/graphql`, accepting the newer form.
    pub async fn post(&self, headers: &[(&str, String)], body: Value) -> Answer {
        let mut all = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "application/graphql-response+json".to_owned()),
        ];
        all.extend(headers.iter().cloned());
        self.send("POST", "/graphql", &all, body.to_string().into_bytes()).await
    }

    /// Sends any request. A header given twice is sent with its last value.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Answer {
        let client = awc::Client::builder()
            .timeout(std::time::Duration::from_secs(60))
            .no_default_headers()
            .finish();
        let mut request = client
            .request(method.parse().unwrap(), format!("http://{}{path}", self.address))
            .no_decompress();
        for (name, value) in headers {
            request = request.insert_header((*name, value.as_str()));
        }
        let mut response: ClientResponse<_> = request.send_body(body).await.unwrap();
        let bytes = response.body().limit(16 << 20).await.unwrap().to_vec();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes,
        }
    }

    /// The statements of the operation answered last.
    pub fn last_statements(&self) -> Vec<String> {
        self.statements.lock().unwrap().last().cloned().unwrap_or_default()
    }
}
