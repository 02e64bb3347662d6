//! What an entry says of whom it is for, and what it may say: everything that is wrong is told at once.
use entity::{
    award_category, award_edition, award_link,
    enums::{AwardRecipient, Tier},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    error::{Code, Refusal},
    event::draft::person,
    faults::{LONGEST_NAME, fault, few, named, short, within},
    input::invalid,
    session::Actor,
    territory::{directory::is_valid, tree::Unit},
};

/// The longest statement, characters.
const LONGEST_STATEMENT: usize = 10_000;

/// The longest address, characters.
const LONGEST_URL: usize = 2_000;

/// How many links an entry has at most.
const MOST_LINKS: usize = 30;

/// How many files it holds at most, besides the copies of its links.
const MOST_FILES: usize = 30;

/// A page on the web that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    pub title: String,
    pub url: String,
    /// A copy of it, as a file.
    pub copy: Option<Uuid>,
}

impl From<award_link::Model> for Link {
    fn from(row: award_link::Model) -> Self {
        Self {
            title: row.title,
            url: row.url,
            copy: row.copy_id,
        }
    }
}

/// What an entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    /// What for.
    pub title: Option<String>,
    /// Why.
    pub statement: Option<String>,
    pub links: Vec<Link>,
    /// What proves it, besides the copies of the links.
    pub files: Vec<Uuid>,
}

impl Work {
    /// Every file it needs, each once.
    #[must_use]
    pub fn all_files(&self) -> Vec<Uuid> {
        let copies = self.links.iter().filter_map(|link| link.copy);
        let mut files: Vec<Uuid> = self.files.iter().copied().chain(copies).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// What may not even be kept.
    #[must_use]
    pub fn faults(&self) -> Vec<Refusal> {
        let mut faults: Vec<Refusal> = short("title", self.title.as_deref().unwrap_or_default(), LONGEST_NAME)
            .into_iter()
            .collect();
        let statement = self.statement.as_deref().unwrap_or_default();
        faults.extend(short("statement", statement, LONGEST_STATEMENT));
        faults.extend(few(self.files.len(), MOST_FILES).map(|fault| fault.at(["files"])));
        faults.extend(few(self.links.len(), MOST_LINKS).map(|fault| fault.at(["links"])));
        for (place, link) in self.links.iter().enumerate() {
            faults.extend(within(place, of_link(link)).map(|fault| fault.within(["links"])));
        }
        faults
    }

    /// What is still missing for it to be submitted: jurors read why, and what a page says today is kept.
    #[must_use]
    pub fn missing(&self, judged: bool) -> Vec<Refusal> {
        let mut missing = Vec::new();
        if judged && self.statement.as_deref().unwrap_or_default().trim().is_empty() {
            let text = fault(
                Code::Required,
                "Juri membaca alasannya; tuliskan.",
                "Jurors read why; write it down.",
            );
            missing.push(text.at(["statement"]));
        }
        for (place, link) in self.links.iter().enumerate() {
            if link.copy.is_none() {
                let text = fault(
                    Code::Required,
                    "Halaman dapat berubah; sertakan salinannya sebagai berkas.",
                    "A page can change; attach a copy of it as a file.",
                );
                missing.push(text.at(["links".to_owned(), place.to_string(), "copy".to_owned()]));
            }
        }
        missing
    }
}

fn of_link(link: &Link) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = named("title", &link.title, LONGEST_NAME).into_iter().collect();
    let address = link.url.trim();
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let fits = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'));
    if !fits || address.chars().any(|sign| sign.is_whitespace() || sign.is_control()) {
        faults.push(invalid(
            "url",
            "Sebutkan alamat http atau https.",
            "Give an http or https address.",
        ));
    } else {
        faults.extend(short("url", address, LONGEST_URL));
    }
    faults
}

/// Whom an entry is for.
#[derive(Clone, Copy, Debug)]
pub struct Whom<'a> {
    pub unit: &'a Unit,
    pub account: Option<Uuid>,
    pub name: Option<&'a str>,
}

