//! The binary as an operator runs it.
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use serde_json::{Value, json};

/// A running `jenjang`; killed when dropped.
pub struct Process {
    child: Child,
    /// `127.0.0.1:port`.
    pub address: String,
}

/// How a `jenjang` ended that was not meant to go on.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// The binary with nothing of this process's settings.
fn jenjang(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jenjang"));
    let inherited = std::env::vars()
        .map(|(name, _value)| name)
        .filter(|name| name.starts_with("JENJANG_"));
    for name in inherited {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .current_dir(folder)
        .envs(environment.iter().copied());
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let output = jenjang(folder, arguments, environment).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended {
        status: output.status,
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Starts it and waits until it listens. What it prints afterwards is read and dropped, so that it never blocks on a full pipe.
pub fn start(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Process {
    let mut child = jenjang(folder, arguments, environment)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    std::thread::spawn(move || BufReader::new(stdout).bytes().for_each(drop));
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut told = Vec::new();
    let address = loop {
        let Some(line) = lines.next() else {
            panic!("it ended: {told:?}")
        };
        let line = line.unwrap();
        if let Some((_before, address)) = line.split_once("listening address=") {
            break address.trim().to_owned();
        }
        told.push(line);
    };
    std::thread::spawn(move || lines.for_each(drop));
    Process { child, address }
}

impl Process {
    /// SIGKILL: no goodbye.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.child.wait().unwrap()
    }

    /// Sends a document; None when the line was cut.
    pub async fn ask(&self, token: Option<&str>, document: &str, variables: Value) -> Option<Value> {
        let client = awc::Client::builder()
            .timeout(std::time::Duration::from_secs(60))
            .finish();
        let mut request = client.post(format!("http://{}/graphql", self.address));
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let mut response = request
            .send_json(&json!({ "query": document, "variables": variables }))
            .await
            .ok()?;
        response.json().limit(16 << 20).await.ok()
    }

    /// Sends a piece of an upload; None when the line was cut.
    pub async fn put(&self, token: &str, url: &str, offset: usize, bytes: &[u8]) -> Option<Value> {
        let client = awc::Client::builder()
            .timeout(std::time::Duration::from_secs(60))
            .finish();
        let request = client
            .put(format!("http://{}{url}", self.address))
            .insert_header(("authorization", format!("Bearer {token}")))
            .insert_header(("upload-offset", offset.to_string()));
        let mut response = request.send_body(bytes.to_vec()).await.ok()?;
        response.json().await.ok()
    }

    /// Signs in and gives the access token.
    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let document =
            "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }";
        let answer = self
            .ask(
                None,
                document,
                json!({ "input": { "email": email, "password": password } }),
            )
            .await
            .unwrap();
        answer["data"]["signIn"]["session"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
