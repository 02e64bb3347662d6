//! What has to hold for every input, tried on random ones: against models that are too slow or too simple to ship.
mod actions;
mod attendance;
mod barred;
mod cursors;
mod editions;
mod entered;
mod evaluated;
mod exports;
mod feed;
mod findings;
mod forest;
mod given;
mod held;
mod hierarchy;
mod ledger;
mod merging;
mod planned;
mod ranking;
mod recap;
mod rotation;
mod rows;
mod scope;
mod scores;
mod search;
mod templates;
mod tree;
mod uploads;
mod workflow;

use jenjang::db::Db;
use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestCaseError, TestRunner},
};
use sea_orm::DatabaseTransaction;

use crate::support::database::TestDatabase;

/// So many cases, and no file left behind: a failure prints its smallest input, which then becomes a test of its own.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Tries every case on one database, each in a transaction that is rolled back.
fn try_on<S: Strategy>(
    database: impl Future<Output = Option<TestDatabase>>,
    strategy: &S,
    config: Config,
    property: impl AsyncFn(&DatabaseTransaction, S::Value) -> Result<(), TestCaseError>,
) {
    let system = actix_web::rt::System::new();
    let Some(database) = system.block_on(database) else {
        return;
    };
    let db = system
        .block_on(Db::connect(&database.url, 2, std::time::Duration::from_secs(5)))
        .unwrap();
    let outcome = TestRunner::new(config).run(strategy, |case| {
        system.block_on(async {
            let transaction = db.begin().await.unwrap();
            property(transaction.connection(), case).await
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Runs a property once per database.
macro_rules! tried_on_both_databases {
    ($property:ident, $strategy:expr, $config:expr) => {
        mod $property {
            use super::*;
            use crate::support::database;

            #[test]
            fn on_sqlite() {
                let database = async { Some(database::sqlite().await) };
                super::super::try_on(database, &$strategy, $config, super::$property);
            }

            #[test]
            fn on_postgres() {
                super::super::try_on(database::postgres(), &$strategy, $config, super::$property);
            }
        }
    };
}

use tried_on_both_databases;
