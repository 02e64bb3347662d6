//! A person who can sign in.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// As the person wrote it.
    pub email: String,
    /// Lower case, unique.
    pub email_key: String,
    pub name: String,
    /// PHC string; None: cannot sign in.
    pub password_hash: Option<String>,
    pub created_at: DateTimeUtc,
    pub deactivated_at: Option<DateTimeUtc>,
    /// Whether copies of notices are wanted by e-mail.
    pub email_copies: bool,
    pub password_changed_at: Option<DateTimeUtc>,
    /// Since when the row is only the marker of a person whose data was erased.
    pub erased_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
