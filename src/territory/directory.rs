//! The directory: every region, unit, seat, holder and account name, in memory, immutable, at one version.
//!
//! A change commits with a new version of the `directory` pulse. Reads use the snapshot the process has, at most half a
//! second old; a write confirms the version inside its own transaction (`command`), so none is decided by an old tree.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use entity::{
    access_token, account,
    enums::{Function, RegionKind, Tier},
    holder, region, region_edition, region_past, seat,
};
use uuid::Uuid;

use super::{
    history::History,
    programs::{Program, Programs},
    reference,
    regions::Regions,
    tree::{Tree, Unit},
};
use crate::authz::ActingSeat;

/// What of an account others may come to see.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub active: bool,
    /// Only the marker of somebody whose data was erased.
    pub erased: bool,
}

/// A seat in somebody's hands.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'a> {
    pub holder: &'a holder::Model,
    pub seat: &'a seat::Model,
    pub unit: &'a Unit,
}

/// One state of the directory.
#[derive(Debug)]
pub struct Directory {
    /// The version of the pulse it was read at.
    pub version: i64,
    /// The tree in force today.
    pub tree: Tree,
    /// What was, and what is decided to be.
    pub history: History,
    /// Every region with what it was.
    pub places: Regions,
    /// The editions of the list of regions, the oldest first.
    editions: Vec<region_edition::Model>,
    units_by_code: HashMap<String, Vec<Uuid>>,
    seats: HashMap<Uuid, seat::Model>,
    seats_by_unit: HashMap<Uuid, Vec<Uuid>>,
    holders_by_seat: HashMap<Uuid, Vec<holder::Model>>,
    seats_by_account: HashMap<Uuid, Vec<Uuid>>,
    seat_by_holder: HashMap<Uuid, Uuid>,
    people: HashMap<Uuid, Person>,
    /// What acts for a unit without being a person.
    pub programs: Programs,
}

/// The rows a directory is made of.
pub struct Rows {
    pub version: i64,
    pub regions: Vec<region::Model>,
    pub regions_past: Vec<region_past::Model>,
    pub editions: Vec<region_edition::Model>,
    pub units: Vec<entity::unit::Model>,
    pub facts: Vec<entity::unit_fact::Model>,
    pub seats: Vec<seat::Model>,
    pub holders: Vec<holder::Model>,
    pub people: Vec<Person>,
    pub programs: Vec<Program>,
    pub tokens: Vec<access_token::Model>,
}

impl Directory {
    /// Lays the rows out.
    ///
    /// # Errors
    /// [`super::tree::Malformed`] when the units are not one tree.
    pub fn new(rows: Rows) -> Result<Self, super::tree::Malformed> {
        let Rows {
            version,
            regions,
            regions_past,
            mut editions,
            units,
            facts,
            seats,
            mut holders,
            people,
            programs,
            tokens,
        } = rows;
        holders.sort_by_key(|holder| holder.id);
        editions.sort_by_key(|edition| edition.id);
        let places = Regions::new(regions, regions_past);
        let code_of = |region: Option<Uuid>| {
            let region = region.and_then(|id| places.get(id));
            region.map_or_else(|| "RI".to_owned(), |region| region.code.clone())
        };
        let history = History::new(&units, facts);
        let tree = Tree::new(
            units
                .into_iter()
                .map(|unit| with_code(code_of(unit.region_id), unit))
                .collect(),
        )?;
        let mut directory = Self {
            version,
            units_by_code: HashMap::new(),
            seats_by_unit: HashMap::new(),
            holders_by_seat: HashMap::new(),
            seats_by_account: HashMap::new(),
            seat_by_holder: HashMap::new(),
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            seats: HashMap::new(),
            programs: Programs::new(programs, tokens),
            tree,
            history,
            places,
            editions,
        };
        for unit in directory.tree.all() {
            directory
                .units_by_code
                .entry(unit.code.clone())
                .or_default()
                .push(unit.id);
        }
        for seat in seats {
            directory.seats_by_unit.entry(seat.unit_id).or_default().push(seat.id);
            directory.seats.insert(seat.id, seat);
        }
        for holder in holders {
            directory.seat_by_holder.insert(holder.id, holder.seat_id);
            directory
                .seats_by_account
                .entry(holder.account_id)
                .or_default()
                .push(holder.seat_id);
            directory
                .holders_by_seat
                .entry(holder.seat_id)
                .or_default()
                .push(holder);
        }
        Ok(directory)
    }

