//! What editions of awards told by commands have in common, in the demo and in the sample: RI gives them, one person computes them and
//! another ratifies.
use entity::{
    award, award_category,
    award_category::{Criteria, Criterion, Eligibility, Source, TieBreaks},
    award_edition, award_entry, award_panel,
    enums::{AwardPanelStatus, AwardRecipient, AwardScheme, Tier},
    review_assignment,
    rubric::Score,
};
use uuid::Uuid;

use crate::{
    award::{
        arranging::{self, Create},
        computing::{
            announcing::{self, Announce},
            listing::{self, Ratify},
            query as computed,
        },
        draft::{Category, Plan},
        entry::{
            nominating::{self, Nominate},
            settling,
            work::Work,
        },
        honour::{
            certifying,
            revoking::{self, Revoke},
        },
        judging::{
            appointing::{self, Appoint},
            closing::{self, Close},
            opening, query as juries,
            scoring::{self, Complete, Save},
        },
        query,
        running::{self, Advance},
        workflow::{EntryStep, Step},
    },
    error::Error,
    legal_basis::LegalBasis,
    meeting::Offices,
    proposal::service::{self as proposals, Decide},
    session::Session,
};

/// Who commands the editions of RI.
pub(crate) const HOST: &str = "coordinator.ri";

/// Who ratifies what the host computed, and confirms what the host would revoke.
pub(crate) const SECOND: &str = "coordinator2.ri";

/// A category for units that jurors judge by a rubric, one winner and one who is named after it.
pub(crate) fn judged(title: &str, tier: Tier, rubric: Uuid) -> Category {
    Category {
        id: None,
        title: title.to_owned(),
        description: None,
        recipient: AwardRecipient::Unit,
        tier,
        scheme: AwardScheme::Single,
        places: 1,
        nominees: 1,
        shortlist: None,
        criteria: Criteria(vec![criterion("juri", "Penilaian juri", 1, Source::Rubric { rubric })]),
        tie_breaks: TieBreaks(vec!["juri".to_owned()]),
        eligibility: Eligibility::default(),
        sheets_minimum: 1,
        calibration_minimum: None,
        outlier_points: None,
    }
}

/// One thing an entry is judged by.
pub(crate) fn criterion(key: &str, title: &str, weight: i32, source: Source) -> Criterion {
    Criterion {
        key: key.to_owned(),
        title: title.to_owned(),
        weight,
        source,
    }
}

/// Scores that come to more for a higher `quality`, whatever the criteria weigh: all of them begin with `least`, and each step
/// raises one.
pub(crate) fn scores(criteria: &[(&str, i32)], quality: usize) -> Vec<(String, Score)> {
    let score = |(place, (key, least)): (usize, &(&str, i32))| {
        let raised = (quality + place) / criteria.len();
        let score = Score {
            score: Some(least + i32::try_from(raised).unwrap_or_default()),
            comment: "Tampak dari bukti yang disertakan.".to_owned(),
        };
        ((*key).to_owned(), score)
    };
    criteria.iter().enumerate().map(score).collect()
}

/// Who is entered, for what.
#[derive(Clone, Copy, Default)]
pub(crate) struct Entrant<'e> {
    /// A person without an account, or an outsider.
    pub name: Option<&'e str>,
    pub title: &'e str,
    pub statement: &'e str,
}

/// An edition with who commands it. Every command is asked as a frontend would ask for it.
pub(crate) struct Awarding<'a> {
    pub offices: Offices<'a>,
    pub host: Session,
    pub edition: award_edition::Model,
    /// In their order.
    pub categories: Vec<award_category::Model>,
}

impl<'a> Awarding<'a> {
    /// Drafts an edition of RI, publishes its rules and takes entries.
    pub async fn opened(offices: Offices<'a>, plan: Plan) -> Result<Self, Error> {
        let host = offices.sign_in(HOST).await?;
        let edition = arranging::create(&host, "", Create { plan, seat: None }).await?;
        let categories = query::categories(offices.app.services.db.reader(), &[edition.id]).await?;
        let mut opened = Self {
            offices,
            host,
            edition,
            categories,
        };
        opened.edition = running::publish_rules(&opened.host, "", opened.asked()).await?;
        opened.edition = running::advance(&opened.host, "", Step::OpenNominations, opened.asked()).await?;
        Ok(opened)
    }

