//! Bytes in; what they are, without compiling or running anything, out: so that what cannot be a plugin costs nothing.

use wasmparser::{Encoding, Parser, Payload};

use super::host::Unfit;

/// The interface that every plugin exports.
const CONTRACT: &str = "leidraad:option/contract@";
/// The version of it that this engine speaks.
const MAJOR: &str = "1.";
/// Compiling takes time in proportion to size; what is larger is refused.
const FILE: usize = 4 << 20;
/// The time to compile one function can grow faster than its size.
const FUNCTION: usize = 256 << 10;

/// What a component shows on its outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::option) struct Shape {
    /// the names of what it imports
    pub(in crate::option) imports: Vec<String>,
    /// the names of what it exports
    pub(in crate::option) exports: Vec<String>,
    /// the size of its largest function, in bytes
    pub(in crate::option) largest_function: usize,
}

/// Reads the outside of a component; a fault if it is none.
pub(in crate::option) fn shape(bytes: &[u8]) -> Result<Shape, Unfit> {
    let not = |reason: String| Err(Unfit::NotComponent(reason));
    if bytes.is_empty() {
        return not("the file is empty".to_owned());
    }
    if !bytes.starts_with(b"\0asm") {
        return not("it does not begin as WebAssembly does".to_owned());
    }
    let mut shape = Shape::default();
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|fault| Unfit::NotComponent(format!("it is damaged: {fault}")))? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return not("it is a core module; make a component of it".to_owned());
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(|fault| Unfit::NotComponent(format!("it is damaged: {fault}")))?;
                    shape.imports.push(import.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export.map_err(|fault| Unfit::NotComponent(format!("it is damaged: {fault}")))?;
                    shape.exports.push(export.name.name.to_owned());
                }
            }
            Payload::CodeSectionEntry(body) => {
                shape.largest_function = shape.largest_function.max(body.range().len());
            }
            _ => {}
        }
    }
    Ok(shape)
}

/// Whether a component of this shape and size may be a plugin.
pub(in crate::option) fn fit(shape: &Shape, size: usize) -> Result<(), Unfit> {
    if !shape.imports.is_empty() {
        return Err(Unfit::Imports(shape.imports.clone()));
    }
    let versions: Vec<&str> = shape.exports.iter().filter_map(|name| name.strip_prefix(CONTRACT)).collect();
    if versions.is_empty() {
        return Err(Unfit::Exports(shape.exports.clone()));
    }
    if let Some(other) = versions.iter().find(|version| !version.starts_with(MAJOR)) {
        return Err(Unfit::Version((*other).to_owned()));
    }
    if size > FILE {
        return Err(Unfit::Refused(format!("it has {size} bytes; at most {FILE} are compiled")));
    }
    if shape.largest_function > FUNCTION {
        return Err(Unfit::Refused(format!("its largest function has {} bytes; at most {FUNCTION} are compiled", shape.largest_function)));
    }
    Ok(())
}