/// A name as it is compared: in small letters, with one blank between words, without points and commas.
#[must_use]
pub fn folded(name: &str) -> String {
    let letters = name.chars().map(|sign| match sign {
        '.' | ',' => ' ',
        sign => sign,
    });
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What keeps somebody from being entered in a category.
#[must_use]
pub fn faults_of(
    whom: Whom<'_>,
    (edition, category): (&award_edition::Model, &award_category::Model),
    actor: &Actor,
) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = of_unit(whom.unit, (edition, category), actor).into_iter().collect();
    let who = (whom.account, whom.name);
    match category.recipient {
        AwardRecipient::Unit => faults.extend(needless(
            who,
            "Kategori ini bagi unit; jangan sebutkan orang.",
            "This category is for units; name nobody.",
        )),
        AwardRecipient::Outsider => {
            faults.extend(needless(
                (whom.account, None),
                "Pihak luar disebut dengan namanya.",
                "An outsider is told by name.",
            ));
            faults.extend(named("name", whom.name.unwrap_or_default(), LONGEST_NAME));
        }
        AwardRecipient::Person => {
            let of_person = person(who, None, actor);
            let known = of_person.is_empty();
            faults.extend(of_person);
            let sits_there = |account: Uuid| {
                let mut units = actor.directory.units_of(account, actor.today);
                units.any(|unit| unit == whom.unit.id)
            };
            if known && whom.account.is_some_and(|account| !sits_there(account)) {
                faults.push(invalid(
                    "account",
                    "Orang ini tidak menjabat di unit ini; sebutkan namanya tanpa akun.",
                    "This person holds no seat of the unit; give the name without the account.",
                ));
            }
        }
    }
    faults
}

fn needless(
    (account, name): (Option<Uuid>, Option<&str>),
    id: &'static str,
    en: &'static str,
) -> impl Iterator<Item = Refusal> {
    let given = [("account", account.is_some()), ("name", name.is_some())];
    let given = given.into_iter().filter(|(_field, given)| *given);
    given.map(move |(field, _given)| invalid(field, id, en))
}

/// What keeps a unit from being entered, or from entering its people or an outsider.
#[must_use]
pub fn of_unit(
    unit: &Unit,
    (edition, category): (&award_edition::Model, &award_category::Model),
    actor: &Actor,
) -> Option<Refusal> {
    if !actor.directory.tree.is_within(unit.id, edition.unit_id) {
        return Some(invalid(
            "unit",
            "Penghargaan ini bagi unit di bawah pemberinya.",
            "These awards are for units beneath their issuer.",
        ));
    }
    if unit.tier != category.tier {
        let (id, en) = match category.tier {
            Tier::Provinsi => ("Kategori ini bagi provinsi.", "This category is for provinces."),
            Tier::KabupatenKota => (
                "Kategori ini bagi kabupaten/kota.",
                "This category is for kabupaten/kota.",
            ),
            Tier::Ri | Tier::Kecamatan => ("Kategori ini bagi tingkat lain.", "This category is for another tier."),
        };
        return Some(invalid("unit", id, en));
    }
    if !is_valid(actor.today, unit.formed_on, unit.dissolved_on) {
        return Some(invalid(
            "unit",
            "Unit ini belum terbentuk atau sudah dibubarkan.",
            "This unit is not formed yet, or is dissolved.",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> Work {
        Work {
            links: vec![Link {
                title: "Berita".to_owned(),
                url: url.to_owned(),
                copy: None,
            }],
            ..Work::default()
        }
    }

    #[test]
    fn a_link_is_an_address_of_the_web() {
        for url in ["https://contoh.example/berita", "http://a"] {
            assert_eq!(link(url).faults(), [], "{url}");
        }
        let long = format!("https://{}", "a".repeat(LONGEST_URL));
        for url in [
            "",
            "ftp://a",
            "javascript:alert(1)",
            "https://",
            "https:///a",
            "https://a b",
            &long,
        ] {
            let faults = link(url).faults();
            let at: Vec<String> = faults.iter().map(|fault| fault.field.join(".")).collect();
            assert_eq!(at, ["links.0.url"], "{url}");
        }
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for other in ["SARI WENING", " sari  wening ", "Sari\u{a0}Wening", "Sari Wening."] {
            assert_eq!(folded(other), folded("Sari Wening"), "{other}");
        }
        assert_eq!(folded("Sari Wening, S.H."), folded("Sari Wening S. H."));
        for other in ["Sari", "Sari Weni", "Wening Sari", "SariWening"] {
            assert_ne!(folded(other), folded("Sari Wening"), "{other}");
        }
    }

    #[test]
    fn what_jurors_read_and_what_may_change_is_owed() {
        let told = |work: &Work, judged| -> Vec<String> {
            let missing = work.missing(judged);
            missing.iter().map(|fault| fault.field.join(".")).collect()
        };
        assert_eq!(told(&link("http://a"), true), ["statement", "links.0.copy"]);
        assert_eq!(told(&link("http://a"), false), ["links.0.copy"]);
        let mut whole = link("http://a");
        whole.statement = Some("Posko aduan".to_owned());
        whole.links[0].copy = Some(Uuid::nil());
        assert!(told(&whole, true).is_empty());
        whole.files = vec![Uuid::nil(), Uuid::max()];
        assert_eq!(whole.all_files(), [Uuid::nil(), Uuid::max()]);
    }
}
