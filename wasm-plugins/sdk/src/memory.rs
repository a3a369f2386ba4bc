//! Memory and the end of a guest: a fresh instance answers one call and is gone, so nothing is ever given back.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::ptr::{addr_of, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE: usize = 64 * 1024;

unsafe extern "C" {
    /// Where the linker says that the guest's own data ends.
    static __heap_base: u8;
}

/// Hands out what lies behind the guest's data, ever further on. A small guest so stays within its first page.
struct Onward;

#[global_allocator]
static MEMORY: Onward = Onward;
static NEXT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: a guest has one thread; what is handed out lies behind all that was handed out before, within the memory.
unsafe impl GlobalAlloc for Onward {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let free = NEXT.load(Relaxed).max(addr_of!(__heap_base) as usize);
        let Some(start) = free.checked_next_multiple_of(layout.align()) else { return null_mut() };
        let Some(end) = start.checked_add(layout.size()) else { return null_mut() };
        let have = wasm32::memory_size(0) * PAGE;
        if end > have && wasm32::memory_grow(0, (end - have).div_ceil(PAGE)) == usize::MAX {
            return null_mut();
        }
        NEXT.store(end, Relaxed);
        start as *mut u8
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        if place as usize + layout.size() == NEXT.load(Relaxed) {
            NEXT.store(place as usize, Relaxed);
        }
    }
}

/// A panic ends the call: the host names the function it happened in.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}
