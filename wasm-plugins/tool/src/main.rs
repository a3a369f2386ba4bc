//! `component encode MODULE COMPONENT`: a core module in, a component out. `component bindings FOLDER`: what a guest in C is
//! written against. The contract is that of `wit/`.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use wit_bindgen_core::Files;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["encode", module, component] => encode(Path::new(module), Path::new(component)),
        ["bindings", folder] => bindings(Path::new(folder)),
        _ => bail!("call it as `component encode MODULE COMPONENT` or `component bindings FOLDER`"),
    }
}

fn contract() -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(CONTRACT)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    Ok((resolve, world))
}

/// A guest in Rust brings the contract along in a section of its own; one in C is given it here.
fn encode(module: &Path, component: &Path) -> Result<()> {
    let mut bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let has_contract = bytes.windows(14).any(|window| window == b"component-type");
    if !has_contract {
        let (resolve, world) = contract()?;
        embed_component_metadata(&mut bytes, &resolve, world, StringEncoding::UTF8, false)?;
    }
    let encoded = ComponentEncoder::default().validate(true).module(&bytes)?.encode()?;
    fs::write(component, encoded).with_context(|| format!("cannot write {}", component.display()))
}

fn bindings(folder: &Path) -> Result<()> {
    let (mut resolve, world) = contract()?;
    let options = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(folder)?;
    for (name, bytes) in files.iter() {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
