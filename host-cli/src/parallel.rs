//! A list and some work on each of its items in; the results in the same order out, made by all cores.

use std::thread::{Builder, available_parallelism, scope};

/// Does the work on every item. A share of the list goes to each core.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let done = &|share: &[T]| share.iter().map(&work).collect::<Vec<R>>();
    scope(|threads| {
        let start = |share| (share, Builder::new().spawn_scoped(threads, move || done(share)));
        let running: Vec<_> = items.chunks(share).map(start).collect();
        let join = |(share, started): (&[T], std::io::Result<std::thread::ScopedJoinHandle<'_, Vec<R>>>)| match started {
            // A worker that panicked brings the whole run down, with its own message.
            Ok(thread) => thread.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)),
            // The system gives no more threads.
            Err(_) => done(share),
        };
        running.into_iter().flat_map(join).collect()
    })
}
