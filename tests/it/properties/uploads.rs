//! However an upload is cut into pieces, and however often pieces are sent again: what has come is what was sent, once.
use proptest::{
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};

use super::cases;
use crate::support::{
    TestApp,
    files::{pdf, sha256},
};

/// A piece: where it begins, seen from where the upload ends, and how long it is.
#[derive(Clone, Debug)]
struct Piece {
    /// Mostly none; otherwise so many bytes back or ahead.
    amiss: i64,
    length: usize,
}

prop_compose! {
    fn piece()(amiss in prop_oneof![4 => Just(0_i64), 1 => -3_000..3_000_i64], length in 0..4_000_usize) -> Piece {
        Piece { amiss, length }
    }
}

prop_compose! {
    fn sending()(size in 40..20_000_usize, pieces in prop::collection::vec(piece(), 0..8), word in any::<u64>())
        -> (Vec<u8>, Vec<Piece>) {
        (pdf(&word.to_string(), size), pieces)
    }
}

async fn it_comes_as_it_was_sent(
    app: &TestApp,
    token: &str,
    (bytes, pieces): (Vec<u8>, Vec<Piece>),
) -> Result<(), TestCaseError> {
    let office = crate::support::Office {
        app,
        name: "staff.32.75".to_owned(),
        access_token: token.to_owned(),
        refresh_token: String::new(),
    };
    let upload = office.announces("Laporan.pdf", &bytes).await.unwrap();
    let mut come = 0;
    for Piece { amiss, length } in pieces {
        let from = (i64::try_from(come).unwrap() + amiss).max(0);
        let from = usize::try_from(from).unwrap().min(bytes.len());
        let to = (from + length).min(bytes.len());
        let answer = office.puts(&upload, from, &bytes[from..to]).await;
        if from == come && come < bytes.len() {
            prop_assert_eq!(answer.status, 200);
            come = to;
        } else {
            prop_assert_eq!(answer.status, 409);
        }
        prop_assert_eq!(office.offset_of(&upload).await, Ok(come));
    }
    if come < bytes.len() {
        let rest = office.puts(&upload, come, &bytes[come..]).await;
        prop_assert_eq!(rest.status, 200);
    }
    let id = uuid::Uuid::parse_str(upload.url.rsplit('/').next().unwrap()).unwrap();
    let file = jenjang::graphql::id::Kind::File.id(id).to_string();
    let fetched = office.fetches(&file, &[]).await;
    prop_assert_eq!(fetched.status, 200);
    prop_assert_eq!(sha256(&fetched.bytes), sha256(&bytes));
    Ok(())
}

fn try_on(app: impl Future<Output = Option<TestApp>>) {
    let system = actix_web::rt::System::new();
    let Some(app) = system.block_on(app) else { return };
    let token = system.block_on(async { app.office("staff.32.75").await.access_token.clone() });
    let outcome = TestRunner::new(cases(24)).run(&sending(), |case| {
        system.block_on(it_comes_as_it_was_sent(&app, &token, case))
    });
    system.block_on(app.stop());
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn on_sqlite() {
    try_on(async { Some(TestApp::on_sqlite().await) });
}

#[test]
fn on_postgres() {
    try_on(TestApp::on_postgres());
}