    /// Every region ever listed, as it is in force or was last, by code.
    #[must_use]
    pub fn regions(&self) -> &[region::Model] {
        self.places.all()
    }

    #[must_use]
    pub fn region(&self, id: Uuid) -> Option<&region::Model> {
        self.places.get(id)
    }

    /// The code of a region on a day: before it was listed its first, after it ended its last.
    #[must_use]
    pub fn code_on(&self, region: Uuid, day: NaiveDate) -> Option<&str> {
        self.places.nearest(region, day).map(|state| state.code)
    }

    /// The editions of the list of regions, the oldest first.
    #[must_use]
    pub fn editions(&self) -> &[region_edition::Model] {
        &self.editions
    }

    #[must_use]
    pub fn edition(&self, id: Uuid) -> Option<&region_edition::Model> {
        self.editions.iter().find(|edition| edition.id == id)
    }

    /// The unit of a region as of a day: of several bodies the one that exists then, else one that is yet to be formed;
    /// rather the permanent one than one for an election.
    #[must_use]
    pub fn unit_by_code(&self, code: &str, day: NaiveDate) -> Option<&Unit> {
        let units = self.units_by_code.get(code)?.iter().filter_map(|&id| self.tree.get(id));
        let units = units.filter(|unit| !unit.is_undone());
        let gone = |unit: &Unit| unit.dissolved_on.is_some_and(|end| end <= day);
        let exists = |unit: &Unit| is_valid(day, unit.formed_on, unit.dissolved_on);
        // Its code may have been given to another region since that of a unit ended.
        let ended = |unit: &Unit| {
            let region = unit.region.and_then(|region| self.region(region));
            region.is_some_and(|region| region.valid_to.is_some())
        };
        units.min_by_key(|unit| {
            (
                !exists(unit),
                gone(unit),
                ended(unit),
                unit.ad_hoc,
                unit.dissolved_on.is_some(),
                unit.formed_on,
                unit.id,
            )
        })
    }

    #[must_use]
    pub fn seat(&self, id: Uuid) -> Option<&seat::Model> {
        self.seats.get(&id)
    }

    /// The seats of a unit that exist on a day, in the order they were made.
    #[must_use]
    pub fn seats_of(&self, unit: Uuid, day: NaiveDate) -> Vec<&seat::Model> {
        let ids = self.seats_by_unit.get(&unit).into_iter().flatten();
        let mut seats: Vec<_> = ids
            .filter_map(|id| self.seats.get(id))
            .filter(|seat| is_valid(day, seat.valid_from, seat.valid_to))
            .collect();
        seats.sort_by_key(|seat| seat.id);
        seats
    }

    /// Who holds a seat on a day; more than one while somebody acts for its holder.
    #[must_use]
    pub fn holders_of(&self, seat: Uuid, day: NaiveDate) -> Vec<&holder::Model> {
        let holders = self.holders_by_seat.get(&seat).into_iter().flatten();
        holders
            .filter(|holder| is_valid(day, Some(holder.valid_from), holder.valid_to))
            .collect()
    }

    #[must_use]
    pub fn person(&self, account: Uuid) -> Option<&Person> {
        self.people.get(&account)
    }

    /// A seat with its unit.
    #[must_use]
    pub fn seat_with_unit(&self, id: Uuid) -> Option<(&seat::Model, &Unit)> {
        let seat = self.seat(id)?;
        Some((seat, self.tree.get(seat.unit_id)?))
    }

