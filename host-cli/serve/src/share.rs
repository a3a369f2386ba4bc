//! How much of the service each asker has at the same time: nobody takes all of it, so that the others are answered still.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The seats in which requests are answered, and the turns to do what takes a while.
#[derive(Debug)]
pub(crate) struct Shares {
    whole: Share,
    /// how much of it one asker has at most
    own: Size,
    askers: Mutex<HashMap<String, Arc<Share>>>,
}

#[derive(Debug, Clone, Copy)]
struct Size {
    seats: usize,
    turns: usize,
}

#[derive(Debug)]
struct Share {
    seats: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Share {
    fn of(Size { seats, turns }: Size) -> Share {
        let semaphore = |size: usize| Arc::new(Semaphore::new(size.clamp(1, Semaphore::MAX_PERMITS)));
        Share { seats: semaphore(seats), turns: semaphore(turns) }
    }
}

/// A seat: whoever holds it is answered, until the last byte of the answer is sent.
#[derive(Debug)]
pub(crate) struct Seat {
    whole: Arc<Semaphore>,
    own: Arc<Share>,
    _held: [OwnedSemaphorePermit; 2],
}

/// A turn, until it is dropped.
pub(crate) struct Turn {
    _held: Option<[OwnedSemaphorePermit; 2]>,
}

impl Shares {
    /// So many seats; turns, as many as there are cores. Where nobody is asked who they are, there is one asker, who has it all.
    pub(crate) fn of(seats: usize, is_open: bool) -> Shares {
        let turns = available_parallelism().map_or(1, usize::from);
        let own = if is_open { Size { seats, turns } } else { Size { seats: seats / 4, turns: turns - 1 } };
        Shares { whole: Share::of(Size { seats, turns }), own, askers: Mutex::default() }
    }

    /// A seat for an asker, if there is one.
    pub(crate) fn seat(&self, asker: &str) -> Option<Seat> {
        let own = self.of_asker(asker);
        let held = [Arc::clone(&own.seats).try_acquire_owned().ok()?, Arc::clone(&self.whole.seats).try_acquire_owned().ok()?];
        Some(Seat { whole: Arc::clone(&self.whole.turns), own, _held: held })
    }

    fn of_asker(&self, asker: &str) -> Arc<Share> {
        let mut askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        if askers.len() > MANY {
            askers.retain(|_, share| Arc::strong_count(share) > 1);
        }
        Arc::clone(askers.entry(asker.to_owned()).or_insert_with(|| Arc::new(Share::of(self.own))))
    }
}

impl Seat {
    /// Waits for a turn: behind what the same asker does, and then behind others.
    pub(crate) async fn turn(&self) -> Turn {
        let own = Arc::clone(&self.own.turns).acquire_owned().await;
        let whole = Arc::clone(&self.whole).acquire_owned().await;
        // They are never closed: whoever waits has a turn, or has waited too long.
        Turn { _held: own.ok().zip(whole.ok()).map(<[_; 2]>::from) }
    }
}

/// More askers than this are not remembered once they have been quiet for a while.
pub(crate) const MANY: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asker_leaves_room_for_the_others() {
        let shares = Shares::of(8, false);
        let held: Vec<Seat> = std::iter::from_fn(|| shares.seat("one")).collect();
        assert_eq!(held.len(), 2);
        assert!(shares.seat("two").is_some());
        drop(held);
        assert!(shares.seat("one").is_some());
        let open = Shares::of(8, true);
        assert_eq!(std::iter::from_fn(|| open.seat("loopback")).collect::<Vec<_>>().len(), 8);
        assert!(Shares::of(usize::MAX, false).seat("one").is_some() && Shares::of(0, true).seat("one").is_some());
    }

    /// Others have their turn while one who has many things to do waits for oneself.
    #[tokio::test]
    async fn one_asker_waits_for_oneself() {
        let shares = Shares::of(100, false);
        let (mut held, mut waiting) = (Vec::new(), 0);
        for _ in 0..50 {
            let seat = shares.seat("one").map(Arc::new);
            if let Some(seat) = seat {
                match tokio::time::timeout(std::time::Duration::from_millis(1), seat.turn()).await {
                    Ok(turn) => held.push((seat, turn)),
                    Err(_) => waiting += 1,
                }
            }
        }
        assert!(waiting > 0);
        if available_parallelism().is_ok_and(|cores| cores.get() > 1) {
            let other = shares.seat("two").unwrap();
            assert!(tokio::time::timeout(std::time::Duration::from_secs(1), other.turn()).await.is_ok());
        }
    }
}
