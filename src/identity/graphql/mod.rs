//! Accounts and sessions in the API.
use async_graphql::MergedObject;

pub mod access_token;
pub mod account;
pub mod contact_read;
pub mod invitation;
pub mod loader;
pub mod named_people;
pub mod people;
pub mod personal_data;
pub mod recovery;
pub mod second_factor;
pub mod service_account;
pub mod sessions;
pub mod sign_in;
pub mod viewer;

pub use account::Account;
pub use contact_read::ContactViewer;
pub use invitation::Invitation;
pub use second_factor::SecondFactorViewer;
pub use sessions::SessionViewer;
pub use viewer::IdentityViewer;

/// People, and the invitations to them.
#[derive(MergedObject, Default)]
pub struct IdentityQuery(
    people::PeopleQuery,
    invitation::InvitationQuery,
    service_account::ProgramQuery,
    named_people::NamedPeopleQuery,
);

/// Who one is, and how one comes to be somebody.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(
    sign_in::SignInMutation,
    sessions::SessionMutation,
    invitation::InvitationMutation,
    people::PeopleMutation,
    recovery::RecoveryMutation,
    access_token::ProgramMutation,
    second_factor::SecondFactorMutation,
    personal_data::PersonalDataMutation,
    named_people::NamedPeopleMutation,
);
