//! Accounts and sessions in the API.
use async_graphql::MergedObject;

pub mod account;
pub mod second_factor;
pub mod sign_in;
pub mod viewer;

pub use account::Account;
pub use second_factor::SecondFactorViewer;
pub use viewer::IdentityViewer;

/// Who one is, and how one comes to be somebody.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(sign_in::SignInMutation, second_factor::SecondFactorMutation);
