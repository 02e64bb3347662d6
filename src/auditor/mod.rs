//! Whether rows, leaves and chain are what they were: `jenjang audit`. It reads everything once, in pages, beside a running
//! server, and changes nothing.
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use entity::audit_leaf;
use sea_orm::DatabaseConnection;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::{
        SubjectType,
        chain::{self, BEGINNING, Head},
        commitment,
    },
    db::Db,
    error::Error,
};

mod query;
mod rows;
pub mod witness;

use rows::{Home, is_proved_by_the_row};
use witness::Witness;

/// What is wrong with what was found, or why it cannot be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A row or a leaf is not what it was.
    Altered,
    /// A row is gone that a leaf attests, or a leaf that has been in the chain.
    Missing,
    /// A row that no leaf attests.
    Unattested,
    /// A person was erased, and with the salt what proved the row. Nothing is wrong.
    Erased,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Altered => "ALTERED",
            Self::Missing => "MISSING",
            Self::Unattested => "UNATTESTED",
            Self::Erased => "ERASED",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub finding: Kind,
    /// The type of the audited row, as the leaf has it; None where no leaf is there to say.
    pub subject_type: Option<String>,
    pub subject: Option<Uuid>,
    /// The place of the leaf in the chain; of several that are gone, the first.
    pub position: Option<i64>,
    pub why: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<10}", self.finding.word())?;
        if let Some(subject_type) = &self.subject_type {
            write!(formatter, " {subject_type}")?;
        }
        if let Some(subject) = self.subject {
            write!(formatter, " {subject}")?;
        }
        if let Some(position) = self.position {
            write!(formatter, " position {position}")?;
        }
        write!(formatter, ": {}", self.why)
    }
}

/// What was looked at, and how much of each was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Leaves in the chain.
    pub linked: u64,
    /// Leaves the sequencer has not come to yet.
    pub unlinked: u64,
    /// Rows that are what their leaf says.
    pub proved: u64,
    /// Leaves of old forms, which the row cannot prove: the chain alone holds them.
    pub by_chain_alone: u64,
    pub erased: u64,
    pub altered: u64,
    pub missing: u64,
    pub unattested: u64,
}

impl Summary {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.altered + self.missing + self.unattested == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} leaves linked, {} not yet; {} proved, {} by the chain alone, {} erased; {} altered, {} missing, {} unattested",
            self.linked,
            self.unlinked,
            self.proved,
            self.by_chain_alone,
            self.erased,
            self.altered,
            self.missing,
            self.unattested
        )
    }
}

/// Looks at everything, tells each finding as it is made, and gives the counts. `witness` holds heads kept outside.
///
/// # Errors
/// The database's.
pub async fn verify(db: &Db, witness: Witness, tell: &mut dyn FnMut(&Finding)) -> Result<Summary, Error> {
    let mut verification = Verification {
        connection: db.reader(),
        erased: HashSet::new(),
        summary: Summary::default(),
        tell,
    };
    verification.chain(witness).await?;
    verification.what_waits().await?;
    verification.rows().await?;
    Ok(verification.summary)
}

/// Heads to be kept outside: one every so many positions, and the last there is. Tells each as it is read.
///
/// # Errors
/// The database's.
pub async fn heads(db: &Db, every: u32, mut tell: impl FnMut(Head)) -> Result<(), Error> {
    let connection = db.reader();
    let last = chain::sealed_head(connection).await?;
    let mut after = 0;
    loop {
        let leaves = query::linked_each(connection, after, i64::from(every.max(1))).await?;
        for leaf in &leaves {
            let head = chain::head(leaf)?;
            after = head.position;
            tell(head);
        }
        if leaves.is_empty() {
            break;
        }
    }
    if let Some(last) = last.filter(|last| last.position > after) {
        tell(last);
    }
    Ok(())
}

/// How long the chain is, and how many leaves wait.
///
/// # Errors
/// The database's.
pub async fn state(db: &Db) -> Result<(Option<Head>, u64), Error> {
    let head = chain::sealed_head(db.reader()).await?;
    Ok((head, query::unlinked_count(db.reader()).await?))
}

struct Verification<'a> {
    connection: &'a DatabaseConnection,
    /// The leaves that erasures list, as far as they were read.
    erased: HashSet<Uuid>,
    summary: Summary,
    tell: &'a mut dyn FnMut(&Finding),
}

/// How far a walk along the chain has come.
struct Walk {
    position: i64,
    /// What the leaf there may have left for the next: its link as it is kept, and as it should be. Empty after a gap,
    /// where nobody knows.
    links: Vec<Vec<u8>>,
}

