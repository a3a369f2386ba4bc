//! A list and some work on each of its items in; the results in the same order out, made by all cores. Where the system gives no more threads,
//! those that there are do it all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

/// The cores of this process. To ask the system takes the time of some work, so it is asked once.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| available_parallelism().map_or(1, std::num::NonZero::get))
}

/// A thread to be started.
fn thread() -> Builder {
    #[cfg(test)]
    if tests::REFUSED.get() {
        // No system has the room for such a stack.
        return Builder::new().stack_size(1 << 60);
    }
    Builder::new()
}

/// Does two things at once.
pub(crate) fn both<A: Send, B>(one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    scope(|threads| {
        let started = thread().spawn_scoped(threads, &one);
        let other = other();
        let one = match started {
            // A panic goes on where it would have gone on by itself.
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => one(),
        };
        (one, other)
    })
}

/// Does the work on every item. Each core takes the next item when it is done with one; which core did what makes no difference.
pub(crate) fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = cores().min(items.len());
    if cores < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(at)
        {
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    };
    scope(|threads| {
        (1..cores).for_each(|_| drop(thread().spawn_scoped(threads, worker)));
        worker();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// Whether the system gives this thread no others.
        pub(super) static REFUSED: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn where_the_system_gives_no_threads_all_is_done_by_those_that_there_are() {
        let items: Vec<usize> = (0..1000).collect();
        let all = || (both(|| 1, || 2), side_by_side(&items, |item| item * 2));
        let with_threads = all();
        REFUSED.set(true);
        assert!(thread().spawn(|| ()).is_err());
        assert_eq!(all(), with_threads);
    }
}
