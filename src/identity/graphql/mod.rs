//! Accounts and sessions in the API.
use async_graphql::MergedObject;

pub mod access_token;
pub mod account;
pub mod loader;
pub mod service_account;
pub mod sign_in;
pub mod viewer;

pub use account::Account;
pub use viewer::IdentityViewer;

/// Who one is, and how one comes to be somebody.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(sign_in::SignInMutation, access_token::ProgramMutation);

/// What may be asked about people and programs.
#[derive(MergedObject, Default)]
pub struct IdentityQuery(service_account::ProgramQuery);
