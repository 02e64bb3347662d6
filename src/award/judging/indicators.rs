//! The figures by which a jury's candidates are judged beside the jurors, as they are frozen when it is opened.
use std::collections::{BTreeMap, HashMap};

use entity::{
    award_category::{self, Source},
    award_edition,
    enums::AwardRecipient,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::Error;

/// What a unit has that there is nothing to reckon of.
const NOTHING: &str = "0.00";

/// The figures of the indicators of a category, by unit: of each unit all of them.
///
/// # Errors
/// The database's.
pub async fn frozen(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
    category: &award_category::Model,
    units: &[Uuid],
) -> Result<HashMap<Uuid, BTreeMap<String, String>>, Error> {
    let criteria = category.criteria.0.iter();
    let indicators: Vec<&str> = criteria
        .filter(|criterion| !matches!(criterion.source, Source::Rubric { .. }))
        .map(|criterion| criterion.key.as_str())
        .collect();
    if indicators.is_empty() || category.recipient != AwardRecipient::Unit {
        return Ok(HashMap::new());
    }
    let mut reckoned = reckon(connection, edition, category, units).await?;
    let whole = units.iter().map(|unit| {
        let mut of_unit = reckoned.remove(unit).unwrap_or_default();
        let figures = indicators.iter().map(|key| {
            let figure = of_unit.remove(*key);
            ((*key).to_owned(), figure.unwrap_or_else(|| NOTHING.to_owned()))
        });
        (*unit, figures.collect())
    });
    Ok(whole.collect())
}

/// What there is to reckon of units.
async fn reckon(
    _connection: &impl ConnectionTrait,
    _edition: &award_edition::Model,
    _category: &award_category::Model,
    _units: &[Uuid],
) -> Result<HashMap<Uuid, BTreeMap<String, String>>, Error> {
    Ok(HashMap::new())
}

/// The rubric by which jurors score, where there are jurors.
#[must_use]
pub fn rubric_of(category: &award_category::Model) -> Option<Uuid> {
    let mut criteria = category.criteria.0.iter();
    criteria.find_map(|criterion| match criterion.source {
        Source::Rubric { rubric } => Some(rubric),
        Source::OnTime | Source::Reported { .. } | Source::Evaluated | Source::Attended => None,
    })
}