    /// The host comes back on another day.
    pub async fn returns(&mut self) -> Result<(), Error> {
        self.host = self.offices.sign_in(HOST).await?;
        Ok(())
    }

    /// What the edition is taken one step on by.
    fn asked(&self) -> Advance {
        Advance {
            edition: self.edition.id,
            expected_version: self.edition.version,
            reason: None,
            seat: None,
        }
    }

    /// The category at a place.
    pub fn category(&self, place: usize) -> Result<Uuid, Error> {
        let category = self.categories.get(place);
        category
            .map(|category| category.id)
            .ok_or_else(|| Error::internal(format!("no category {place}")))
    }

    /// A head enters the own unit, or somebody of it, and submits that.
    pub async fn entered(
        &self,
        head: &Session,
        category: usize,
        entrant: Entrant<'_>,
    ) -> Result<award_entry::Model, Error> {
        let nominate = Nominate {
            category: self.category(category)?,
            unit: None,
            account: None,
            name: entrant.name.map(str::to_owned),
            work: Work {
                title: Some(entrant.title.to_owned()),
                statement: Some(entrant.statement.to_owned()),
                ..Work::default()
            },
            seat: None,
        };
        let entry = nominating::nominate(head, "", nominate).await?;
        settling::submit(head, "", of_entry(&entry)).await
    }

    /// The tier above finds an entry eligible.
    pub async fn verified(&self, above: &Session, entry: &award_entry::Model) -> Result<(), Error> {
        let verified = settling::advance(above, "", EntryStep::Verify, of_entry(entry)).await;
        verified.map(drop)
    }

    /// No entry is taken any more, and the first juries begin.
    pub async fn judging_opened(&mut self) -> Result<(), Error> {
        self.returns().await?;
        self.edition = running::advance(&self.host, "", Step::CloseNominations, self.asked()).await?;
        self.next_round().await
    }

    /// The next juries begin.
    pub async fn next_round(&mut self) -> Result<(), Error> {
        self.edition = opening::open(&self.host, "", self.asked()).await?;
        Ok(())
    }

    /// The jury of a unit that is at work in a category.
    pub async fn panel(&self, unit: Uuid, category: usize) -> Result<award_panel::Model, Error> {
        let category = self.category(category)?;
        let panels = juries::of_edition(self.offices.app.services.db.reader(), self.edition.id).await?;
        let mut panels = panels.into_iter();
        let open = panels.find(|panel| {
            (panel.unit_id, panel.category_id) == (unit, category) && panel.status == AwardPanelStatus::Open
        });
        open.ok_or_else(|| Error::internal("no jury is at work"))
    }

    /// Who chairs a jury appoints jurors.
    pub async fn appointed(
        &self,
        chair: &Session,
        panel: &award_panel::Model,
        jurors: &[&Session],
    ) -> Result<award_panel::Model, Error> {
        let appoint = Appoint {
            panel: panel.id,
            expected_version: panel.version,
            jurors: jurors.iter().map(|juror| seat(juror)).collect::<Result<_, Error>>()?,
            seat: None,
        };
        appointing::appoint(chair, "", appoint).await
    }

    /// What a juror has left to judge in a jury, each with its entry, by the codes of their units.
    pub async fn scorings(
        &self,
        panel: &award_panel::Model,
        juror: &Session,
    ) -> Result<Vec<(review_assignment::Model, award_entry::Model)>, Error> {
        let reader = self.offices.app.services.db.reader();
        let candidates = juries::candidates(reader, panel.id, false).await?;
        let ids: Vec<Uuid> = candidates.iter().map(|(row, _entry)| row.id).collect();
        let mut live = juries::live_on_candidates(reader, &ids).await?;
        let mut own = Vec::new();
        for (candidate, entry) in candidates {
            let rows = live.remove(&candidate.id).unwrap_or_default();
            let row = rows.into_iter().find(|row| row.account_id == juror.actor.account);
            own.extend(row.map(|row| (row, entry)));
        }
        own.sort_by_key(|(_row, entry)| self.code(entry));
        Ok(own)
    }

