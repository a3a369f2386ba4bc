//! Connections by the address that they come from: no one address takes all of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Who is connected.
#[derive(Debug)]
pub(super) struct Visitors {
    most: usize,
    here: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Visit(Option<(Arc<Visitors>, IpAddr)>);

impl Visitors {
    /// So many connections from one address at most.
    pub(super) fn of(most: usize) -> Visitors {
        Visitors { most: most.max(1), here: Mutex::default() }
    }
    /// A connection from an address, unless there are enough of them.
    pub(super) fn enter(self: &Arc<Visitors>, address: IpAddr) -> Option<Visit> {
        let from = household(address);
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let count = here.entry(from).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Visit(Some((Arc::clone(self), from))))
    }
}

impl Visit {
    /// A connection that is not counted by its address.
    pub(super) fn uncounted() -> Visit {
        Visit(None)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let Some((visitors, from)) = &self.0 else { return };
        let mut here = visitors.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = here.get_mut(from) {
            *count -= 1;
            if *count == 0 {
                here.remove(from);
            }
        }
    }
}

/// The address, or of IPv6 the network of 64 bits that one household or server has to itself.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(own) => IpAddr::V6(Ipv6Addr::from(u128::from(own) >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_room_for_others() {
        let visitors = Arc::new(Visitors::of(2));
        let enter = |address: &str| visitors.enter(address.parse().unwrap());
        let held = (enter("10.0.0.1"), enter("10.0.0.1"));
        assert!(held.0.is_some() && held.1.is_some() && enter("10.0.0.1").is_none());
        assert!(enter("10.0.0.2").is_some());
        drop(held);
        assert!(enter("10.0.0.1").is_some());
        let network = (enter("2001:db8::1"), enter("2001:db8::ffff:2"));
        assert!(network.1.is_some() && enter("2001:db8::3").is_none() && enter("2001:db8:0:1::3").is_some());
        drop(network);
        assert!(visitors.here.lock().unwrap().is_empty());
    }
}
