//! Accounts and sessions in the API.
use async_graphql::MergedObject;

pub mod account;
pub mod contact_read;
pub mod personal_data;
pub mod sign_in;
pub mod viewer;

pub use account::Account;
pub use contact_read::ContactViewer;
pub use viewer::IdentityViewer;

/// Who one is, and how one comes to be somebody.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(sign_in::SignInMutation, personal_data::PersonalDataMutation);
