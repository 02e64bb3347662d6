//! The app under test, the databases it runs on, and the offices that speak to it.
pub mod app;
mod bounds;
pub mod changes;
pub mod database;
pub mod exports;
pub mod files;
pub mod mail;
pub mod office;
pub mod people;
pub mod process;
pub mod programs;
pub mod rounds;
pub mod search;

pub use app::TestApp;
pub use office::{Office, Refusal, Report};

/// Runs each test once per database. PostgreSQL is left out, loudly, where there is none.
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        $(
            mod $test {
                #[actix_web::test]
                async fn on_sqlite() {
                    super::$test($crate::support::TestApp::on_sqlite().await).await;
                }

                #[actix_web::test]
                async fn on_postgres() {
                    if let Some(app) = $crate::support::TestApp::on_postgres().await {
                        super::$test(app).await;
                    }
                }
            }
        )*
    };
}
