//! The binary from outside: what it starts, what it refuses to start, and what survives it.
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::support::{
    database, files,
    office::command_document,
    process::{self, Ended, Process},
};

const PASSWORD: &str = "sandi-yang-panjang";

/// It said why in one sentence, and failed.
#[track_caller]
fn assert_refused(ended: &Ended, words: &str) {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    let sentence = ended.stderr.lines().last().unwrap_or_default();
    assert!(
        sentence.starts_with("jenjang: ") && sentence.contains(words),
        "`{words}` is not in: {}",
        ended.stderr
    );
}

#[test]
fn a_wrong_setting_a_taken_port_and_an_absent_database_are_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], environment: &[(&str, &str)]| process::run(folder.path(), arguments, environment);
    assert_refused(
        &run(&["serve", "--database-url", "mysql://x"], &[]),
        "database-url has to begin with",
    );
    assert_refused(
        &run(&["serve"], &[("JENJANG_ACCESS_TOKEN_SECONDS", "5")]),
        "access-token-seconds has to lie between",
    );
    assert_refused(&run(&["serve"], &[("JENJANG_CONFIG", "nowhere.toml")]), "nowhere.toml");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_refused(
        &run(&["serve", "--listen", &address], &[]),
        &format!("cannot listen on {address}"),
    );
    let secret = "postgres://jenjang:rahasia@127.0.0.1:1/jenjang";
    let unreachable = run(&["serve", "--listen", "127.0.0.1:0", "--database-url", secret], &[]);
    assert_refused(&unreachable, "cannot be reached");
    assert!(
        !unreachable.stderr.contains("rahasia"),
        "a password is never told: {}",
        unreachable.stderr
    );
    assert_refused(&run(&["demo", "--listen", "0.0.0.0:0"], &[]), "--expose");
    assert!(
        !folder.path().join("jenjang-data").join("keys").exists(),
        "what was refused has made nothing"
    );
}

#[test]
fn keys_are_made_once_and_rotated_beside_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| process::run(folder.path(), arguments, &[]);
    assert_eq!(
        run(&["keys", "generate"]).stdout.lines().count(),
        5,
        "tokens, receipts, door codes, file links, what is sealed"
    );
    assert_eq!(run(&["keys", "generate"]).stdout, "nothing was missing\n");
    // It is a day older than it is, so that another one may follow in the same second: the name sorts by when it was made.
    let keys = folder.path().join("jenjang-data/keys");
    let of_tokens = || {
        let names = std::fs::read_dir(&keys).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.starts_with("token-")).collect();
        names.sort();
        names
    };
    let all = || std::fs::read_dir(&keys).unwrap().count();
    let made = of_tokens().pop().unwrap();
    let year: u32 = made["token-".len()..][..4].parse().unwrap();
    let older = format!("token-{}{}", year - 1, &made["token-0000".len()..]);
    std::fs::rename(keys.join(&made), keys.join(&older)).unwrap();
    let before = all();
    let rotated = run(&["keys", "rotate"]);
    assert!(rotated.status.success(), "{}", rotated.stderr);
    let names = of_tokens();
    assert_eq!(
        (names.len(), all()),
        (2, before + 1),
        "{names:?}: one more, and nothing else"
    );
    assert_eq!(names[0], older, "tokens that were signed stay good");
    assert!(rotated.stdout.contains(&names[1]), "{}", rotated.stdout);
}

#[test]
fn the_key_of_door_codes_is_rotated_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| process::run(folder.path(), arguments, &[]);
    let made = run(&["keys", "generate"]).stdout;
    let path = |line: &str| folder.path().join(line);
    let of_doors = made.lines().find(|line| line.contains("door-")).unwrap();
    // It is a day older than it is, so that another one may follow in the same second.
    let (folder_of_keys, name) = of_doors.rsplit_once('/').unwrap();
    let year: u32 = name["door-".len()..][..4].parse().unwrap();
    let older = format!("{folder_of_keys}/door-{}{}", year - 1, &name["door-0000".len()..]);
    std::fs::rename(path(of_doors), path(&older)).unwrap();
    let count = || std::fs::read_dir(path(folder_of_keys)).unwrap().count();
    let before = count();
    let rotated = run(&["keys", "rotate", "doors"]);
    assert!(rotated.status.success(), "{}", rotated.stderr);
    assert!(
        rotated.stdout.contains("door-") && rotated.stdout.lines().count() == 1,
        "{}",
        rotated.stdout
    );
    assert!(path(&older).exists(), "codes that were printed stay good");
    assert_eq!(count(), before + 1, "and nothing else was made");
    assert!(!run(&["keys", "rotate", "windows"]).status.success());
}

