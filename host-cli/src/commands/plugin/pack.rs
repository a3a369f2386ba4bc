//! `leidraad plugin pack MODULE COMPONENT`: a core module in, a component that exports the contract out.

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

use super::{read, unreadable};
use crate::fault::{Fault, Status};

/// The contract that guests are built against.
pub(super) const CONTRACT: &str = include_str!("../../../../wasm-plugins/wit/option.wit");

pub(crate) fn run(module: &Path, component: &Path) -> Result<Status, Fault> {
    let bytes = read(module)?;
    // What the libraries say of a module that is none, or of one that needs WASI, comes in a chain of causes.
    let packed = pack(bytes).map_err(|cause| Fault::Plugin { path: module.display().to_string(), reason: cause })?;
    std::fs::write(component, packed).map_err(|cause| unreadable(component, &cause))?;
    Ok(Status::Granted)
}

fn pack(mut module: Vec<u8>) -> Result<Vec<u8>, String> {
    if !module.starts_with(b"\0asm\x01\0\0\0") {
        return Err("this is no core module of WebAssembly".to_owned());
    }
    // A guest in Rust brings the contract along in a section of its own; one in C is given it here.
    if !module.windows(14).any(|window| window == b"component-type") {
        let (resolve, world) = contract()?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).map_err(|cause| format!("{cause:#}"))?;
    }
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&module).and_then(ComponentEncoder::encode).map_err(|cause| format!("{cause:#}"))
}

fn contract() -> Result<(Resolve, WorldId), String> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("option.wit", CONTRACT).map_err(|cause| format!("{cause:#}"))?;
    let world = resolve.select_world(&[package], Some("plugin")).map_err(|cause| format!("{cause:#}"))?;
    Ok((resolve, world))
}
