//! The differences between two registers, as values: region by region, cell by cell.

use std::collections::{BTreeMap, BTreeSet};

use super::region_answer::{RegionAnswer, Where};
use super::shared::Shared;
use super::view::PolicyView;
use crate::cover::Region;
use crate::model::question::Question;

/// The cells of a pass by customer and service.
pub(super) type Index = BTreeMap<(String, String), usize>;

/// The most regions of one cell that are listed.
pub(crate) const LISTED: usize = 500;

/// Every difference between the answers of two registers.
///
/// Made by [`PolicyView::differences`](crate::PolicyView::differences).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View};
/// let now = policy.at(View::default());
/// assert!(now.differences(&now).is_empty());
/// let adopted = now.differences(&policy.at(View::with_proposals()));
/// println!("{}", adopted.to_json(Language::En));
/// assert!(!adopted.records(Language::En).is_empty() && adopted.notes(Language::En).is_empty());
/// ```
#[derive(Debug)]
pub struct Differences<'p> {
    pub(crate) old: PolicyView<'p>,
    pub(crate) new: PolicyView<'p>,
    pub(crate) passes: Vec<Pass<'p>>,
    /// For each pass, where its cells stand.
    pub(super) indices: Vec<Index>,
    /// Facts of which no region can show the difference: derived in another way, or from register facts that changed.
    pub(crate) unseen: BTreeSet<Box<str>>,
}

/// The differences for questions that give facts, or that leave some of them to the register.
#[derive(Debug)]
pub(crate) struct Pass<'p> {
    pub(crate) shared: Shared,
    /// Every question that can be asked.
    pub(super) whole: Region,
    pub(crate) cells: Vec<CellDifference<'p>>,
}

/// The differences of one customer and service.
#[derive(Debug)]
pub(crate) struct CellDifference<'p> {
    pub(crate) customer: &'p str,
    pub(crate) service: &'p str,
    pub(crate) regions: Vec<Difference<'p>>,
    /// At least so many more than are listed; `None` if all are.
    pub(crate) more: Option<usize>,
    /// In one of the two, proposals contradict each other here: it has no one answer.
    pub(crate) contested: bool,
}

/// One region in which the answers differ.
#[derive(Debug, Clone)]
pub(crate) struct Difference<'p> {
    pub(crate) region: Region,
    pub(crate) old: RegionAnswer<'p>,
    pub(crate) new: RegionAnswer<'p>,
    pub(crate) found: Where,
    /// The rules that changed and made the answer, in the old register and in the new one.
    pub(crate) old_rules: Vec<&'p str>,
    pub(crate) new_rules: Vec<&'p str>,
    /// What else changed: register facts, options.
    pub(crate) other: Vec<String>,
    /// A question that shows it; `None` if options may answer alike after all, and no question was found that shows it.
    pub(crate) witness: Option<Question>,
}

impl Differences<'_> {
    /// Whether no answer differs, as far as regions can show.
    pub fn is_empty(&self) -> bool {
        self.passes.iter().all(|pass| pass.cells.is_empty())
    }
}