    /// The code of the unit of an entry.
    pub fn code(&self, entry: &award_entry::Model) -> String {
        let tree = &self.host.actor.directory.tree;
        tree.get(entry.unit_id)
            .map(|unit| unit.code.clone())
            .unwrap_or_default()
    }

    /// A juror judges everything there is to judge.
    pub async fn scored(
        &self,
        panel: &award_panel::Model,
        juror: &Session,
        scores: impl Fn(&award_entry::Model) -> Vec<(String, Score)>,
    ) -> Result<(), Error> {
        for (row, entry) in self.scorings(panel, juror).await? {
            let save = Save {
                scoring: row.id,
                expected_version: row.version,
                scores: scores(&entry),
                comment: None,
                seat: None,
            };
            let saved = scoring::save(juror, "", save).await?;
            let complete = Complete {
                scoring: saved.id,
                expected_version: saved.version,
                seat: None,
            };
            scoring::complete(juror, "", complete).await?;
        }
        Ok(())
    }

    /// Who chairs a jury closes it.
    pub async fn closed(&self, chair: &Session, panel: &award_panel::Model) -> Result<(), Error> {
        let close = Close {
            panel: panel.id,
            expected_version: panel.version,
            seat: None,
        };
        closing::close(chair, "", close).await.map(drop)
    }

    /// The host computes the list, and the second coordinator ratifies it whole.
    pub async fn ratified(&mut self, letter: LegalBasis) -> Result<(), Error> {
        self.returns().await?;
        self.edition = listing::compute(&self.host, "", self.asked()).await?;
        let lists = computed::lists(self.offices.app.services.db.reader(), &[self.edition.id]).await?;
        let list = lists.into_iter().next_back();
        let ratify = Ratify {
            edition: self.edition.id,
            expected_version: self.edition.version,
            sha256: list.ok_or_else(|| Error::internal("nothing was computed"))?.sha256,
            letter: Some(letter),
            seat: None,
        };
        let second = self.offices.sign_in(SECOND).await?;
        self.edition = listing::ratify(&second, "", ratify).await?;
        Ok(())
    }

    /// Everybody is told, at an event or without, and everybody who was honoured gets a certificate.
    pub async fn announced(&mut self, event: Option<Uuid>) -> Result<(), Error> {
        self.returns().await?;
        let announce = Announce {
            edition: self.edition.id,
            expected_version: self.edition.version,
            event,
            seat: None,
        };
        self.edition = announcing::announce(&self.host, "", announce).await?;
        let issue = certifying::Issue {
            edition: self.edition.id,
            seat: None,
        };
        certifying::issue(&self.host, "", issue).await.map(drop)
    }

    /// Who was honoured.
    pub async fn honours(&self) -> Result<Vec<award::Model>, Error> {
        computed::awards(self.offices.app.services.db.reader(), self.edition.id).await
    }

    /// The host proposes that an award be revoked, and the second coordinator confirms it.
    pub async fn revoked(&mut self, award: &award::Model, reason: &str) -> Result<(), Error> {
        self.returns().await?;
        let revoke = Revoke {
            award: award.id,
            expected_version: award.version,
            reason: reason.to_owned(),
            seat: None,
        };
        let proposed = revoking::propose(&self.host, "", revoke).await?;
        let second = self.offices.sign_in(SECOND).await?;
        let decide = Decide {
            proposal: proposed.id,
            reason: None,
            seat: None,
        };
        proposals::confirm(&second, "", decide).await.map(drop)
    }

    /// The time for objections is over.
    pub async fn ended(&mut self) -> Result<(), Error> {
        self.returns().await?;
        self.edition = announcing::close(&self.host, "", self.asked()).await?;
        Ok(())
    }
}

fn of_entry(entry: &award_entry::Model) -> settling::Advance {
    settling::Advance {
        entry: entry.id,
        expected_version: entry.version,
        reason: None,
        seat: None,
    }
}

/// The one seat of an office.
fn seat(who: &Session) -> Result<Uuid, Error> {
    let seat = who.actor.seats.first();
    seat.map(|seat| seat.seat)
        .ok_or_else(|| Error::internal("a juror without a seat"))
}
