//! Judging: who scores which entries by a rubric, who must not, and what becomes of the round of a province.
//!
//! A jury is opened for each category by [`opening`], its jurors are appointed by [`appointing`]. What one juror makes of one
//! candidate is an assignment of the slice `review` ([`scoring`]); who must not judge whom is said by [`bars`]. Who chairs has
//! figures that lie apart looked at again ([`moderation`]), and closes the jury ([`closing`]); of a province's [`shortlist`] comes
//! from the ranking. Where a conflict of interest became known too late, the issuer's is opened again ([`reopening`]).
//!
//! Jurors are blind to each other: nobody reads another's sheet, nor how far others are, before the jury is closed. Then who chairs
//! it and who commands the edition read all of them. Whoever was entered reads none of it, ever.
pub mod appointing;
pub mod bars;
pub mod closing;
pub mod graphql;
pub mod moderation;
pub mod opening;
pub mod query;
pub mod reopening;
pub mod scoring;
pub mod shortlist;
pub mod sight;
