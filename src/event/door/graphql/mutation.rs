//! Commands at the door in the API.
use async_graphql::{Context, Object, SimpleObject};

use super::{
    caller,
    input::{
        AddDoorDeviceInput, AddWalkInInput, AnnulCheckInInput, AttendOnlineInput, CheckInInput, CheckOutInput,
        DecideCheckInConflictInput, DecideWalkInInput, EnterAttendanceInput, OpenSessionCodeInput, PairDoorDeviceInput,
        RevokeDoorDeviceInput, SyncCheckInsInput,
    },
    types::{DoorDevice, Scan, ScanAnswer},
};
use crate::{
    error::Error,
    event::{
        door::{
            device, online, ruling,
            scanning::{self, Answer, Scans},
            walk_in,
        },
        graphql::{invitation::EventDelegate, types::EventSession},
    },
    graphql::{context::Ask, id::Kind, problem::UserError},
    payload,
};

/// What became of `addDoorDevice`.
#[derive(SimpleObject)]
pub struct AddDoorDevicePayload {
    /// The device, to be paired.
    device: Option<DoorDevice>,
    /// The code to pair it by, good once and for fifteen minutes. It is shown here alone.
    pairing_code: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What became of `pairDoorDevice`.
#[derive(SimpleObject)]
pub struct PairDoorDevicePayload {
    /// The device, paired.
    device: Option<DoorDevice>,
    /// Its token, to be sent as `Authorization: Bearer jnjd_…`. It is shown this one time.
    token: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

payload! {
    /// What became of `revokeDoorDevice`.
    RevokeDoorDevicePayload {
        /// The device, revoked.
        device: DoorDevice
    }
}

payload! {
    /// What became of `checkIn`.
    CheckInPayload {
        /// What became of the scan. One with a fault is kept too, and counts for nothing.
        result: ScanAnswer
    }
}

payload! {
    /// What became of `checkOut`.
    CheckOutPayload {
        /// What became of the scan. One with a fault is kept too, and counts for nothing.
        result: ScanAnswer
    }
}

payload! {
    /// What became of `syncCheckIns`.
    SyncCheckInsPayload {
        /// What became of each scan, in the order they were sent.
        results: Vec<ScanAnswer>
    }
}

payload! {
    /// What became of `enterAttendance`.
    EnterAttendancePayload {
        /// What became of each entry, in the order they were sent.
        results: Vec<ScanAnswer>
    }
}

payload! {
    /// What became of `annulCheckIn`.
    AnnulCheckInPayload {
        /// The scan, annulled.
        scan: Scan
    }
}

payload! {
    /// What became of `addWalkIn`.
    AddWalkInPayload {
        /// The person, pending. A device reads `id`, `version`, `title`, `standing` and `walkIn` of it.
        delegate: EventDelegate
    }
}

payload! {
    /// What became of `decideWalkIn`.
    DecideWalkInPayload {
        /// The person.
        delegate: EventDelegate
    }
}

payload! {
    /// What became of `decideCheckInConflict`.
    DecideCheckInConflictPayload {
        /// Whom it is of.
        delegate: EventDelegate
    }
}

payload! {
    /// What became of `openSessionCode`.
    OpenSessionCodePayload {
        /// The session, with its code.
        session: EventSession
    }
}

payload! {
    /// What became of `attendOnline`.
    AttendOnlinePayload {
        /// You, as a delegate.
        delegate: EventDelegate
    }
}

/// Takes scans that are in a list of the input.
async fn many(
    ctx: &Context<'_>,
    (name, list): (&str, &str),
    scans: Scans,
) -> async_graphql::Result<(Option<Vec<ScanAnswer>>, Vec<UserError>)> {
    let result = scanning::take(&caller(ctx)?, (&ctx.command_field(), name), list, scans).await;
    let result = result.map(|answers| answers.into_iter().map(Into::into).collect());
    Ok(ctx.settle(result)?)
}

/// Takes one scan.
async fn one(
    ctx: &Context<'_>,
    name: &str,
    scans: Scans,
) -> async_graphql::Result<(Option<ScanAnswer>, Vec<UserError>)> {
    let result = scanning::take(&caller(ctx)?, (&ctx.command_field(), name), "nonce", scans).await;
    let only = |answers: Vec<Answer>| {
        let answer = answers.into_iter().next();
        answer.ok_or_else(|| Error::internal("a scan without an answer"))
    };
    Ok(ctx.settle(result.and_then(only).map(Into::into))?)
}

#[derive(Default)]
pub struct DoorMutation;

#[Object]
impl DoorMutation {
    /// Announce a device for the door of an event, once it is published: STAFF or HEAD of the host, at RI also a COORDINATOR. It
    /// is paired by the code that this gives, and from then on may do at the door of this event what a keeper may, and nothing
    /// else.
    async fn add_door_device(
        &self,
        ctx: &Context<'_>,
        input: AddDoorDeviceInput,
    ) -> async_graphql::Result<AddDoorDevicePayload> {
        let add = device::Add {
            event: Kind::Event.uuid(&input.event)?,
            name: input.name,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = device::add(ctx.session()?, &ctx.command_field(), add).await;
        let (added, user_errors) = ctx.settle(result)?;
        let (device, pairing_code) =
            added.map_or((None, None), |added| (Some(DoorDevice(added.device)), Some(added.code)));
        Ok(AddDoorDevicePayload {
            device,
            pairing_code,
            user_errors,
        })
    }

    /// Pair a device with the door of an event: anybody who has its code, once, without signing in. The token it gives reads
    /// `doorKit` and sends scans of that one event.
    async fn pair_door_device(
        &self,
        ctx: &Context<'_>,
        input: PairDoorDeviceInput,
    ) -> async_graphql::Result<PairDoorDevicePayload> {
        let request = ctx.request();
        let result = device::pair(&request.services, &input.code, request.address).await;
        let (paired, user_errors) = ctx.settle(result)?;
        let (device, token) = paired.map_or((None, None), |paired| {
            (Some(DoorDevice(paired.device)), Some(paired.token))
        });
        Ok(PairDoorDevicePayload {
            device,
            token,
            user_errors,
        })
    }

    /// Revoke a device, such as one that was lost: who may announce one. What it has sent stays; nothing more is taken from it.
    async fn revoke_door_device(
        &self,
        ctx: &Context<'_>,
        input: RevokeDoorDeviceInput,
    ) -> async_graphql::Result<RevokeDoorDevicePayload> {
        let revoke = device::Revoke {
            device: Kind::DoorDevice.uuid(&input.device)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = device::revoke(ctx.session()?, &ctx.command_field(), revoke).await;
        Ok(ctx.settle(result.map(DoorDevice))?.into())
    }

    /// Let somebody in at the door of an event that runs, or has ended and is not sealed: who keeps the door, and its devices. A
    /// scan that counts for nothing is kept and answered with its fault; one that was sent before is told again.
    async fn check_in(&self, ctx: &Context<'_>, input: CheckInInput) -> async_graphql::Result<CheckInPayload> {
        Ok(one(ctx, "checkIn", input.resolve()?).await?.into())
    }

    /// Note that somebody went out: as `checkIn`. Whoever comes in again begins another stay.
    async fn check_out(&self, ctx: &Context<'_>, input: CheckOutInput) -> async_graphql::Result<CheckOutPayload> {
        Ok(one(ctx, "checkOut", input.resolve()?).await?.into())
    }

    /// Send scans that were made without a network, in any order and as often as need be, until the attendance is sealed: who
    /// keeps the door, and its devices. Each is answered on its own; what they come to is the same whatever the order.
    async fn sync_check_ins(
        &self,
        ctx: &Context<'_>,
        input: SyncCheckInsInput,
    ) -> async_graphql::Result<SyncCheckInsPayload> {
        Ok(many(ctx, ("syncCheckIns", "scans"), input.resolve()?).await?.into())
    }

    /// Enter who was there by a list on paper, or by hand: who keeps the door, but no device.
    async fn enter_attendance(
        &self,
        ctx: &Context<'_>,
        input: EnterAttendanceInput,
    ) -> async_graphql::Result<EnterAttendancePayload> {
        ctx.session()?;
        Ok(many(ctx, ("enterAttendance", "entries"), input.resolve()?)
            .await?
            .into())
    }

    /// Annul a scan that was a mistake, within fifteen minutes of its arrival: who keeps the door, and a device its own. The scan
    /// stays, and counts for nothing.
    async fn annul_check_in(
        &self,
        ctx: &Context<'_>,
        input: AnnulCheckInInput,
    ) -> async_graphql::Result<AnnulCheckInPayload> {
        let annul = ruling::Annul {
            scan: Kind::Scan.uuid(&input.scan)?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = ruling::annul(&caller(ctx)?, &ctx.command_field(), annul).await;
        Ok(ctx.settle(result.map(|ruled| Scan(ruled.scan)))?.into())
    }

    /// Note that somebody came who was not named: who keeps the door, and its devices. The person waits until `decideWalkIn`; when
    /// they came is kept, and counts if they are let in.
    async fn add_walk_in(&self, ctx: &Context<'_>, input: AddWalkInInput) -> async_graphql::Result<AddWalkInPayload> {
        let add = walk_in::Add {
            event: Kind::Event.maybe(input.event.as_ref())?,
            unit: Kind::Unit.uuid(&input.unit)?,
            account: Kind::Account.maybe(input.account.as_ref())?,
            name: input.name,
            title: input.title,
            session: Some(Kind::EventSession.uuid(&input.session)?),
            nonce: input.nonce,
            client_time: input.client_time,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = walk_in::add(&caller(ctx)?, &ctx.command_field(), add).await;
        Ok(ctx.settle(result.map(EventDelegate))?.into())
    }

    /// Decide whether a walk-in comes in: HEAD of the host, at RI also a COORDINATOR; a reason is owed where not. What was scanned
    /// of the person counts from then on, or never.
    async fn decide_walk_in(
        &self,
        ctx: &Context<'_>,
        input: DecideWalkInInput,
    ) -> async_graphql::Result<DecideWalkInPayload> {
        let decide = walk_in::Decide {
            delegate: Kind::EventDelegate.uuid(&input.delegate)?,
            expected_version: input.expected_version,
            admit: input.admit,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = walk_in::decide(ctx.session()?, &ctx.command_field(), decide).await;
        Ok(ctx.settle(result.map(EventDelegate))?.into())
    }

    /// Decide which scans of a conflict count: HEAD of the host, at RI also a COORDINATOR, until the attendance is sealed. All of
    /// them stay.
    async fn decide_check_in_conflict(
        &self,
        ctx: &Context<'_>,
        input: DecideCheckInConflictInput,
    ) -> async_graphql::Result<DecideCheckInConflictPayload> {
        let decide = ruling::Decide {
            event: Kind::Event.uuid(&input.event)?,
            count: Kind::Scan.uuids(&input.count)?,
            set_aside: Kind::Scan.uuids(&input.set_aside)?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = ruling::decide(ctx.session()?, &ctx.command_field(), decide).await;
        Ok(ctx.settle(result.map(EventDelegate))?.into())
    }

    /// Make a code to show in a session that people attend from afar, in place of the one before: who keeps the door, while the
    /// event runs.
    async fn open_session_code(
        &self,
        ctx: &Context<'_>,
        input: OpenSessionCodeInput,
    ) -> async_graphql::Result<OpenSessionCodePayload> {
        let open = online::Open {
            session: Kind::EventSession.uuid(&input.session)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = online::open(ctx.session()?, &ctx.command_field(), open).await;
        Ok(ctx.settle(result.map(EventSession))?.into())
    }

    /// Attend a session from afar by the code that is shown in it, or leave it: a delegate with an account, for oneself.
    async fn attend_online(
        &self,
        ctx: &Context<'_>,
        input: AttendOnlineInput,
    ) -> async_graphql::Result<AttendOnlinePayload> {
        let attend = online::Attend {
            session: Kind::EventSession.uuid(&input.session)?,
            code: input.code,
            direction: input.direction.into(),
        };
        let result = online::attend(ctx.session()?, &ctx.command_field(), attend, ctx.request().address).await;
        Ok(ctx.settle(result.map(EventDelegate))?.into())
    }
}
