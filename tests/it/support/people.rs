//! People and seats beside those of the demo, written into the tables as another process would: the server under test is
//! not told, it has to notice.
use chrono::NaiveDate;
use entity::{
    account,
    enums::{Function, Position},
    holder, seat,
};
use jenjang::{clock::new_id, graphql::id::Kind, territory};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use super::app::TestApp;

/// Since when, until when and how somebody holds a seat.
#[derive(Clone, Copy, Debug)]
pub struct Tenure {
    pub acting: bool,
    pub from: NaiveDate,
    /// The first day it is over.
    pub to: Option<NaiveDate>,
}

impl Tenure {
    /// For good, since before anything in the tests happens.
    pub const SETTLED: Self = Self {
        acting: false,
        from: day(2024, 5, 25),
        to: None,
    };
}

pub const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

impl TestApp {
    /// Changes rows of the directory and bumps its version, as every command that changes it does.
    pub async fn change_directory(&self, change: impl AsyncFnOnce(&DatabaseTransaction)) {
        let transaction = self.services.db.begin().await.unwrap();
        change(transaction.connection()).await;
        territory::seed::bump(transaction.connection()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// Takes the newest directory over, as the server does by itself twice a second.
    pub async fn reload_directory(&self) {
        let newest = territory::query::load(self.services.db.reader()).await.unwrap();
        self.services.directory.replace(newest);
    }

    /// The unit of a region today.
    pub fn unit(&self, code: &str) -> Uuid {
        let directory = self.services.directory.load();
        let unit = directory.unit_by_code(code, self.services.clock.today());
        unit.unwrap_or_else(|| panic!("no unit {code}")).id
    }

    /// The account of a sign-in.
    pub async fn account(&self, name: &str) -> account::Model {
        let found = account::Entity::find()
            .filter(account::Column::EmailKey.eq(format!("{name}@demo.jenjang.id")))
            .one(self.services.db.reader());
        found.await.unwrap().unwrap_or_else(|| panic!("no account {name}"))
    }

    /// The account of an id, whatever it is called now.
    pub async fn account_by_id(&self, id: Uuid) -> account::Model {
        let found = account::Entity::find_by_id(id).one(self.services.db.reader());
        found.await.unwrap().unwrap_or_else(|| panic!("no account {id}"))
    }

    /// The one seat somebody holds.
    pub async fn seat_of(&self, name: &str) -> Uuid {
        let account = self.account(name).await;
        let held = holder::Entity::find()
            .filter(holder::Column::AccountId.eq(account.id))
            .all(self.services.db.reader())
            .await
            .unwrap();
        assert_eq!(held.len(), 1, "{name} sits in one seat");
        held[0].seat_id
    }

    /// Makes an account with the password of all; it holds no seat yet.
    pub async fn hires(&self, name: &str) {
        let now = self.services.clock.now();
        let email = format!("{name}@demo.jenjang.id");
        let account = account::Model {
            id: new_id(now),
            email_key: email.clone(),
            email,
            name: format!("Pegawai {name}"),
            ..self.account("admin.ri").await
        };
        self.change_directory(async |connection| {
            account.into_active_model().insert(connection).await.unwrap();
        })
        .await;
    }

    /// Makes another seat in a unit.
    pub async fn makes_seat(&self, code: &str, function: Function) -> Uuid {
        let id = new_id(self.services.clock.now());
        let unit = self.unit(code);
        let seat = seat::Model {
            id,
            unit_id: unit,
            position: Position::Other,
            function,
            local_title: format!("{function:?} {code}"),
            division_name: None,
            valid_from: None,
            valid_to: None,
            custodian: false,
        };
        self.change_directory(async |connection| {
            seat.into_active_model().insert(connection).await.unwrap();
        })
        .await;
        id
    }

    /// Puts somebody into a seat.
    pub async fn appoints(&self, name: &str, seat: Uuid, tenure: Tenure) {
        let holder = holder::Model {
            id: new_id(self.services.clock.now()),
            seat_id: seat,
            account_id: self.account(name).await.id,
            acting: tenure.acting,
            valid_from: tenure.from,
            valid_to: tenure.to,
        };
        self.change_directory(async |connection| {
            holder.into_active_model().insert(connection).await.unwrap();
        })
        .await;
    }

    /// Seats one more person in a unit for good, signing in as `name`; the server knows.
    pub async fn seats(&self, name: &str, code: &str, function: Function) {
        self.hires(name).await;
        let seat = self.makes_seat(code, function).await;
        self.appoints(name, seat, Tenure::SETTLED).await;
        self.reload_directory().await;
    }

    /// Ends whatever somebody holds: today is the first day without.
    pub async fn dismisses(&self, name: &str) {
        let account = self.account(name).await.id;
        let today = self.services.clock.today();
        self.change_directory(async |connection| {
            holder::Entity::update_many()
                .col_expr(holder::Column::ValidTo, Expr::value(today))
                .filter(holder::Column::AccountId.eq(account))
                .exec(connection)
                .await
                .unwrap();
        })
        .await;
    }

    /// Closes somebody's account.
    pub async fn deactivates(&self, name: &str) {
        let account = self.account(name).await.id;
        let now = self.services.clock.now();
        self.change_directory(async |connection| {
            account::Entity::update_many()
                .col_expr(account::Column::DeactivatedAt, Expr::value(now))
                .filter(account::Column::Id.eq(account))
                .exec(connection)
                .await
                .unwrap();
        })
        .await;
    }

    /// New people, each in a seat of their own and ready to sign in: `head.35`, `observer.35`, …
    pub async fn employs(&self, people: &[(&str, &str, Function)]) {
        for (name, code, function) in people {
            self.hires(name).await;
            let seat = self.makes_seat(code, *function).await;
            self.appoints(name, seat, Tenure::SETTLED).await;
        }
        self.reload_directory().await;
    }

    /// A well-formed id of something that does not exist.
    pub fn absent(&self, kind: Kind) -> String {
        kind.id(new_id(self.services.clock.now())).to_string()
    }
}
