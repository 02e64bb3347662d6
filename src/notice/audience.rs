//! Who is told of what happened. Pure: of the event and of today's directory.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::enums::{Function, Tier};
use uuid::Uuid;

use super::kinds::{Kind, SubjectType};
use crate::territory::{
    directory::{Directory, is_valid},
    tree::Unit,
};

/// An event, as far as it decides who is told.
#[derive(Clone, Debug)]
pub struct Happening {
    pub kind: Kind,
    /// The report, or the person it was done to.
    pub subject: Uuid,
    /// In whose scope it falls: the unit whose report it is.
    pub unit: Uuid,
    /// Who did it, where that is known.
    pub by: Option<Uuid>,
    /// The seat it was done from; None: as oneself.
    pub by_seat: Option<Uuid>,
    /// Whose turn it is on the report.
    pub reviewing: Option<Tier>,
    /// The seats named to receive the report, or in the session.
    pub receivers: Vec<Uuid>,
    /// Who leaves a seat through it.
    pub leaving: Vec<Uuid>,
    /// The units a round asks by it, that a session expects, or that recommend.
    pub asked: Vec<Uuid>,
    /// The expert an assignment is about.
    pub reviewer: Option<Uuid>,
    /// The experts who review the report, with the seats from which they do.
    pub reviewing_seats: Vec<(Uuid, Uuid)>,
    /// Who has a conflict of interest with the unit.
    pub conflicted: Vec<Uuid>,
    /// The units that raised the findings it is about.
    pub desks: Vec<Uuid>,
    /// Whom the event it is about reaches.
    pub event: Reach,
    /// Whom the edition of awards it is about reaches.
    pub award: AwardReach,
}

/// Whom an edition of awards reaches.
#[derive(Clone, Debug, Default)]
pub struct AwardReach {
    pub issuer: Option<Uuid>,
    /// The tiers whose units may enter.
    pub tiers: Vec<Tier>,
    /// The units that entered, or whose people were.
    pub entrants: Vec<Uuid>,
    /// The people who were entered, with an account.
    pub entered: Vec<Uuid>,
    /// Who entered what it is about: the unit itself, or one above.
    pub nominator: Option<Uuid>,
    /// The person it is about: a juror, or somebody who was honoured.
    pub person: Option<Uuid>,
    /// The units that were honoured, or whose people were, and those people.
    pub honoured: (Vec<Uuid>, Vec<Uuid>),
}

/// Whom an event reaches.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    pub host: Option<Uuid>,
    /// The units that are invited and have not declined.
    pub invited: Vec<Uuid>,
    /// Of those, the ones that have not answered.
    pub silent: Vec<Uuid>,
    /// Who speaks, with an account.
    pub speakers: Vec<Uuid>,
    /// Who is expected or was replaced, with an account: the delegate, the unit and the person.
    pub delegates: Vec<Delegate>,
}

/// Somebody with an account who is sent to an event.
#[derive(Clone, Copy, Debug)]
pub struct Delegate {
    pub id: Uuid,
    pub unit: Uuid,
    pub account: Uuid,
    /// Whether the person is to come; otherwise somebody else comes instead.
    pub expected: bool,
    /// Whether a certificate was issued.
    pub certified: bool,
}

impl Reach {
    fn expected(&self) -> impl Iterator<Item = &Delegate> {
        self.delegates.iter().filter(|delegate| delegate.expected)
    }
}

