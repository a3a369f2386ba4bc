//! How much memory the largest guest may have in; every setting of wasmtime out. The bench of the bare floor shares this very file.

use std::num::NonZeroUsize;
use std::path::Path;

use wasmtime::{Cache, CacheConfig, Config, InstanceAllocationStrategy, OperatorCost, PoolingAllocationConfig};

/// Small guests are wiped by writing, which is much cheaper than giving their pages back.
const KEPT: usize = 64 << 10;
/// No table has more elements.
pub(super) const TABLE_ELEMENTS: usize = 10_000;
const STACK: usize = 256 << 10;

/// The configuration; `most` is the memory that the largest guest may have, in bytes. That many components can be called at one moment, with
/// their memories reserved ahead, and a call beyond that waits for its turn; with none, each call asks the system for what it needs.
pub(super) fn config(most: u64, at_once: Option<u32>, cache: Option<&Path>) -> Config {
    let mut cost = OperatorCost::new();
    cost.variable.memory_grow_per_page = 100;
    let mut config = Config::new();
    match at_once {
        Some(at_once) => config.allocation_strategy(pool(most, at_once)).memory_reservation(most).memory_may_move(false),
        None => config.allocation_strategy(InstanceAllocationStrategy::OnDemand).memory_reservation(0).memory_may_move(true),
    };
    config
        .memory_reservation_for_growth(0)
        .memory_guard_size(64 << 10)
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
        // Where nothing can be kept there, components are compiled anew.
        .cache(cache.and_then(|folder| Cache::new(CacheConfig::new().with_directory(folder).clone()).ok()));
    config
}

fn pool(most: u64, at_once: u32) -> InstanceAllocationStrategy {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(at_once)
        .total_core_instances(at_once * 4)
        .total_memories(at_once)
        .total_tables(at_once * 4)
        .max_core_instances_per_component(4)
        .max_memories_per_component(1)
        .max_tables_per_component(4)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(usize::try_from(most).unwrap_or(usize::MAX))
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT);
    InstanceAllocationStrategy::Pooling(pool)
}
