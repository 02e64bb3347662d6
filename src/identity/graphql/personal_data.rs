//! What is kept of a person: taken out, and erased.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    graphql::{context::Ask, id::Kind, scalars::Sha256},
    identity::{
        erasure::{self, Erase},
        export::{self, Export, Exported},
    },
    payload,
    proposal::graphql::Proposal,
};

/// Whom to erase, and why.
#[derive(InputObject)]
pub struct ErasePersonInput {
    /// The person.
    account: ID,
    /// Why, at most 2,000 characters. It is shown to whoever decides, and forgotten with the person.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Whose data to take out.
#[derive(InputObject)]
pub struct ExportPersonalDataInput {
    /// The person; left out: yourself.
    account: Option<ID>,
    /// Which of your seats acts where it is not about yourself; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What is kept of a person, as a file to save.
#[derive(SimpleObject)]
pub struct PersonalDataExport {
    /// A name for the file.
    file_name: String,
    /// `application/json`.
    media_type: &'static str,
    /// The file: JSON in the form `jenjang.personal-data/1`, which docs/api.md tells. Seats and units are called by their
    /// names; of other people it holds ids alone.
    json: String,
    /// Of `json` as UTF-8.
    sha256: Sha256,
}

impl From<Exported> for PersonalDataExport {
    fn from(exported: Exported) -> Self {
        Self {
            file_name: exported.file_name,
            media_type: "application/json",
            json: exported.json,
            sha256: Sha256(exported.sha256),
        }
    }
}

payload! {
    /// What became of `erasePerson`.
    ErasePersonPayload {
        /// The proposal, which another person has to confirm.
        proposal: Proposal
    }
}

payload! {
    /// What became of `exportPersonalData`.
    ExportPersonalDataPayload {
        /// The data.
        export: PersonalDataExport
    }
}

#[derive(Default)]
pub struct PersonalDataMutation;

#[Object]
impl PersonalDataMutation {
    /// Propose to erase a person: to replace name, address and everything that tells of the person by a marker. ADMIN of
    /// RI; carried out once another ADMIN of RI confirms it with `confirmProposal` within 72 hours. Neither may be the
    /// person, or hold or have held the same seat.
    async fn erase_person(
        &self,
        ctx: &Context<'_>,
        input: ErasePersonInput,
    ) -> async_graphql::Result<ErasePersonPayload> {
        let session = ctx.session()?;
        let erase = Erase {
            account: Kind::Account.uuid(&input.account)?,
            reason: input.reason,
            seat: input.seat.map(|seat| Kind::Seat.uuid(&seat)).transpose()?,
        };
        let result = erasure::propose(session, &ctx.command_field(), erase).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }

    /// Take out everything that is kept of you, as JSON; or of another person, on that person's request: ADMIN of RI. It
    /// is recorded that it was done.
    async fn export_personal_data(
        &self,
        ctx: &Context<'_>,
        input: ExportPersonalDataInput,
    ) -> async_graphql::Result<ExportPersonalDataPayload> {
        let session = ctx.session()?;
        let export = Export {
            account: input.account.map(|account| Kind::Account.uuid(&account)).transpose()?,
            seat: input.seat.map(|seat| Kind::Seat.uuid(&seat)).transpose()?,
        };
        let result = export::export(session, &ctx.command_field(), export).await;
        if let Ok(exported) = &result {
            ctx.reads_contact_of(exported.account);
        }
        Ok(ctx.settle(result.map(PersonalDataExport::from))?.into())
    }
}