#[test]
fn doctor_looks_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| process::run(folder.path(), arguments, &[]);
    let before = run(&["doctor"]);
    assert!(before.stdout.contains("MEND  database"), "{}", before.stdout);
    assert!(
        std::fs::read_dir(folder.path()).unwrap().next().is_none(),
        "it made something"
    );
    assert!(run(&["migrate"]).status.success());
    assert!(run(&["keys", "generate"]).status.success());
    let after = run(&["doctor"]);
    assert!(after.status.success(), "{}", after.stdout);
    assert!(after.stdout.contains("7837 regions, 553 units"), "{}", after.stdout);
    assert!(
        after.stdout.contains("ok    files      0 files with 0 contents"),
        "{}",
        after.stdout
    );
    assert!(
        after.stdout.contains("ok    receipts   0 receipts, each verifies")
            && after
                .stdout
                .contains("ok    certificates 0 certificates, each verifies"),
        "{}",
        after.stdout
    );
    assert!(
        after.stdout.contains("ok    mail       none is sent"),
        "{}",
        after.stdout
    );
    let settings = [
        ("JENJANG_SMTP_URL", "smtps://jenjang:rahasia-sekali@surel.example.go.id"),
        ("JENJANG_MAIL_FROM", "Jenjang <jenjang@example.go.id>"),
    ];
    let sending = process::run(folder.path(), &["doctor"], &settings);
    assert!(
        sending
            .stdout
            .contains("mail       sent as Jenjang <jenjang@example.go.id>"),
        "{}",
        sending.stdout
    );
    assert!(!sending.stdout.contains("rahasia-sekali"), "{}", sending.stdout);
}

#[actix_web::test]
async fn doctor_finds_a_hierarchy_that_does_not_fit_together() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| process::run(folder.path(), arguments, &[]);
    assert!(run(&["migrate"]).status.success());
    assert!(run(&["keys", "generate"]).status.success());
    let file = folder.path().join("jenjang-data/jenjang.sqlite");
    let url = format!("sqlite://{}", file.display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    let form_late = "UPDATE unit SET formed_on = '2030-01-01' WHERE tier = 'PROVINSI'";
    sea_orm::ConnectionTrait::execute_unprepared(&database, form_late)
        .await
        .unwrap();
    database.close().await.unwrap();
    let after = run(&["doctor"]);
    assert!(!after.status.success());
    assert!(
        after
            .stdout
            .contains("MEND  directory  7837 regions, 553 units, but unit"),
        "{}",
        after.stdout
    );
}

#[test]
fn an_installation_may_begin_with_another_list_of_regions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wilayah.csv");
    let list = path.to_str().unwrap();
    let migrate = |csv: &str| {
        std::fs::write(&path, csv).unwrap();
        process::run(folder.path(), &["migrate"], &[("JENJANG_REGIONS", list)])
    };
    let absent = process::run(folder.path(), &["migrate", "--regions", "nowhere.csv"], &[]);
    assert_refused(&absent, "the list of regions nowhere.csv cannot be read");
    let columns = "code,parent_code,tier,kind,name\n";
    assert_refused(&migrate("kode,nama\n11,Aceh\n"), "line 1: The list cannot be read");
    let orphan = format!("{columns}11,,PROVINSI,PROVINSI,Aceh\n12.01,12,KABUPATEN_KOTA,KABUPATEN,Muara\n");
    assert_refused(
        &migrate(&orphan),
        "line 3, parent_code: The region 12 is not in this list.",
    );
    // Parents need not come first.
    let good = format!("{columns}12.01,12,KABUPATEN_KOTA,KABUPATEN,Muara\n12,,PROVINSI,PROVINSI,Selatan\n");
    assert!(migrate(&good).status.success());
    // Once filled, the database keeps what it has.
    assert!(migrate("no list at all").status.success());
    let examined = process::run(folder.path(), &["doctor"], &[]);
    assert!(examined.stdout.contains("2 regions, 3 units"), "{}", examined.stdout);
}

