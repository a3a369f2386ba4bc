//! `bindings FOLDER`: the contract in, what a guest in C is written against out.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};
use wit_bindgen_core::Files;
use wit_parser::Resolve;

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");

fn main() -> Result<()> {
    let folder = env::args().nth(1).context("call it as `bindings FOLDER`")?;
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(CONTRACT)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    let options = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(&folder)?;
    for (name, bytes) in files.iter() {
        fs::write(Path::new(&folder).join(name), bytes)?;
    }
    Ok(())
}