/// The accounts that are told.
#[must_use]
pub fn audience(happening: &Happening, directory: &Directory, today: NaiveDate) -> BTreeSet<Uuid> {
    let people = People { directory, today };
    let Happening { kind, unit, .. } = *happening;
    let writers = || people.working_for(unit);
    let mut told = match kind {
        Kind::ReportSubmitted => people.at_desk(happening),
        // Where no tier comes after, it is for those who wrote it to carry it on.
        Kind::ReportEndorsed if happening.reviewing.is_none() => writers(),
        Kind::ReportEndorsed => people.at_desk(happening),
        Kind::ReportReturned
        | Kind::ReportReceived
        | Kind::ReportHandoverRefused
        | Kind::ReportRevisionAsked
        | Kind::ReportReopened
        | Kind::ReportAccepted
        | Kind::ReportDeclined
        | Kind::ReportAcceptanceRetracted
        | Kind::FindingsRaised
        | Kind::FindingReopened
        | Kind::FindingDueSoon => writers(),
        Kind::ReviewAssigned | Kind::ReviewDueSoon | Kind::ReviewOverdue => happening.reviewer.into_iter().collect(),
        Kind::ReviewGivenUp | Kind::ReviewSilent => people.of_ri(Function::Coordinator),
        Kind::FindingAnswered => {
            let desks = happening.desks.iter();
            let mut told: BTreeSet<Uuid> = desks.flat_map(|&desk| people.working_for(desk)).collect();
            // What was raised at RI was raised by the experts.
            if happening.desks.contains(&directory.tree.root().id) {
                let reviewing = happening.reviewing_seats.iter();
                told.extend(
                    reviewing
                        .filter(|(seat, account)| people.in_seat(*seat).contains(account))
                        .map(|(_seat, account)| *account),
                );
            }
            told
        }
        Kind::ReportHandedOver => {
            let mut told = people.of_ri(Function::Coordinator);
            told.extend(happening.receivers.iter().flat_map(|&seat| people.in_seat(seat)));
            told
        }
        Kind::ResetCodeIssued | Kind::SecondFactorReset => people.above(happening.by_seat),
        Kind::ErasureProposed => people.of_ri(Function::Admin),
        Kind::UnitDissolved => happening.leaving.iter().copied().collect(),
        Kind::CustodyPassed => people.custodians_in(unit),
        Kind::ReportDueSoon | Kind::ReportOverdue => writers(),
        // At RI it is the coordinators who see to rounds.
        Kind::ReportsMissing => people.in_unit(unit, &[Function::Head, Function::Coordinator]),
        Kind::CycleOpened | Kind::CyclePassedOn | Kind::EvaluationClosed => {
            let asked = happening.asked.iter();
            asked
                .flat_map(|&unit| people.in_unit(unit, &[Function::Head]))
                .collect()
        }
        Kind::HandoverScheduled | Kind::HandoverChanged | Kind::HandoverCancelled => {
            let expected = happening.asked.iter().flat_map(|&unit| people.working_for(unit));
            let receiving = happening.receivers.iter().flat_map(|&seat| people.in_seat(seat));
            expected.chain(receiving).collect()
        }
        Kind::RecommendationMade
        | Kind::RecommendationReturned
        | Kind::RecommendationClosed
        | Kind::RecommendationDueSoon => people.desk_of(unit),
        Kind::RecommendationAnswered => {
            let issuers = happening.asked.iter();
            issuers
                .flat_map(|&unit| people.in_unit(unit, &[Function::Head, Function::Coordinator]))
                .collect()
        }
        Kind::ObligationExtended | Kind::ObligationExcused | Kind::ObligationWaived | Kind::ObligationRestored => {
            people.in_unit(unit, &[Function::Head])
        }
        Kind::EventPublished => {
            let invited = happening.event.invited.iter().flat_map(|&unit| people.desk_of(unit));
            invited.chain(happening.event.speakers.iter().copied()).collect()
        }
        Kind::EventChanged | Kind::EventPostponed | Kind::EventCancelled => {
            let reach = &happening.event;
            let invited = reach.invited.iter().flat_map(|&unit| people.desk_of(unit));
            let coming = reach.expected().map(|delegate| delegate.account);
            invited.chain(coming).chain(reach.speakers.iter().copied()).collect()
        }
        Kind::EventStartsSoon => {
            let coming = happening.event.expected().map(|delegate| delegate.account);
            coming.chain(happening.event.speakers.iter().copied()).collect()
        }
        Kind::EventEnded | Kind::EventFinalised => {
            let invited = happening.event.invited.iter();
            invited.flat_map(|&unit| people.desk_of(unit)).collect()
        }
        Kind::ReplyDueSoon => {
            let silent = happening.event.silent.iter();
            silent.flat_map(|&unit| people.desk_of(unit)).collect()
        }
        Kind::DelegatesNamed => {
            let named = happening.event.expected().filter(|delegate| delegate.unit == unit);
            named.map(|delegate| delegate.account).collect()
        }
        Kind::DelegateSubstituted => {
            let named = happening
                .event
                .delegates
                .iter()
                .filter(|delegate| happening.asked.contains(&delegate.id));
            named.map(|delegate| delegate.account).collect()
        }
        Kind::CertificatesIssued => {
            let certified = happening.event.delegates.iter().filter(|delegate| delegate.certified);
            certified.map(|delegate| delegate.account).collect()
        }
        Kind::UnitInvited
        | Kind::ExcuseGranted
        | Kind::ExcuseRefused
        | Kind::AttendanceVerified
        | Kind::AttendanceReturned
        | Kind::AttendanceCorrected
        | Kind::EventEvaluationIssued => people.desk_of(unit),
        Kind::InvitationDeclined
        | Kind::AttendanceSubmitted
        | Kind::EventEvaluationAcknowledged
        | Kind::EventEvaluationObjectedTo => {
            let host = happening.event.host.into_iter();
            host.flat_map(|host| people.desk_of(host)).collect()
        }
        // For who decides it.
        Kind::WalkInAdded | Kind::ExcuseAsked => {
            let host = happening.event.host.into_iter();
            host.flat_map(|host| people.in_unit(host, &[Function::Head, Function::Coordinator]))
                .collect()
        }
        Kind::AwardNominationsOpened => {
            let issuer = happening.award.issuer.into_iter();
            let beneath = issuer.flat_map(|issuer| directory.tree.subtree(issuer));
            let may_enter = beneath.filter(|unit| happening.award.tiers.contains(&unit.tier));
            may_enter
                .flat_map(|unit| people.in_unit(unit.id, &[Function::Head]))
                .collect()
        }
        Kind::AwardVoided | Kind::AwardAnnounced => {
            let entrants = happening.award.entrants.iter();
            let desks = entrants.flat_map(|&unit| people.desk_of(unit));
            desks.chain(happening.award.entered.iter().copied()).collect()
        }
        Kind::AwardCertificatesIssued => {
            let (units, honoured) = &happening.award.honoured;
            let desks = units.iter().flat_map(|&unit| people.desk_of(unit));
            desks.chain(honoured.iter().copied()).collect()
        }
        // For who verifies it.
        Kind::AwardEntrySubmitted => {
            let unit = directory.tree.get(unit);
            let above = unit.and_then(|unit| directory.tree.superior(unit));
            above.map_or_else(BTreeSet::new, |above| {
                people.in_unit(above.id, &[Function::Head, Function::Coordinator])
            })
        }
        Kind::AwardEntryReturned
        | Kind::AwardEntryVerified
        | Kind::AwardEntryRejected
        | Kind::AwardEntryDisqualified => {
            let mut told = people.desk_of(unit);
            told.extend(happening.award.nominator.iter().flat_map(|&unit| people.desk_of(unit)));
            told
        }
        Kind::AwardJurorAppointed | Kind::AwardSheetReopened => happening.award.person.into_iter().collect(),
        Kind::AwardObjectedTo | Kind::AwardRevocationProposed => {
            let issuer = happening.award.issuer.into_iter();
            issuer
                .flat_map(|issuer| people.in_unit(issuer, &[Function::Head, Function::Coordinator]))
                .collect()
        }
        Kind::AwardObjectionUpheld | Kind::AwardObjectionRejected => people.desk_of(unit),
        Kind::AwardRevoked => {
            let mut told = people.desk_of(unit);
            told.extend(happening.award.person);
            told
        }
        Kind::HolderAppointed
        | Kind::HolderEnded
        | Kind::AccountDeactivated
        | Kind::AccountReactivated
        | Kind::EmailChanged
        | Kind::PasswordChanged
        | Kind::PasswordReset
        | Kind::SecondFactorEnrolled
        | Kind::SecondFactorDisabled
        | Kind::AccessTokenCreated => BTreeSet::new(),
    };
    // Nobody is told of what they did themselves,
    told.retain(|account| Some(*account) != happening.by);
    told.retain(|account| !happening.conflicted.contains(account));
    // but of what was done to the own account, because it may have been done by somebody else in one's name.
    if concerns_person(kind) && directory.person(happening.subject).is_some() {
        told.insert(happening.subject);
    }
    told
}