    /// What a person holds on a day or is to hold after it, in units that exist then or later.
    #[must_use]
    pub fn holdings(&self, account: Uuid, day: NaiveDate) -> Vec<Holding<'_>> {
        let lasts = |end: Option<NaiveDate>| end.is_none_or(|end| day < end);
        let seats = self.seats_by_account.get(&account).into_iter().flatten();
        let mut holdings: Vec<Holding<'_>> = seats
            .filter_map(|id| self.seats.get(id))
            .filter(|seat| lasts(seat.valid_to))
            .filter_map(|seat| Some((seat, self.tree.get(seat.unit_id)?)))
            .filter(|(_seat, unit)| lasts(unit.dissolved_on))
            .flat_map(|(seat, unit)| {
                let holders = self.holders_by_seat.get(&seat.id).into_iter().flatten();
                let held = holders.filter(|holder| holder.account_id == account && lasts(holder.valid_to));
                held.map(move |holder| Holding { holder, seat, unit })
            })
            .collect();
        holdings.sort_by_key(|holding| holding.holder.id);
        holdings.dedup_by_key(|holding| holding.holder.id);
        holdings
    }

    /// Every seat a unit ever had.
    #[must_use]
    pub fn seats_ever(&self, unit: Uuid) -> &[Uuid] {
        self.seats_by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// Everybody with an account.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Everybody who ever held a seat, in the order they were appointed.
    #[must_use]
    pub fn holders_ever(&self, seat: Uuid) -> &[holder::Model] {
        self.holders_by_seat.get(&seat).map_or(&[], Vec::as_slice)
    }

    /// Who held or holds or is to hold a seat, by the id of that.
    #[must_use]
    pub fn holder(&self, id: Uuid) -> Option<&holder::Model> {
        let seat = self.seat_by_holder.get(&id)?;
        self.holders_ever(*seat).iter().find(|holder| holder.id == id)
    }

    /// Everything a person ever held, holds or is to hold, in the order of the appointments.
    #[must_use]
    pub fn tenures_of(&self, account: Uuid) -> Vec<&holder::Model> {
        let seats = self.seats_by_account.get(&account).into_iter().flatten();
        let mut tenures: Vec<_> = seats
            .flat_map(|seat| self.holders_ever(*seat))
            .filter(|holder| holder.account_id == account)
            .collect();
        tenures.sort_by_key(|holder| holder.id);
        // Whoever held a seat twice is listed with it twice.
        tenures.dedup_by_key(|holder| holder.id);
        tenures
    }

    /// Every seat of every unit, in no order.
    pub fn seats(&self) -> impl Iterator<Item = &seat::Model> {
        self.seats.values()
    }

    /// Whether nobody holds a seat in earnest on a day; who only acts for a holder does not fill it. None where the seat
    /// does not exist on that day.
    #[must_use]
    pub fn is_vacant(&self, seat: Uuid, day: NaiveDate) -> Option<bool> {
        self.seat(seat)
            .filter(|seat| is_valid(day, seat.valid_from, seat.valid_to))?;
        Some(self.holders_of(seat, day).iter().all(|holder| holder.acting))
    }

    /// The units a person has, had or is to have a seat in.
    pub fn units_ever_of(&self, account: Uuid) -> impl Iterator<Item = Uuid> + '_ {
        let seats = self.seats_by_account.get(&account).into_iter().flatten();
        seats.filter_map(|seat| self.seat(*seat)).map(|seat| seat.unit_id)
    }

    /// Whether two persons hold, or one of them ever held, the seat of the other.
    #[must_use]
    pub fn are_seat_mates(&self, one: Uuid, other: Uuid) -> bool {
        let seats = self.seats_by_account.get(&one).into_iter().flatten();
        let mut holders = seats.filter_map(|seat| self.holders_by_seat.get(seat)).flatten();
        one != other && holders.any(|holder| holder.account_id == other)
    }

    /// The units a person sits in on a day.
    pub fn units_of<'a>(&'a self, account: Uuid, day: NaiveDate) -> impl Iterator<Item = Uuid> + 'a {
        self.acting_seats(account, day).into_iter().map(|seat| seat.unit)
    }

    /// The seats a person may act from on a day: held, existing, of a unit that exists.
    #[must_use]
    pub fn acting_seats(&self, account: Uuid, day: NaiveDate) -> Vec<ActingSeat> {
        let mut acting: Vec<ActingSeat> = Vec::new();
        for id in self.seats_by_account.get(&account).into_iter().flatten() {
            let Some(seat) = self
                .seats
                .get(id)
                .filter(|seat| is_valid(day, seat.valid_from, seat.valid_to))
            else {
                continue;
            };
            let Some(unit) = self
                .tree
                .get(seat.unit_id)
                .filter(|unit| is_valid(day, unit.formed_on, unit.dissolved_on))
            else {
                continue;
            };
            // They decide for the country: such a seat anywhere else means nothing.
            if matches!(seat.function, Function::Coordinator | Function::Expert) && unit.tier != Tier::Ri {
                continue;
            }
            let holds = self
                .holders_of(seat.id, day)
                .iter()
                .any(|holder| holder.account_id == account);
            if holds && !acting.iter().any(|known| known.seat == seat.id) {
                acting.push(ActingSeat {
                    seat: seat.id,
                    unit: unit.id,
                    tier: unit.tier,
                    function: seat.function,
                });
            }
        }
        acting.sort_by_key(|seat| seat.seat);
        acting
    }
}

