//! A list and some work on each of its items in; the results in the same order out, made by all cores.

use std::thread::{available_parallelism, scope};

/// Does the work on every item. A share of the list goes to each core.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let work = &work;
    scope(|threads| {
        let running: Vec<_> = items.chunks(share).map(|share| threads.spawn(move || share.iter().map(work).collect::<Vec<R>>())).collect();
        // A worker that panicked brings the whole run down, with its own message.
        running.into_iter().flat_map(|one| one.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))).collect()
    })
}
