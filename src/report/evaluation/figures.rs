//! What the reports of a round come to: pure, and the same to the last digit for whoever has the rows.
use std::collections::BTreeMap;

use entity::{
    enums::{EvaluationOutcome, FindingSeverity, FindingState, Tier},
    evaluation::{CriterionFigure, Distribution, Figures, Group, SectionFigure},
    evaluation_entry,
    rubric::{Criteria, Scores},
    template::Sections,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

use crate::review::rubric::score::{spread, total};

/// How many findings of a section are alike.
#[derive(Clone, Debug)]
pub struct Found {
    pub section: Option<String>,
    pub severity: FindingSeverity,
    pub state: FindingState,
    pub count: i64,
}

/// What it is all told from.
pub struct Material<'a> {
    pub entries: &'a [evaluation_entry::Model],
    pub criteria: &'a Criteria,
    /// The sheets in force of each evaluated report.
    pub sheets: &'a [Vec<Scores>],
    pub found: &'a [Found],
    pub sections: &'a Sections,
    /// The provinces, in the order to be read.
    pub provinces: &'a [Uuid],
}

/// The figures.
#[must_use]
pub fn figures(material: &Material<'_>) -> Figures {
    let entries = material.entries;
    let group = |tier: Option<Tier>, province: Option<Uuid>| {
        let of_group = entries.iter().filter(|entry| {
            tier.is_none_or(|tier| entry.tier == tier) && province.is_none_or(|unit| entry.provinsi_id == Some(unit))
        });
        Group {
            tier,
            province,
            ..counted(of_group)
        }
    };
    let asked = |group: &Group| group.expected > 0;
    let tiers = [Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan];
    Figures {
        all: group(None, None),
        tiers: tiers
            .map(|tier| group(Some(tier), None))
            .into_iter()
            .filter(asked)
            .collect(),
        provinces: material
            .provinces
            .iter()
            .map(|unit| group(None, Some(*unit)))
            .filter(asked)
            .collect(),
        criteria: criteria(material.criteria, material.sheets),
        sections: sections(material.sections, material.found),
    }
}

fn counted<'e>(entries: impl Iterator<Item = &'e evaluation_entry::Model>) -> Group {
    let mut group = Group::default();
    let mut scores = Vec::new();
    for entry in entries {
        group.expected += 1;
        group.submitted += i64::from(entry.on_time.is_some());
        group.on_time += i64::from(entry.on_time == Some(true));
        match entry.outcome {
            EvaluationOutcome::Evaluated => group.evaluated += 1,
            EvaluationOutcome::Declined => group.declined += 1,
            EvaluationOutcome::Pending => group.pending += 1,
            EvaluationOutcome::Missing | EvaluationOutcome::Excused => {}
        }
        scores.extend(entry.score.as_ref().and_then(|score| score.parse::<Decimal>().ok()));
    }
    group.scores = distribution(&scores);
    group
}

/// How figures from 0 to 100 are spread; None where there is none.
#[must_use]
pub fn distribution(scores: &[Decimal]) -> Option<Distribution> {
    let found = spread(scores)?;
    let mut tenths = vec![0; 10];
    for score in scores {
        let tenth = (score / Decimal::TEN).floor().to_usize().unwrap_or_default().min(9);
        tenths[tenth] += 1;
    }
    Some(Distribution {
        count: i64::try_from(found.count).unwrap_or(i64::MAX),
        least: found.least.to_string(),
        most: found.most.to_string(),
        mean: found.mean.to_string(),
        median: found.median.to_string(),
        deviation: found.deviation.to_string(),
        tenths,
    })
}

/// The score of a report: the mean of what its sheets come to.
#[must_use]
pub fn score(criteria: &Criteria, sheets: &[Scores]) -> Option<Decimal> {
    let totals: Option<Vec<Decimal>> = sheets.iter().map(|sheet| total(criteria, sheet)).collect();
    Some(spread(&totals?)?.mean)
}

fn criteria(criteria: &Criteria, reports: &[Vec<Scores>]) -> Vec<CriterionFigure> {
    let of_one = |criterion: &entity::rubric::Criterion| {
        // By itself a criterion comes to how far up its scale it was scored.
        let alone = Criteria(vec![criterion.clone()]);
        let scores: Vec<Decimal> = reports.iter().filter_map(|sheets| score(&alone, sheets)).collect();
        Some(CriterionFigure {
            key: criterion.key.clone(),
            title: criterion.title.clone(),
            scores: distribution(&scores)?,
        })
    };
    criteria.0.iter().filter_map(of_one).collect()
}

