//! What has to hold for every input, tried on random ones: against models that are too slow or too simple to ship.
mod forest;
mod tree;
mod workflow;

use proptest::test_runner::Config;

/// So many cases, and no file left behind: a failure prints its smallest input, which then becomes a test of its own.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}