/// What is asked of every new administrator: a second factor before the first session. Gives the access token.
async fn enrols_and_signs_in(serving: &Process, email: &str) -> String {
    let credentials = json!({ "email": email, "password": PASSWORD });
    let sends = async |field: &str, selection: &str, input: Value| {
        let document = command_document(field, selection);
        let answer = serving.ask(None, &document, json!({ "input": input })).await.unwrap();
        answer["data"][field].clone()
    };
    let refused = sends("signIn", "session { accessToken }", credentials.clone()).await;
    assert_eq!(refused["userErrors"][0]["code"], "SECOND_FACTOR_ENROLMENT_REQUIRED");
    let begun = sends("enrolTotp", "enrolment { uri }", json!({ "credentials": credentials })).await;
    let app = Totp::from_url(begun["enrolment"]["uri"].as_str().unwrap()).unwrap();
    let input = json!({ "credentials": credentials, "code": app.generate_current().to_string() });
    let confirmed = sends("confirmTotp", "recoveryCodes", input).await;
    let mut input = credentials;
    input["oneTimeCode"] = confirmed["recoveryCodes"][0].clone();
    let signed_in = sends("signIn", "session { accessToken }", input).await;
    signed_in["session"]["accessToken"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn an_administrator_made_on_the_command_line_signs_in_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    let admin = ["admin", "create", "--email", "admin@contoh.id", "--name", "Dewi Contoh"];
    assert_refused(
        &process::run(folder.path(), &admin, &[("JENJANG_ADMIN_PASSWORD", "pendek")]),
        "at least 12",
    );
    let made = process::run(folder.path(), &admin, &[("JENJANG_ADMIN_PASSWORD", PASSWORD)]);
    assert!(made.status.success(), "{}", made.stderr);
    assert_refused(
        &process::run(folder.path(), &admin, &[("JENJANG_ADMIN_PASSWORD", PASSWORD)]),
        "taken",
    );
    assert_refused(
        &process::run(folder.path(), &["demo", "--listen", "127.0.0.1:0"], &[]),
        "not a demo",
    );

    let mut serving = process::start(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    let token = enrols_and_signs_in(&serving, "admin@contoh.id").await;
    let viewer = serving
        .ask(
            Some(&token),
            "{ viewer { seats { function unit { code } } } }",
            json!({}),
        )
        .await
        .unwrap();
    assert_eq!(
        viewer["data"]["viewer"]["seats"],
        json!([{ "function": "ADMIN", "unit": { "code": "RI" } }])
    );
    let closed = serving
        .ask(None, "{ __schema { queryType { name } } }", json!({}))
        .await
        .unwrap();
    assert_eq!(
        closed["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "the schema is open to those who signed in"
    );
    assert!(serving.terminate().success(), "told to stop, it finishes and ends well");
}

#[actix_web::test]
async fn on_postgres_nothing_is_made_unasked() {
    let Some(empty) = database::empty_postgres().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let database = [("JENJANG_DATABASE_URL", empty.as_str())];
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let run = |arguments: &[&str]| process::run(folder.path(), arguments, &database);
    assert_refused(&run(&serve), "waits for schema steps");
    assert!(run(&["migrate"]).status.success());
    assert_refused(&run(&serve), "keys generate");
    assert!(run(&["keys", "generate"]).status.success());
    // Two processes that migrate at once: the lock lets one do it, and both serve.
    let mut first = process::start(
        folder.path(),
        &["serve", "--migrate", "--listen", "127.0.0.1:0"],
        &database,
    );
    let mut second = process::start(
        folder.path(),
        &["serve", "--migrate", "--listen", "127.0.0.1:0"],
        &database,
    );
    assert!(first.terminate().success() && second.terminate().success());
}

/// Starts and abandons reports until the process is killed under it, and gives the ids that were acknowledged.
async fn start_until_killed(process: &Process, token: &str, cycle: &str) -> Vec<String> {
    const START: &str =
        "mutation($input: StartReportInput!) { startReport(input: $input) { report { id } userErrors { code } } }";
    const ABANDON: &str =
        "mutation($input: AbandonReportInput!) { abandonReport(input: $input) { report { id } userErrors { code } } }";
    let mut acknowledged = Vec::new();
    for turn in 0.. {
        let input = json!({ "input": { "cycle": cycle } });
        let Some(started) = process.ask(Some(token), START, input).await else {
            break;
        };
        let report = &started["data"]["startReport"]["report"];
        let id = report["id"].as_str().unwrap_or_else(|| panic!("{started}")).to_owned();
        let input = json!({ "input": { "report": id, "expectedVersion": 1, "reason": "Diulang." } });
        let abandoning = process.ask(Some(token), ABANDON, input);
        // The request is on its way when the process is killed: whether it was carried out is a race, and either is right.
        let killing = async {
            if turn == 5 {
                process.kill();
            }
        };
        let (abandoned, ()) = futures_util::join!(abandoning, killing);
        if abandoned.is_some() {
            acknowledged.push(id);
        }
    }
    acknowledged
}

#[actix_web::test]
async fn a_killed_process_loses_nothing_it_acknowledged_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let environment = [("JENJANG_DEMO_PASSWORD", PASSWORD)];
    let demo = ["demo", "--listen", "127.0.0.1:0"];
    let process = process::start(folder.path(), &demo, &environment);
    let refused = process::run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert_refused(&refused, "demo database");
    let token = process.sign_in("head.35.09@demo.jenjang.id", PASSWORD).await;
    let cycles = process
        .ask(Some(&token), "{ reportCycles { nodes { id code } } }", json!({}))
        .await
        .unwrap();
    let cycles = cycles["data"]["reportCycles"]["nodes"].as_array().unwrap().clone();
    let cycle = cycles
        .iter()
        .find(|cycle| cycle["code"] == "laporan-akhir-kehumasan-2024")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let acknowledged = start_until_killed(&process, &token, &cycle).await;
    assert!(!acknowledged.is_empty());

    drop(process);
    let process = process::start(folder.path(), &demo, &environment);
    let token = process.sign_in("head.35.09@demo.jenjang.id", PASSWORD).await;
    let document =
        "{ reports(first: 20) { nodes { id version status history(last: 1) { nodes { version toStatus } } } } }";
    let kept = process.ask(Some(&token), document, json!({})).await.unwrap();
    let reports = kept["data"]["reports"]["nodes"].as_array().unwrap();
    for id in &acknowledged {
        let report = reports
            .iter()
            .find(|report| report["id"] == json!(id))
            .unwrap_or_else(|| panic!("{id} is gone"));
        assert_eq!(report["status"], "ABANDONED");
    }
    for report in reports {
        let last = report["history"]["nodes"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["version"], &last["toStatus"]),
            (&report["version"], &report["status"]),
            "state and history agree"
        );
    }
}

#[actix_web::test]
async fn a_killed_process_keeps_the_pieces_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let environment = [("JENJANG_DEMO_PASSWORD", PASSWORD)];
    let demo = ["demo", "--listen", "127.0.0.1:0"];
    let process = process::start(folder.path(), &demo, &environment);
    let token = process.sign_in("staff.32.75@demo.jenjang.id", PASSWORD).await;
    let bytes = files::pdf("terbunuh", 100_000);
    let document = command_document("beginUpload", "upload { url }");
    let input = json!({ "input": files::announcement("Laporan.pdf", &bytes) });
    let begun = process.ask(Some(&token), &document, input).await.unwrap();
    let url = begun["data"]["beginUpload"]["upload"]["url"]
        .as_str()
        .unwrap_or_else(|| panic!("{begun}"))
        .to_owned();
    let sent = process.put(&token, &url, 0, &bytes[..60_000]).await.unwrap();
    assert_eq!(sent["offset"], 60_000);
    // One more piece is on its way when the process is killed.
    let sending = process.put(&token, &url, 60_000, &bytes[60_000..70_000]);
    let killing = async { process.kill() };
    let (sent, ()) = futures_util::join!(sending, killing);
    drop(process);

    let process = process::start(folder.path(), &demo, &environment);
    let token = process.sign_in("staff.32.75@demo.jenjang.id", PASSWORD).await;
    let here = process.put(&token, &url, 0, &[]).await.unwrap();
    let offset: usize = here["errors"][0]["extensions"]["offset"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!([60_000, 70_000].contains(&offset), "{offset}");
    assert!(sent.is_none() || offset == 70_000, "what was acknowledged is gone");
    let sent = process.put(&token, &url, offset, &bytes[offset..]).await.unwrap();
    assert_eq!(sent["complete"], true, "{sent}");
}