/// Every section of the template, and the whole where something was found in it.
fn sections(sections: &Sections, found: &[Found]) -> Vec<SectionFigure> {
    let mut by_key: BTreeMap<Option<&str>, SectionFigure> = BTreeMap::new();
    for finding in found {
        let figure = by_key.entry(finding.section.as_deref()).or_default();
        match finding.severity {
            FindingSeverity::Must => figure.must += finding.count,
            FindingSeverity::Should => figure.should += finding.count,
            FindingSeverity::Note => figure.notes += finding.count,
        }
        if finding.state == FindingState::Resolved {
            figure.resolved += finding.count;
        }
    }
    let of_section = sections.0.iter().map(|section| SectionFigure {
        section: Some(section.key.clone()),
        title: section.title.clone(),
        ..by_key.get(&Some(section.key.as_str())).cloned().unwrap_or_default()
    });
    let whole = by_key.get(&None).map(|figure| SectionFigure {
        title: "Laporan secara keseluruhan".to_owned(),
        ..figure.clone()
    });
    of_section.chain(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(province: u128, tier: Tier, outcome: EvaluationOutcome, score: Option<&str>) -> evaluation_entry::Model {
        let came = !matches!(outcome, EvaluationOutcome::Missing | EvaluationOutcome::Excused);
        evaluation_entry::Model {
            evaluation_id: Uuid::nil(),
            unit_id: Uuid::nil(),
            tier,
            provinsi_id: Some(Uuid::from_u128(province)),
            outcome,
            on_time: came.then_some(score.is_some()),
            report_id: None,
            revision_id: None,
            sha256: None,
            sheets: 0,
            score: score.map(str::to_owned),
        }
    }

    #[test]
    fn groups_are_counted_and_add_up() {
        use EvaluationOutcome::{Declined, Evaluated, Excused, Missing, Pending};
        use Tier::{KabupatenKota, Provinsi};
        let entries = [
            entry(1, Provinsi, Evaluated, Some("100.00")),
            entry(1, KabupatenKota, Evaluated, Some("9.99")),
            entry(1, KabupatenKota, Declined, None),
            entry(2, Provinsi, Missing, None),
            entry(2, KabupatenKota, Pending, None),
            entry(2, KabupatenKota, Excused, None),
        ];
        let provinces = [2, 1, 3].map(Uuid::from_u128);
        let found = figures(&Material {
            entries: &entries,
            criteria: &Criteria::default(),
            sheets: &[],
            found: &[],
            sections: &Sections(Vec::new()),
            provinces: &provinces,
        });
        let told = |group: &Group| (group.expected, group.submitted, group.on_time, group.evaluated);
        assert_eq!(told(&found.all), (6, 4, 2, 2));
        assert_eq!((found.all.declined, found.all.pending), (1, 1));
        assert_eq!(
            found.tiers.iter().map(told).collect::<Vec<_>>(),
            [(2, 1, 1, 1), (4, 3, 1, 1)]
        );
        assert_eq!(
            found.provinces.iter().map(told).collect::<Vec<_>>(),
            [(3, 1, 0, 0), (3, 3, 2, 2)]
        );
        let scores = found.all.scores.expect("two scores");
        assert_eq!((scores.count, scores.mean.as_str()), (2, "55.00"));
        assert_eq!(scores.tenths, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(found.provinces[0].scores, None);
    }

    #[test]
    fn what_was_found_stands_with_its_section() {
        let section = |key: &str| entity::template::Section {
            key: key.to_owned(),
            title: key.to_uppercase(),
            guidance: String::new(),
            fields: Vec::new(),
        };
        let found = |section: Option<&str>, severity, state, count| Found {
            section: section.map(str::to_owned),
            severity,
            state,
            count,
        };
        let told = sections(
            &Sections(vec![section("a"), section("b")]),
            &[
                found(Some("b"), FindingSeverity::Must, FindingState::Resolved, 2),
                found(Some("b"), FindingSeverity::Note, FindingState::Open, 1),
                found(None, FindingSeverity::Should, FindingState::Answered, 4),
            ],
        );
        let told: Vec<_> = told
            .iter()
            .map(|figure| {
                (
                    figure.section.as_deref(),
                    figure.must,
                    figure.should,
                    figure.notes,
                    figure.resolved,
                )
            })
            .collect();
        assert_eq!(
            told,
            [(Some("a"), 0, 0, 0, 0), (Some("b"), 2, 0, 1, 2), (None, 0, 4, 0, 0)]
        );
    }
}