impl Verification<'_> {
    fn found(&mut self, finding: Finding) {
        let count = match finding.finding {
            Kind::Altered => &mut self.summary.altered,
            Kind::Missing => &mut self.summary.missing,
            Kind::Unattested => &mut self.summary.unattested,
            Kind::Erased => &mut self.summary.erased,
        };
        *count += 1;
        (self.tell)(&finding);
    }

    fn found_of(&mut self, finding: Kind, leaf: &audit_leaf::Model, why: &str) {
        self.found(Finding {
            finding,
            subject_type: Some(leaf.subject_type.clone()),
            subject: Some(leaf.subject_id),
            position: leaf.position,
            why: why.to_owned(),
        });
    }

    fn found_at(&mut self, finding: Kind, position: Option<i64>, why: String) {
        self.found(Finding {
            finding,
            subject_type: None,
            subject: None,
            position,
            why,
        });
    }

    /// Walks along the chain from its beginning to its end, and looks at the row of each leaf on the way.
    async fn chain(&mut self, mut witness: Witness) -> Result<(), Error> {
        let mut walk = Walk {
            position: 0,
            links: vec![BEGINNING.to_vec()],
        };
        loop {
            let Some(leaves) = self.next_leaves(&mut walk).await? else {
                continue;
            };
            if leaves.is_empty() {
                // What is kept is read after what is there, and the other way round the sequencer's last page is between.
                let kept = query::kept_count(self.connection).await?;
                if query::next_position(self.connection, walk.position).await?.is_none() {
                    self.end(&walk, kept, witness);
                    return Ok(());
                }
                continue;
            }
            for leaf in &leaves {
                self.step(&mut walk, leaf, &mut witness)?;
            }
            self.rows_of(&leaves).await?;
        }
    }

    /// The next leaves of a walk; None where the next one could not be read and was passed over.
    async fn next_leaves(&mut self, walk: &mut Walk) -> Result<Option<Vec<audit_leaf::Model>>, Error> {
        let page = query::linked(self.connection, walk.position, query::PAGE).await;
        let Err(error) = page else { return page.map(Some) };
        // One of them is no leaf any more, or the database is away: one by one it is found out which.
        match query::linked(self.connection, walk.position, 1).await {
            Ok(leaves) => Ok(Some(leaves)),
            Err(_unreadable) => {
                let position = query::next_position(self.connection, walk.position).await?;
                let position = position.ok_or(error)?;
                self.gap(walk, position);
                self.found_at(Kind::Altered, Some(position), "the leaf cannot be read".to_owned());
                *walk = Walk {
                    position,
                    links: Vec::new(),
                };
                Ok(None)
            }
        }
    }

    /// Tells of the leaves that are missing before a position.
    fn gap(&mut self, walk: &mut Walk, position: i64) {
        let (first, last) = (walk.position + 1, position - 1);
        if first > last {
            return;
        }
        walk.links.clear();
        self.found_at(Kind::Missing, Some(first), gone(first, last));
    }

    /// One leaf on.
    fn step(&mut self, walk: &mut Walk, leaf: &audit_leaf::Model, witness: &mut Witness) -> Result<(), Error> {
        let position = leaf.position.unwrap_or_default();
        self.gap(walk, position);
        self.summary.linked += 1;
        let kept = leaf.link.clone().unwrap_or_default();
        let mut expected = Vec::new();
        for previous in &walk.links {
            expected.push(chain::link(previous, position, leaf)?.to_vec());
        }
        let follows = expected.is_empty() || expected.contains(&kept);
        if !follows {
            self.found_of(
                Kind::Altered,
                leaf,
                "the leaf is not what was linked, or does not follow the one before",
            );
        }
        if witness.agrees(position, &kept) == Some(false) {
            self.found_of(
                Kind::Altered,
                leaf,
                "a head kept outside tells another chain up to here",
            );
        }
        // Where it is not what it should be, the next may follow either: a link that was altered is told once.
        let should_be = expected.pop().filter(|_link| !follows);
        *walk = Walk {
            position,
            links: [Some(kept), should_be].into_iter().flatten().collect(),
        };
        Ok(())
    }

    /// Whether the chain ends where it should.
    fn end(&mut self, walk: &Walk, kept: Option<i64>, witness: Witness) {
        let last = walk.position;
        match kept {
            None => self.found_at(Kind::Missing, None, "how many leaves are linked is not kept".to_owned()),
            Some(kept) if kept > last => self.found_at(Kind::Missing, Some(last + 1), gone(last + 1, kept)),
            Some(kept) if kept < last => {
                let why = format!("the chain goes on to {last}, and {kept} leaves were linked");
                self.found_at(Kind::Altered, Some(kept + 1), why);
            }
            Some(_agrees) => {}
        }
        for position in witness.unmet() {
            let why = "a head kept outside tells of a leaf here, and there is none".to_owned();
            self.found_at(Kind::Missing, Some(position), why);
        }
    }

    /// The leaves that are not linked yet: their rows are there already.
    async fn what_waits(&mut self) -> Result<(), Error> {
        let mut after = Uuid::nil();
        loop {
            let leaves = query::unlinked(self.connection, after).await?;
            let Some(last) = leaves.last() else { return Ok(()) };
            after = last.id;
            self.summary.unlinked += u64::try_from(leaves.len()).map_err(Error::internal)?;
            self.rows_of(&leaves).await?;
        }
    }

    /// Holds the rows of these leaves against them.
    async fn rows_of(&mut self, leaves: &[audit_leaf::Model]) -> Result<(), Error> {
        let mut said: HashMap<SubjectType, HashMap<Uuid, String>> = HashMap::new();
        for subject_type in SubjectType::ALL {
            let of_type = leaves.iter().filter(|leaf| leaf.subject_type == subject_type.word());
            let ids: Vec<Uuid> = of_type.map(|leaf| leaf.subject_id).collect();
            // Where one cannot be read each is looked at by itself, below.
            if !ids.is_empty()
                && let Ok(sayings) = query::sayings(self.connection, subject_type, &ids).await
            {
                said.insert(subject_type, sayings);
            }
        }
        for leaf in leaves {
            let subject_type = SubjectType::of(&leaf.subject_type);
            let says = subject_type.and_then(|subject_type| said.get(&subject_type)?.get(&leaf.subject_id));
            if subject_type.is_some_and(is_proved_by_the_row) && says.is_some_and(|says| is_proof(leaf, says)) {
                self.summary.proved += 1;
            } else {
                self.look_closely(leaf, subject_type).await?;
            }
        }
        Ok(())
    }

    /// A leaf that its row did not prove at once: both are read again, one after the other, because an erasure may have come
    /// in between.
    async fn look_closely(&mut self, leaf: &audit_leaf::Model, subject_type: Option<SubjectType>) -> Result<(), Error> {
        let Some(subject_type) = subject_type else {
            self.found_of(Kind::Altered, leaf, "nothing of this type is attested");
            return Ok(());
        };
        let Some(leaf) = query::leaf(self.connection, leaf.id).await? else {
            self.found_of(Kind::Missing, leaf, "the leaf went while it was looked at");
            return Ok(());
        };
        let says = match query::sayings(self.connection, subject_type, &[leaf.subject_id]).await {
            Ok(mut sayings) => sayings.remove(&leaf.subject_id),
            Err(error) => {
                let home = Home::of_type(subject_type);
                if !query::is_there(self.connection, home, leaf.subject_id).await? {
                    return Err(error);
                }
                self.found_of(Kind::Altered, &leaf, "the row cannot be read");
                return Ok(());
            }
        };
        let Some(says) = says else {
            self.found_of(Kind::Missing, &leaf, "the row is gone");
            return Ok(());
        };
        if leaf.salt.is_none() {
            return self.without_salt(&leaf).await;
        }
        if !is_proved_by_the_row(subject_type) {
            self.summary.by_chain_alone += 1;
        } else if is_proof(&leaf, &says) {
            self.summary.proved += 1;
        } else {
            self.found_of(Kind::Altered, &leaf, "the row is not what the leaf committed to");
        }
        Ok(())
    }

    /// A salt goes by an erasure, which lists it, and by nothing else.
    async fn without_salt(&mut self, leaf: &audit_leaf::Model) -> Result<(), Error> {
        if !self.erased.contains(&leaf.id) {
            // Where an erasure cannot be read it lists nothing; that it cannot is told when its own leaf is looked at.
            self.erased = query::erased(self.connection).await.unwrap_or_default();
        }
        if self.erased.contains(&leaf.id) {
            self.found_of(Kind::Erased, leaf, "a person was erased");
        } else {
            self.found_of(Kind::Altered, leaf, "its salt is gone, and no erasure lists it");
        }
        Ok(())
    }

    /// Rows that have to be attested and are not.
    async fn rows(&mut self) -> Result<(), Error> {
        for subject_type in SubjectType::ALL {
            let home = Home::of_type(subject_type);
            // Two types that share a table and its rows are looked at once.
            if home.types.first() != Some(&subject_type) {
                continue;
            }
            let found = |subject: Option<Uuid>, why: &str, finding: Kind| Finding {
                finding,
                subject_type: Some(subject_type.word().to_owned()),
                subject,
                position: None,
                why: why.to_owned(),
            };
            for _row in 0..query::without_a_key(self.connection, home).await? {
                self.found(found(None, "the key of a row cannot be read", Kind::Altered));
            }
            let mut after = Uuid::nil();
            loop {
                let rows = query::unattested(self.connection, home, after).await?;
                let Some(last) = rows.last() else { break };
                after = *last;
                for row in rows {
                    self.found(found(Some(row), "no leaf attests the row", Kind::Unattested));
                }
            }
        }
        Ok(())
    }
}

/// Whether a leaf committed to what a row says.
fn is_proof(leaf: &audit_leaf::Model, says: &str) -> bool {
    let proof = |salt: &Vec<u8>| leaf.commitment == commitment(salt, says);
    leaf.salt.as_ref().is_some_and(proof)
}

fn gone(first: i64, last: i64) -> String {
    if first == last {
        format!("the leaf at position {first} is gone")
    } else {
        format!("the leaves at positions {first} to {last} are gone")
    }
}
