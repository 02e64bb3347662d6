//! Lists of those who hold, held or are to hold seats.
use chrono::NaiveDate;
use entity::holder;
use serde::{Serialize, de::DeserializeOwned};

use super::seat::SeatHolder;
use crate::{
    connection,
    error::Error,
    graphql::page::{Arguments, Known},
    session::Actor,
};

connection!(
    SeatHolderConnection,
    SeatHolderEdge,
    SeatHolder,
    Known,
    "holders of seats"
);

impl SeatHolderConnection {
    /// Those the actor may know, by seat in the order the seats were made. The day is part of the cursor.
    pub(super) fn by_seat(
        actor: &Actor,
        holders: Vec<&holder::Model>,
        on: Option<NaiveDate>,
        arguments: &Arguments,
    ) -> Result<Self, Error> {
        let list = on.map_or_else(|| "holders".to_owned(), |day| format!("holders:{day}"));
        let key = |holder: &holder::Model| (holder.seat_id, holder.id);
        Self::sorted(actor, holders, (&list, false), key, arguments)
    }

    /// Those the actor may know, who began last first.
    ///
    /// # Errors
    /// `BadInput` for the arguments.
    pub fn newest_first(actor: &Actor, holders: Vec<&holder::Model>, arguments: &Arguments) -> Result<Self, Error> {
        let key = |holder: &holder::Model| (holder.valid_from, holder.id);
        Self::sorted(actor, holders, ("tenures", true), key, arguments)
    }

    fn sorted<K: Ord + Serialize + DeserializeOwned + Clone + Send + Sync + 'static>(
        actor: &Actor,
        holders: Vec<&holder::Model>,
        (list, descending): (&str, bool),
        key: impl Fn(&holder::Model) -> K,
        arguments: &Arguments,
    ) -> Result<Self, Error> {
        let holders = holders.into_iter();
        let visible = holders.filter_map(|row| SeatHolder::visible_to(actor, row));
        let key = |holder: &SeatHolder| key(holder.row());
        let (page, total) = arguments.page_of(list, visible, key, descending)?;
        Ok(Self::new(page, total))
    }
}
