//! The example of an integration, run against a server as an operator starts it.
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::Path,
    process::Command,
};

use serde_json::{Value, json};

use crate::support::process::{self, Process};

const PASSWORD: &str = "sandi-contoh";

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sync.py");

/// A token for a program of Jember that reads and drafts.
async fn token(demo: &Process) -> String {
    let head = demo.sign_in("head.35.09@demo.jenjang.id", PASSWORD).await;
    let ask = async |document: &str, variables: Value| demo.ask(Some(&head), document, variables).await.unwrap();
    let unit = ask("{ unit(code: \"35.09\") { id } }", json!({})).await["data"]["unit"]["id"].clone();
    let program = ask(
        "mutation($input: CreateServiceAccountInput!) { createServiceAccount(input: $input) { serviceAccount { id } } }",
        json!({ "input": { "unit": unit, "name": "Contoh" } }),
    );
    let program = program.await["data"]["createServiceAccount"]["serviceAccount"]["id"].clone();
    let input = json!({
        "serviceAccount": program,
        "name": "Contoh",
        "scopes": ["REPORTS_READ", "REPORTS_DRAFT"],
        "expiresAt": super::documentation::in_days(30),
    });
    let made = ask(
        "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token } }",
        json!({ "input": input }),
    );
    let made = made.await;
    made["data"]["createAccessToken"]["token"]
        .as_str()
        .unwrap_or_else(|| panic!("{made}"))
        .to_owned()
}

/// A line to the server on which every second answer is lost: what was asked is done, and nobody is told.
fn bad_line(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, server) = (listener.local_addr().unwrap(), server.to_owned());
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().enumerate() {
            let client = client.unwrap();
            let answer = pass_on(&client, &server);
            if number % 2 == 1 {
                (&client).write_all(&answer).unwrap();
            }
        }
    });
    address.to_string()
}

/// Sends on what a client asks, which ends when the server has answered all of it, and gives the answer.
fn pass_on(client: &TcpStream, server: &str) -> Vec<u8> {
    let upstream = TcpStream::connect(server).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
    let asking = std::thread::spawn(move || {
        // It ends when the answer has come and nobody reads any more.
        let _ended = std::io::copy(&mut from, &mut to);
    });
    let mut answer = Vec::new();
    (&upstream).read_to_end(&mut answer).unwrap();
    client.shutdown(Shutdown::Read).unwrap();
    asking.join().unwrap();
    answer
}

/// Runs the script to its good end and gives what it says.
fn run(folder: &Path, address: &str, token: &str, arguments: &[&str]) -> String {
    let output = Command::new("python3")
        .args([SCRIPT, "--pause", "0"])
        .args(arguments)
        .current_dir(folder)
        .env("JENJANG_URL", format!("http://{address}/graphql"))
        .env("JENJANG_TOKEN", token)
        .env_remove("http_proxy")
        .output()
        .unwrap_or_else(|error| panic!("python3: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (told, complaint) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{arguments:?}: {told}{complaint}");
    told
}

#[actix_web::test]
async fn the_script_follows_and_drafts_on_a_bad_line() {
    let folder = tempfile::tempdir().unwrap();
    let demo = process::start(
        folder.path(),
        &["demo", "--listen", "127.0.0.1:0"],
        &[("JENJANG_DEMO_PASSWORD", PASSWORD)],
    );
    let token = token(&demo).await;
    let line = bad_line(&demo.address);
    let script = |arguments: &[&str]| run(folder.path(), &line, &token, arguments);

    let first = script(&["sync"]);
    assert!(first.contains("UNIT_FORMED"), "{first}");
    let told: usize = first
        .lines()
        .last()
        .unwrap()
        .trim_end_matches(" changes")
        .parse()
        .unwrap();
    assert_eq!(first.lines().count(), told + 1, "each once");

    let draft = [
        "draft",
        "laporan-akhir-kehumasan-2024",
        "program=Sekolah kader di 31 kecamatan.",
    ];
    let drafted = script(&draft);
    assert!(drafted.trim_end().ends_with("is at version 2"), "{drafted}");
    assert_eq!(script(&draft), drafted, "there is nothing left to do");

    // The server numbers what was committed within moments.
    let mut news = script(&["sync"]);
    while news == "0 changes\n" {
        news = script(&["sync"]);
    }
    assert!(
        news.contains("REPORT_STARTED 35.09") && news.ends_with("1 changes\n"),
        "{news}"
    );
    assert_eq!(script(&["sync"]), "0 changes\n");
    let kept = std::fs::read_to_string(folder.path().join("jenjang-sync.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let report = kept["reports"].as_object().unwrap().values().next_back().unwrap();
    assert_eq!(
        report,
        &json!({ "version": 1, "status": "DRAFT", "unit": "35.09", "cycle": "laporan-akhir-kehumasan-2024" })
    );
    assert_eq!(kept["pending"], json!({}));
}
