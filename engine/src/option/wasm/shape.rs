//! Bytes in; what they are, without compiling or running anything, out: so that what cannot be a plugin costs nothing, and what
//! is compiled takes a time that is bounded.

use wasmparser::{CompositeInnerType, Encoding, FunctionBody, Operator, Parser, Payload, TypeSectionReader};

use super::host::Unfit;

/// The interface that every plugin exports.
const CONTRACT: &str = "leidraad:option/contract@";
/// The version of it that this engine speaks.
const MAJOR: &str = "1.";

/// The most that is compiled. The time that a compiler takes grows with the size of a file, and faster than that with the
/// variables and branches of one function; real guests stay far below all of these.
const FILE: usize = 4 << 20;
const FUNCTIONS: usize = 10_000;
const FUNCTION_BYTES: usize = 128 << 10;
const LOCALS: usize = 1_000;
const BRANCHES: usize = 5_000;
const LOCALS_TIMES_BRANCHES: usize = 500_000;
const NESTED_BLOCKS: usize = 300;
const PARAMETERS: usize = 100;
/// Components within components, and all that they declare.
const DEPTH: usize = 2;
const ITEMS: usize = 10_000;
const TYPE_BYTES: usize = 8 << 10;
/// Types within types are read by recursion; each begins with one of two bytes, so that these bound how deep they are.
const NESTED_TYPES: usize = 200;

/// What a component shows on its outside.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
}

/// A component's imports and exports, as far as it is one; nothing of what is no component.
pub(in crate::option) fn outside(bytes: &[u8]) -> Option<(Vec<String>, Vec<String>)> {
    match shape(bytes) {
        Ok(shape) => Some((shape.imports, shape.exports)),
        // More than is compiled is one all the same.
        Err(Unfit::Refused(_)) => Some((Vec::new(), Vec::new())),
        Err(_) => None,
    }
}

type Refused<T> = Result<T, Unfit>;

/// Reads the outside of a component; a fault if it is none, or more than is compiled.
pub(super) fn shape(bytes: &[u8]) -> Refused<Shape> {
    if bytes.is_empty() {
        return Err(Unfit::NotComponent("the file is empty".to_owned()));
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(Unfit::NotComponent("it does not begin as WebAssembly does".to_owned()));
    }
    at_most("bytes", bytes.len(), FILE)?;
    let mut shape = Shape::default();
    let (mut depth, mut items, mut functions) = (0usize, 0usize, 0usize);
    let mut types = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(damaged)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(Unfit::NotComponent("it is a core module; make a component of it".to_owned()));
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                depth += 1;
                at_most("components within components", depth, DEPTH)?;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    shape.imports.push(import.map_err(damaged)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    shape.exports.push(export.map_err(damaged)?.name.name.to_owned());
                }
            }
            Payload::TypeSection(section) => signatures(section)?,
            Payload::CoreTypeSection(section) => types.push(section.range()),
            Payload::ComponentTypeSection(section) => types.push(section.range()),
            Payload::CodeSectionEntry(body) => {
                functions += 1;
                at_most("functions", functions, FUNCTIONS)?;
                function(&body)?;
            }
            _ => {}
        }
        items += 1;
        at_most("functions and sections", items, FUNCTIONS + ITEMS)?;
    }
    let bytes_of_types = || types.iter().filter_map(|range| bytes.get(range.clone())).flatten();
    at_most("bytes of types", bytes_of_types().count(), TYPE_BYTES)?;
    at_most("types within types", bytes_of_types().filter(|byte| matches!(byte, 0x41 | 0x42 | 0x50)).count(), NESTED_TYPES)?;
    Ok(shape)
}

/// Whether a component of this shape may be a plugin.
pub(in crate::option) fn fit(shape: &Shape) -> Refused<()> {
    if !shape.imports.is_empty() {
        return Err(Unfit::Imports(shape.imports.clone()));
    }
    let versions: Vec<&str> = shape.exports.iter().filter_map(|name| name.strip_prefix(CONTRACT)).collect();
    if versions.is_empty() {
        return Err(Unfit::Exports(shape.exports.clone()));
    }
    match versions.iter().find(|version| !version.starts_with(MAJOR)) {
        Some(other) => Err(Unfit::Version((*other).to_owned())),
        None => Ok(()),
    }
}

/// The signatures of a module's functions and blocks.
fn signatures(section: TypeSectionReader<'_>) -> Refused<()> {
    for group in section {
        for kind in group.map_err(damaged)?.types() {
            if let CompositeInnerType::Func(signature) = &kind.composite_type.inner {
                at_most("parameters and results", signature.params().len() + signature.results().len(), PARAMETERS)?;
            }
        }
    }
    Ok(())
}

fn function(body: &FunctionBody<'_>) -> Refused<()> {
    at_most("bytes of a function", body.range().len(), FUNCTION_BYTES)?;
    let mut locals = 0usize;
    for entry in body.get_locals_reader().map_err(damaged)? {
        locals = locals.saturating_add(entry.map_err(damaged)?.0 as usize);
    }
    at_most("variables of a function", locals, LOCALS)?;
    let (mut branches, mut depth) = (0usize, 0usize);
    for operator in body.get_operators_reader().map_err(damaged)? {
        match operator.map_err(damaged)? {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                branches += 1;
                depth += 1;
            }
            Operator::End => depth = depth.saturating_sub(1),
            Operator::Br { .. } | Operator::BrIf { .. } | Operator::Else => branches += 1,
            Operator::BrTable { targets } => branches = branches.saturating_add(targets.len() as usize),
            _ => {}
        }
        at_most("blocks within blocks", depth, NESTED_BLOCKS)?;
    }
    at_most("branches of a function", branches, BRANCHES)?;
    at_most("variables times branches of a function", locals.saturating_mul(branches), LOCALS_TIMES_BRANCHES)
}

fn at_most(what: &str, found: usize, most: usize) -> Refused<()> {
    if found > most { Err(Unfit::Refused(format!("of {what}, at most {most} are compiled"))) } else { Ok(()) }
}

#[allow(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn damaged(fault: wasmparser::BinaryReaderError) -> Unfit {
    Unfit::NotComponent(format!("it is damaged: {fault}"))
}
