//! The contract's WIT text in, its types and calls in Rust out: generated, and used by nothing but the files beside this one.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::expect_used, clippy::indexing_slicing, reason = "generated")]

wasmtime::component::bindgen!({
    path: "wit",
    world: "plugin",
    ownership: Borrowing { duplicate_if_necessary: true },
    skip_mut_forwarding_impls: true,
});