/// Whether the person it was done to is told, whoever did it.
fn concerns_person(kind: Kind) -> bool {
    kind.subject() == SubjectType::Account && kind != Kind::ErasureProposed
}

/// Who sits where today.
struct People<'d> {
    directory: &'d Directory,
    today: NaiveDate,
}

impl People<'_> {
    /// The active holders of the unit's seats of these functions; nobody in a unit that does not exist today.
    fn in_unit(&self, unit: Uuid, functions: &[Function]) -> BTreeSet<Uuid> {
        let unit = self.directory.tree.get(unit);
        let unit = unit.filter(|unit| is_valid(self.today, unit.formed_on, unit.dissolved_on));
        let seats = unit.map_or_else(Vec::new, |unit| self.directory.seats_of(unit.id, self.today));
        seats
            .into_iter()
            .filter(|seat| functions.contains(&seat.function))
            .flat_map(|seat| self.in_seat(seat.id))
            .collect()
    }

    /// Who carries the work of a unit: its STAFF and HEAD, or once it is dissolved the custodians of what it left.
    fn working_for(&self, unit: Uuid) -> BTreeSet<Uuid> {
        match self.directory.keeper_of(unit, self.today) {
            Some(keeper) => self.custodians_in(keeper.id),
            None => self.in_unit(unit, &[Function::Staff, Function::Head]),
        }
    }

    /// Who carries the work of a unit, at RI also who coordinates it.
    fn desk_of(&self, unit: Uuid) -> BTreeSet<Uuid> {
        let mut desk = self.working_for(unit);
        desk.extend(self.in_unit(unit, &[Function::Coordinator]));
        desk
    }

    fn custodians_in(&self, unit: Uuid) -> BTreeSet<Uuid> {
        let seats = self.directory.custodians_in(unit, self.today).into_iter();
        seats.flat_map(|seat| self.in_seat(seat.id)).collect()
    }

    fn of_ri(&self, function: Function) -> BTreeSet<Uuid> {
        self.in_unit(self.directory.tree.root().id, &[function])
    }

    /// Whose turn it is.
    fn at_desk(&self, happening: &Happening) -> BTreeSet<Uuid> {
        let desk = happening
            .reviewing
            .and_then(|tier| self.directory.tree.superior_at(happening.unit, tier));
        desk.map_or_else(BTreeSet::new, |unit| self.working_for(unit.id))
    }

    fn in_seat(&self, seat: Uuid) -> Vec<Uuid> {
        let holders = self.directory.holders_of(seat, self.today).into_iter();
        holders
            .map(|holder| holder.account_id)
            .filter(|&account| self.directory.person(account).is_some_and(|person| person.active))
            .collect()
    }

    /// The ADMINs of the nearest unit above a seat's that has any; above RI there is only RI itself.
    fn above(&self, seat: Option<Uuid>) -> BTreeSet<Uuid> {
        let tree = &self.directory.tree;
        let unit = seat
            .and_then(|seat| self.directory.seat(seat))
            .and_then(|seat| tree.get(seat.unit_id));
        let Some(unit) = unit else { return BTreeSet::new() };
        let first: &Unit = tree.superior(unit).unwrap_or(unit);
        std::iter::successors(Some(first), |unit| tree.superior(unit))
            .map(|unit| self.in_unit(unit.id, &[Function::Admin]))
            .find(|admins| !admins.is_empty())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        enums::{BodyKind, Position},
        holder, seat, unit,
    };

    use super::*;
    use crate::territory::directory::{Person, Rows};

    const RI: u128 = 1;
    const PROVINCE: u128 = 2;
    const REGENCY: u128 = 3;
    const DISTRICT: u128 = 4;

    /// Every function sits once in every unit; who sits there is `unit * 100 + function`, and so is the seat.
    const FUNCTIONS: [Function; 6] = [
        Function::Staff,
        Function::Head,
        Function::Admin,
        Function::Observer,
        Function::Coordinator,
        Function::Expert,
    ];

    fn who(unit: u128, function: Function) -> Uuid {
        let place = FUNCTIONS.iter().position(|known| *known == function).expect("listed");
        Uuid::from_u128(unit * 100 + place as u128)
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 1, 21).expect("a day")
    }

    /// A line of four units, one per tier; `change` makes it differ.
    fn directory(change: impl Fn(&mut Rows)) -> Directory {
        let tiers = [
            (RI, Tier::Ri),
            (PROVINCE, Tier::Provinsi),
            (REGENCY, Tier::KabupatenKota),
            (DISTRICT, Tier::Kecamatan),
        ];
        let mut rows = Rows {
            version: 1,
            regions: Vec::new(),
            regions_past: Vec::new(),
            editions: Vec::new(),
            units: Vec::new(),
            facts: Vec::new(),
            seats: Vec::new(),
            holders: Vec::new(),
            people: Vec::new(),
            programs: Vec::new(),
            tokens: Vec::new(),
        };
        for (number, tier) in tiers {
            rows.units.push(unit::Model {
                id: Uuid::from_u128(number),
                region_id: None,
                body_kind: BodyKind::BawasluProvinsi,
                tier,
                name: String::new(),
                parent_id: (number > RI).then(|| Uuid::from_u128(number - 1)),
                acting_superior_id: None,
                time_zone: "Asia/Jakarta".to_owned(),
                formed_on: None,
                dissolved_on: None,
                ad_hoc: false,
                version: 1,
                formed_name: String::new(),
                formed_parent_id: (number > RI).then(|| Uuid::from_u128(number - 1)),
            });
            for function in FUNCTIONS {
                let id = who(number, function);
                rows.seats.push(seat::Model {
                    id,
                    unit_id: Uuid::from_u128(number),
                    position: Position::Other,
                    function,
                    local_title: String::new(),
                    division_name: None,
                    valid_from: None,
                    valid_to: None,
                    custodian: false,
                });
                rows.holders.push(holder::Model {
                    id,
                    seat_id: id,
                    account_id: id,
                    acting: false,
                    valid_from: day(),
                    valid_to: None,
                });
                rows.people.push(Person {
                    id,
                    name: String::new(),
                    email: String::new(),
                    active: true,
                    erased: false,
                });
            }
        }
        change(&mut rows);
        Directory::new(rows).expect("a tree")
    }

    /// Something that happened to the report of the kecamatan, or to its head.
    fn happening(kind: Kind, by: Uuid) -> Happening {
        Happening {
            kind,
            subject: who(DISTRICT, Function::Head),
            unit: Uuid::from_u128(DISTRICT),
            by: Some(by),
            by_seat: Some(by),
            reviewing: None,
            receivers: Vec::new(),
            leaving: Vec::new(),
            asked: Vec::new(),
            reviewer: None,
            reviewing_seats: Vec::new(),
            conflicted: Vec::new(),
            desks: Vec::new(),
            event: Reach::default(),
            award: AwardReach::default(),
        }
    }

    fn told(happening: &Happening, change: impl Fn(&mut Rows)) -> Vec<Uuid> {
        audience(happening, &directory(change), day()).into_iter().collect()
    }

    fn staff_and_head(unit: u128) -> Vec<Uuid> {
        vec![who(unit, Function::Staff), who(unit, Function::Head)]
    }

    #[test]
    fn whose_turn_it_is_is_told_of_what_comes_up() {
        for kind in [Kind::ReportSubmitted, Kind::ReportEndorsed] {
            for (tier, desk) in [(Tier::KabupatenKota, REGENCY), (Tier::Provinsi, PROVINCE)] {
                let submitted = Happening {
                    reviewing: Some(tier),
                    ..happening(kind, who(DISTRICT, Function::Head))
                };
                assert_eq!(told(&submitted, |_rows| ()), staff_and_head(desk));
            }
        }
        let nobody_endorses = happening(Kind::ReportSubmitted, who(DISTRICT, Function::Head));
        assert!(told(&nobody_endorses, |_rows| ()).is_empty());
        let the_last = happening(Kind::ReportEndorsed, who(PROVINCE, Function::Head));
        assert_eq!(told(&the_last, |_rows| ()), staff_and_head(DISTRICT));
    }

    #[test]
    fn an_acting_superior_is_told_instead_of_the_parent() {
        let submitted = Happening {
            reviewing: Some(Tier::KabupatenKota),
            ..happening(Kind::ReportSubmitted, who(DISTRICT, Function::Head))
        };
        let acting = |rows: &mut Rows| rows.units[3].acting_superior_id = Some(Uuid::from_u128(PROVINCE));
        assert_eq!(told(&submitted, acting), staff_and_head(PROVINCE));
    }

    #[test]
    fn the_writers_are_told_what_became_of_it() {
        for kind in [
            Kind::ReportReturned,
            Kind::ReportReceived,
            Kind::ReportHandoverRefused,
            Kind::ReportRevisionAsked,
            Kind::ReportReopened,
            Kind::ReportAccepted,
            Kind::ReportDeclined,
            Kind::ReportAcceptanceRetracted,
        ] {
            let decided = happening(kind, who(PROVINCE, Function::Head));
            assert_eq!(told(&decided, |_rows| ()), staff_and_head(DISTRICT), "{kind:?}");
        }
    }

    #[test]
    fn nobody_is_told_who_did_it_is_gone_or_is_not_there_yet() {
        let head = who(DISTRICT, Function::Head);
        let returned = |by| happening(Kind::ReportReturned, by);
        let staff = vec![who(DISTRICT, Function::Staff)];
        assert_eq!(told(&returned(head), |_rows| ()), staff);
        let elsewhere = who(PROVINCE, Function::Head);
        let changes: [fn(&mut Rows); 5] = [
            |rows| {
                rows.people
                    .iter_mut()
                    .for_each(|person| person.active &= person.id != who(DISTRICT, Function::Head))
            },
            |rows| rows.people.retain(|person| person.id != who(DISTRICT, Function::Head)),
            |rows| holding(rows).valid_to = Some(day()),
            |rows| holding(rows).valid_from = day().succ_opt().expect("a day"),
            |rows| {
                let seat = rows
                    .seats
                    .iter_mut()
                    .find(|seat| seat.id == who(DISTRICT, Function::Head));
                seat.expect("listed").valid_to = Some(day());
            },
        ];
        for change in changes {
            assert_eq!(told(&returned(elsewhere), change), staff);
        }
    }

    #[test]
    fn the_custodian_is_told_what_became_of_the_work_of_a_dissolved_unit() {
        let returned = happening(Kind::ReportReturned, who(PROVINCE, Function::Head));
        let dissolved = |rows: &mut Rows| rows.units[3].dissolved_on = Some(day());
        assert_eq!(told(&returned, dissolved), vec![who(REGENCY, Function::Head)]);
        let with_its_keeper = |rows: &mut Rows| {
            dissolved(rows);
            rows.units[2].dissolved_on = Some(day());
        };
        let elsewhere = happening(Kind::ReportReturned, who(RI, Function::Head));
        assert_eq!(told(&elsewhere, with_its_keeper), vec![who(PROVINCE, Function::Head)]);
        let tomorrow = |rows: &mut Rows| rows.units[3].dissolved_on = day().succ_opt();
        assert_eq!(told(&returned, tomorrow), staff_and_head(DISTRICT));
        let submitted = Happening {
            reviewing: Some(Tier::KabupatenKota),
            ..happening(Kind::ReportSubmitted, who(DISTRICT, Function::Head))
        };
        assert_eq!(told(&submitted, with_its_keeper), vec![who(PROVINCE, Function::Head)]);
    }

    /// What makes the kecamatan's head its head.
    fn holding(rows: &mut Rows) -> &mut holder::Model {
        let mut holders = rows.holders.iter_mut();
        holders
            .find(|holder| holder.id == who(DISTRICT, Function::Head))
            .expect("listed")
    }

    #[test]
    fn who_works_for_a_unit_is_reminded_and_who_heads_the_one_above_hears_how_many_are_missing() {
        let by_nobody = |kind, unit| Happening {
            unit: Uuid::from_u128(unit),
            by: None,
            by_seat: None,
            ..happening(kind, Uuid::nil())
        };
        for kind in [Kind::ReportDueSoon, Kind::ReportOverdue] {
            assert_eq!(
                told(&by_nobody(kind, DISTRICT), |_rows| ()),
                staff_and_head(DISTRICT),
                "{kind:?}"
            );
        }
        let missing = |unit| told(&by_nobody(Kind::ReportsMissing, unit), |_rows| ());
        assert_eq!(
            missing(REGENCY),
            [who(REGENCY, Function::Head), who(REGENCY, Function::Coordinator)]
        );
        assert_eq!(missing(RI), [who(RI, Function::Head), who(RI, Function::Coordinator)]);
    }

    #[test]
    fn receivers_and_coordinators_are_told_of_a_handover() {
        let given = Happening {
            receivers: vec![who(RI, Function::Expert)],
            ..happening(Kind::ReportHandedOver, who(PROVINCE, Function::Head))
        };
        let expected = vec![who(RI, Function::Coordinator), who(RI, Function::Expert)];
        assert_eq!(told(&given, |_rows| ()), expected);
    }

    #[test]
    fn the_heads_of_units_that_are_asked_are_told() {
        for kind in [Kind::CycleOpened, Kind::CyclePassedOn] {
            let asked = Happening {
                unit: Uuid::from_u128(RI),
                asked: vec![Uuid::from_u128(PROVINCE), Uuid::from_u128(REGENCY)],
                ..happening(kind, who(RI, Function::Coordinator))
            };
            let heads = vec![who(PROVINCE, Function::Head), who(REGENCY, Function::Head)];
            assert_eq!(told(&asked, |_rows| ()), heads, "{kind:?}");
        }
        let excused = happening(Kind::ObligationExcused, who(REGENCY, Function::Head));
        assert_eq!(told(&excused, |_rows| ()), vec![who(DISTRICT, Function::Head)]);
    }

    #[test]
    fn what_is_done_to_somebody_is_told_to_them_whoever_did_it() {
        let head = who(DISTRICT, Function::Head);
        for kind in Kind::ALL.into_iter().filter(|kind| concerns_person(*kind)) {
            let by_oneself = Happening {
                by_seat: None,
                ..happening(kind, head)
            };
            assert_eq!(told(&by_oneself, |_rows| ()), vec![head], "{kind:?}");
            let deactivated = |rows: &mut Rows| rows.people.iter_mut().for_each(|person| person.active = false);
            assert_eq!(told(&by_oneself, deactivated), vec![head], "{kind:?}");
        }
    }

    #[test]
    fn the_tier_above_the_admin_is_told_of_a_recovery() {
        let head = who(DISTRICT, Function::Head);
        for kind in [Kind::ResetCodeIssued, Kind::SecondFactorReset] {
            let by = |unit| happening(kind, who(unit, Function::Admin));
            let admin = |unit| who(unit, Function::Admin);
            let mut above = vec![admin(PROVINCE), head];
            above.sort_unstable();
            assert_eq!(told(&by(REGENCY), |_rows| ()), above, "{kind:?}");
            let vacant = |rows: &mut Rows| rows.holders.retain(|holder| holder.id != admin(PROVINCE));
            assert_eq!(
                told(&by(REGENCY), vacant),
                vec![admin(RI), head],
                "the next above hears of it"
            );
            assert_eq!(told(&by(RI), |_rows| ()), vec![head], "there is no other ADMIN");
            let colleague = who(RI, Function::Observer);
            let two = |rows: &mut Rows| {
                let mut seats = rows.seats.iter_mut();
                seats.find(|seat| seat.id == colleague).expect("listed").function = Function::Admin;
            };
            assert_eq!(told(&by(RI), two), vec![colleague, head]);
        }
    }

    #[test]
    fn a_unit_is_told_of_findings_and_the_desk_that_raised_them_of_answers() {
        let clerk = who(REGENCY, Function::Staff);
        for kind in [Kind::FindingsRaised, Kind::FindingReopened, Kind::FindingDueSoon] {
            let told = told(&happening(kind, clerk), |_rows| ());
            assert_eq!(told, staff_and_head(DISTRICT), "{kind:?}");
        }
        let answered = Happening {
            desks: vec![Uuid::from_u128(REGENCY)],
            ..happening(Kind::FindingAnswered, who(DISTRICT, Function::Head))
        };
        assert_eq!(told(&answered, |_rows| ()), staff_and_head(REGENCY));
    }

    /// RI holds it; the province and the kabupaten are invited, and the kabupaten has not answered. Of the province its head comes
    /// instead of its staff, and the observer of the kecamatan speaks.
    fn at_event(kind: Kind, (unit, by): (u128, Uuid)) -> Happening {
        let delegate = |function: Function, expected: bool| Delegate {
            id: who(PROVINCE, function),
            unit: Uuid::from_u128(PROVINCE),
            account: who(PROVINCE, function),
            expected,
            certified: expected,
        };
        let reach = Reach {
            host: Some(Uuid::from_u128(RI)),
            invited: vec![Uuid::from_u128(PROVINCE), Uuid::from_u128(REGENCY)],
            silent: vec![Uuid::from_u128(REGENCY)],
            speakers: vec![who(DISTRICT, Function::Observer)],
            delegates: vec![delegate(Function::Staff, false), delegate(Function::Head, true)],
        };
        Happening {
            unit: Uuid::from_u128(unit),
            event: reach,
            ..happening(kind, by)
        }
    }

    #[test]
    fn an_event_is_told_to_whom_it_concerns() {
        let by = who(RI, Function::Head);
        let whole = |kind| told(&at_event(kind, (RI, by)), |_rows| ());
        let coordinator = |unit| who(unit, Function::Coordinator);
        let desk = |unit| [staff_and_head(unit), vec![coordinator(unit)]].concat();
        let invited = [desk(PROVINCE), desk(REGENCY)].concat();
        let speaker = who(DISTRICT, Function::Observer);
        for kind in [
            Kind::EventPublished,
            Kind::EventChanged,
            Kind::EventPostponed,
            Kind::EventCancelled,
        ] {
            assert_eq!(whole(kind), [invited.clone(), vec![speaker]].concat(), "{kind:?}");
        }
        for kind in [Kind::EventEnded, Kind::EventFinalised] {
            assert_eq!(whole(kind), invited, "{kind:?}");
        }
        assert_eq!(whole(Kind::EventStartsSoon), [who(PROVINCE, Function::Head), speaker]);
        assert_eq!(whole(Kind::ReplyDueSoon), desk(REGENCY));
        assert_eq!(whole(Kind::CertificatesIssued), [who(PROVINCE, Function::Head)]);
    }

    #[test]
    fn what_concerns_a_unit_at_an_event_is_told_to_it_and_what_it_says_to_the_host() {
        let coordinator = |unit| who(unit, Function::Coordinator);
        let desk = |unit| [staff_and_head(unit), vec![coordinator(unit)]].concat();
        let of_province = |kind, by| told(&at_event(kind, (PROVINCE, by)), |_rows| ());
        let by_host = who(RI, Function::Head);
        for kind in [
            Kind::UnitInvited,
            Kind::ExcuseGranted,
            Kind::ExcuseRefused,
            Kind::AttendanceVerified,
            Kind::AttendanceReturned,
            Kind::AttendanceCorrected,
            Kind::EventEvaluationIssued,
        ] {
            assert_eq!(of_province(kind, by_host), desk(PROVINCE), "{kind:?}");
        }
        let by_unit = who(PROVINCE, Function::Observer);
        for kind in [
            Kind::InvitationDeclined,
            Kind::AttendanceSubmitted,
            Kind::EventEvaluationAcknowledged,
            Kind::EventEvaluationObjectedTo,
        ] {
            assert_eq!(of_province(kind, by_unit), desk(RI), "{kind:?}");
        }
        for kind in [Kind::WalkInAdded, Kind::ExcuseAsked] {
            let deciding = [who(RI, Function::Head), coordinator(RI)];
            assert_eq!(of_province(kind, by_unit), deciding, "{kind:?}");
        }
        let named = of_province(Kind::DelegatesNamed, by_unit);
        assert_eq!(named, [who(PROVINCE, Function::Head)], "who comes, not who came before");
        let substituted = Happening {
            asked: vec![who(PROVINCE, Function::Staff), who(PROVINCE, Function::Head)],
            ..at_event(Kind::DelegateSubstituted, (PROVINCE, by_unit))
        };
        assert_eq!(
            told(&substituted, |_rows| ()),
            staff_and_head(PROVINCE),
            "both hear of it"
        );
    }

    /// The province gives it; the kabupaten entered one of its people, and so did the province for it.
    fn in_edition(kind: Kind, (unit, by): (u128, Uuid)) -> Happening {
        let reach = AwardReach {
            issuer: Some(Uuid::from_u128(PROVINCE)),
            tiers: vec![Tier::KabupatenKota],
            entrants: vec![Uuid::from_u128(REGENCY)],
            entered: vec![who(REGENCY, Function::Observer)],
            nominator: Some(Uuid::from_u128(PROVINCE)),
            person: Some(who(RI, Function::Expert)),
            honoured: (vec![Uuid::from_u128(REGENCY)], vec![who(REGENCY, Function::Admin)]),
        };
        Happening {
            unit: Uuid::from_u128(unit),
            award: reach,
            ..happening(kind, by)
        }
    }

    #[test]
    fn an_edition_of_awards_is_told_to_whom_it_concerns() {
        let by = who(PROVINCE, Function::Staff);
        let coordinator = |unit| who(unit, Function::Coordinator);
        let sorted = |mut people: Vec<Uuid>| {
            people.sort_unstable();
            people
        };
        let desk = |unit| [staff_and_head(unit), vec![coordinator(unit)]].concat();
        let whole = |kind| told(&in_edition(kind, (PROVINCE, by)), |_rows| ());
        assert_eq!(whole(Kind::AwardNominationsOpened), [who(REGENCY, Function::Head)]);
        for kind in [Kind::AwardVoided, Kind::AwardAnnounced] {
            let entered = vec![who(REGENCY, Function::Observer)];
            assert_eq!(whole(kind), sorted([desk(REGENCY), entered].concat()), "{kind:?}");
        }
        let honoured = sorted([desk(REGENCY), vec![who(REGENCY, Function::Admin)]].concat());
        assert_eq!(whole(Kind::AwardCertificatesIssued), honoured);
        let of_regency = |kind| told(&in_edition(kind, (REGENCY, by)), |_rows| ());
        let deciding = [who(PROVINCE, Function::Head), coordinator(PROVINCE)];
        for kind in [
            Kind::AwardEntrySubmitted,
            Kind::AwardObjectedTo,
            Kind::AwardRevocationProposed,
        ] {
            assert_eq!(of_regency(kind), deciding, "{kind:?}");
        }
        for kind in [
            Kind::AwardEntryReturned,
            Kind::AwardEntryVerified,
            Kind::AwardEntryRejected,
            Kind::AwardEntryDisqualified,
        ] {
            let nominator = deciding.to_vec();
            assert_eq!(
                of_regency(kind),
                sorted([nominator, desk(REGENCY)].concat()),
                "{kind:?}"
            );
        }
        for kind in [Kind::AwardObjectionUpheld, Kind::AwardObjectionRejected] {
            assert_eq!(of_regency(kind), desk(REGENCY), "{kind:?}");
        }
        let person = who(RI, Function::Expert);
        for kind in [Kind::AwardJurorAppointed, Kind::AwardSheetReopened] {
            assert_eq!(of_regency(kind), [person], "{kind:?}");
        }
        assert_eq!(
            of_regency(Kind::AwardRevoked),
            sorted([vec![person], desk(REGENCY)].concat())
        );
    }

    #[test]
    fn the_other_admins_of_ri_are_told_of_a_proposed_erasure() {
        let proposed = |by| happening(Kind::ErasureProposed, by);
        let colleague = who(RI, Function::Observer);
        let two = |rows: &mut Rows| {
            let mut seats = rows.seats.iter_mut();
            seats.find(|seat| seat.id == colleague).expect("listed").function = Function::Admin;
        };
        assert_eq!(told(&proposed(who(RI, Function::Admin)), two), vec![colleague]);
    }
}