fn with_code(code: String, unit: entity::unit::Model) -> Unit {
    Unit {
        id: unit.id,
        region: unit.region_id,
        code,
        body_kind: unit.body_kind,
        tier: unit.tier,
        name: unit.name,
        parent: unit.parent_id,
        acting_superior: unit.acting_superior_id,
        time_zone: unit.time_zone,
        formed_on: unit.formed_on,
        dissolved_on: unit.dissolved_on,
        ad_hoc: unit.ad_hoc,
        version: unit.version,
    }
}

impl From<account::Model> for Person {
    fn from(account: account::Model) -> Self {
        Self {
            id: account.id,
            name: account.name,
            email: account.email,
            active: account.deactivated_at.is_none(),
            erased: account.erased_at.is_some(),
        }
    }
}

/// Whether a day lies within `from..to`; an open end is no bound.
#[must_use]
pub fn is_valid(day: NaiveDate, from: Option<NaiveDate>, to: Option<NaiveDate>) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
}

/// The tier a kind of region belongs to.
#[must_use]
pub fn tier_of(kind: RegionKind) -> Tier {
    match kind {
        RegionKind::Provinsi => Tier::Provinsi,
        RegionKind::Kabupaten | RegionKind::Kota | RegionKind::KabupatenAdministrasi | RegionKind::KotaAdministrasi => {
            Tier::KabupatenKota
        }
        RegionKind::Kecamatan | RegionKind::Distrik => Tier::Kecamatan,
    }
}

/// The display name of a region: "Kota Bekasi".
#[must_use]
pub fn display_name(region: &region::Model) -> String {
    reference::display_name(region.kind, &region.name)
}

/// The snapshot in force, swapped whole.
pub struct Current {
    directory: ArcSwap<Directory>,
    /// The version and the day last found to need no settling.
    settled: Mutex<Option<(i64, NaiveDate)>>,
}

impl Current {
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        Self {
            directory: ArcSwap::from_pointee(directory),
            settled: Mutex::new(None),
        }
    }

    /// The snapshot in force: take it once per request, so that one request sees one tree.
    #[must_use]
    pub fn load(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// Whether the tree of a version was found to be that of a day.
    #[must_use]
    pub fn is_settled(&self, seen: (i64, NaiveDate)) -> bool {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) == Some(seen)
    }

    /// Remembers that the tree of a version is that of a day.
    pub fn mark_settled(&self, seen: (i64, NaiveDate)) {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }

    /// Puts a newer snapshot in force; an older one is dropped.
    pub fn replace(&self, directory: Directory) -> Arc<Directory> {
        let newer = Arc::new(directory);
        self.directory.rcu(|current| {
            if current.version <= newer.version {
                Arc::clone(&newer)
            } else {
                Arc::clone(current)
            }
        });
        self.load()
    }
}

/// Whether two spans of days have one in common; an open end is no bound.
#[must_use]
pub fn overlap(one: (NaiveDate, Option<NaiveDate>), other: (NaiveDate, Option<NaiveDate>)) -> bool {
    one.1.is_none_or(|end| other.0 < end) && other.1.is_none_or(|end| one.0 < end)
}
