//! How much memory the largest guest may have in; every setting of wasmtime out. The bench of the bare floor shares this very file.

use std::num::NonZeroUsize;

use wasmtime::{Cache, CacheConfig, Config, InstanceAllocationStrategy, OperatorCost, PoolingAllocationConfig};

/// So many components can be called at one moment; a call beyond that waits for its turn.
const AT_ONCE: u32 = 64;
/// Small guests are wiped by writing, which is much cheaper than giving their pages back.
const KEPT: usize = 64 << 10;
/// No table has more elements.
pub(super) const TABLE_ELEMENTS: usize = 10_000;
const STACK: usize = 256 << 10;

/// The configuration; `most` is the memory that the largest guest may have, in bytes.
pub(super) fn config(most: u64, cached: bool) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(AT_ONCE)
        .total_core_instances(AT_ONCE * 4)
        .total_memories(AT_ONCE)
        .total_tables(AT_ONCE * 4)
        .max_core_instances_per_component(4)
        .max_memories_per_component(1)
        .max_tables_per_component(4)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(usize::try_from(most).unwrap_or(usize::MAX))
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT);
    let mut cost = OperatorCost::new();
    cost.variable.memory_grow_per_page = 100;
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_reservation(most)
        .memory_reservation_for_growth(0)
        .memory_guard_size(64 << 10)
        .memory_may_move(false)
        .consume_fuel(true)
        .operator_cost(cost)
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_backtrace_max_frames(NonZeroUsize::new(8))
        // Functions are named without these, and a sixth of what is kept of a component is not written, read and unpacked.
        .generate_address_map(false)
        .native_unwind_info(cfg!(windows))
        .cache(if cached { Cache::new(CacheConfig::new()).ok() } else { None });
    config
}
