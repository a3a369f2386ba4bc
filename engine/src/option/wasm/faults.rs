//! What wasmtime says of a failed call in; the fault by its own name out.

use wasmtime::{Trap, WasmBacktrace};

use super::host::{OverLimit, reason};
use crate::model::option::Limits;
use crate::model::value::is_plain;
use crate::option::contract::{Fault, FaultKind};

/// How many functions of the guest's stack are named.
const FRAMES: usize = 3;

pub(super) fn name(fault: &wasmtime::Error, limits: Limits) -> Fault {
    if let Some(over) = fault.downcast_ref::<OverLimit>() {
        return Fault::new(FaultKind::OutOfMemory, over.to_string());
    }
    match fault.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Fault::new(FaultKind::OutOfFuel, format!("it used up its {} units of fuel", limits.fuel)),
        Some(Trap::Interrupt) => Fault::new(FaultKind::Deadline, "it took longer than any call may"),
        Some(trap) => Fault::new(FaultKind::Trap, format!("{trap}{}", within(fault))),
        // No instruction failed: what it handed over cannot be taken.
        None => Fault::new(FaultKind::BadOutput, reason(fault)),
    }
}

/// Where in the guest it happened, as far as its functions have names.
fn within(fault: &wasmtime::Error) -> String {
    let names: Vec<String> = fault
        .downcast_ref::<WasmBacktrace>()
        .into_iter()
        .flat_map(WasmBacktrace::frames)
        .filter_map(|frame| frame.func_name().map(plain))
        .take(FRAMES)
        .collect();
    if names.is_empty() { String::new() } else { format!(", in {}", names.join(", called by ")) }
}

/// A function's name without what compilers add to it.
fn plain(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name)).chars().filter(|c| is_plain(*c)).take(120).collect()
}
