//! The text of a script in; a plugin that evaluates it afresh for every call out.

mod days;
mod facts;
mod read;

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rhai::packages::{BasicIteratorPackage, Package};
use rhai::{AST, ASTNode, CallFnOptions, Dynamic, Engine, EvalAltResult, Expr, FuncArgs, Map, Position, Scope, Stmt};

use super::contract::{Description, Fault, FaultKind, Input, Plugin, Reply, Run, Standing};
use super::refused::{Refused, clipped};
use super::ticker::{TICKS, Ticker};
use crate::diagnostic::Code;
use crate::model::option::Limits;
use crate::model::value::{FactValue, shorten};
use crate::script::{interpreter, into_dynamic, offset};
use crate::text::both;
use facts::{Facts, Missing};

/// Reading a longer script takes more time than it is worth.
const SCRIPT: usize = 64 << 10;

thread_local! {
    /// The operations of the call that runs on this thread, and the tick in which it began.
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
    static BEGAN: Cell<u64> = const { Cell::new(0) };
}

/// A parsed script with what one binding lets it use.
struct Script {
    engine: Engine,
    tree: AST,
    description: Description,
    fuel: u64,
    ticker: Arc<Ticker>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("description", &self.description).finish_non_exhaustive()
    }
}

/// Why a text did not become a plugin.
enum Unread {
    /// It cannot be read: what is wrong, and at which byte.
    Text(ScriptFault),
    /// `describe` failed, or said something that makes no sense.
    Describe(String),
}

/// What is wrong with a text, and at which byte.
struct ScriptFault {
    message: String,
    at: usize,
}

/// Opens the script that a file holds.
pub(super) fn open(path: &str, bytes: &[u8], limits: Limits, ticker: Arc<Ticker>) -> Result<Arc<dyn Plugin>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Refused::new(Code::OptionScript, both!("`{path}` is no UTF-8", "`{path}` is geen UTF-8"))
            .help(both!("save it as UTF-8", "sla het op als UTF-8"))
    })?;
    if bytes.len() > SCRIPT {
        let size = bytes.len();
        let message = both!(
            "`{path}` has {size} bytes; a script has {SCRIPT} at most",
            "`{path}` heeft {size} bytes; een script heeft er ten hoogste {SCRIPT}"
        );
        let help = both!("make it several options, or a component", "maak er meer opties van, of een component");
        return Err(Refused::new(Code::OptionRefused, message).help(help));
    }
    match Script::load(text, limits, ticker) {
        Ok(script) => Ok(Arc::new(script)),
        Err(Unread::Text(fault)) => {
            let reason = clipped(&fault.message);
            let message = both!("the script cannot be read: {reason}", "het script is niet te lezen: {reason}");
            Err(Refused { at: Some(fault.at), ..Refused::new(Code::OptionScript, message) })
        }
        Err(Unread::Describe(reason)) => {
            let reason = clipped(&reason);
            let message = both!("`{path}` does not describe itself: {reason}", "`{path}` beschrijft zichzelf niet: {reason}");
            Err(Refused::new(Code::OptionDescription, message))
        }
    }
}

impl Script {
    fn load(text: &str, limits: Limits, ticker: Arc<Ticker>) -> Result<Script, Unread> {
        let engine = engine(limits, Arc::clone(&ticker));
        let tree = engine.compile(text).map_err(|fault| {
            let at = offset(text, fault.position().line(), fault.position().position());
            Unread::Text(ScriptFault { message: fault.err_type().to_string(), at })
        })?;
        let at_start = |message: &str| Unread::Text(ScriptFault { message: message.to_owned(), at: 0 });
        if let Some(stray) = tree.statements().first() {
            let at = offset(text, stray.position().line(), stray.position().position());
            let message = "only functions stand in a plugin: put this inside one".to_owned();
            return Err(Unread::Text(ScriptFault { message, at }));
        }
        if let Some(place) = assigned_inside(&tree) {
            let message = "nothing can be assigned inside a value: build a list or a map at once".to_owned();
            return Err(Unread::Text(ScriptFault { message, at: offset(text, place.line(), place.position()) }));
        }
        for (name, arguments) in [("describe", 0), ("decide", 3)] {
            if !tree.iter_functions().any(|function| function.name == name && function.params.len() == arguments) {
                let list = if arguments == 0 { "" } else { "question, standing, config" };
                return Err(at_start(&format!("it has no function `{name}({list})`")));
            }
        }
        let mut script = Script { engine, tree, description: Description::default(), fuel: limits.fuel, ticker };
        let said = script.call("describe", ()).map_err(|fault| Unread::Describe(script.fault(&fault).to_string()))?;
        script.description = read::description(&said).map_err(Unread::Describe)?;
        Ok(script)
    }

    fn call(&self, function: &str, arguments: impl FuncArgs) -> Result<Dynamic, Box<EvalAltResult>> {
        OPERATIONS.set(0);
        BEGAN.set(self.ticker.now());
        let options = CallFnOptions::new().eval_ast(false);
        // The interpreter and its numbers are others' work: should they break off, that is a fault like any other.
        let run = AssertUnwindSafe(|| self.engine.call_fn_with_options(options, &mut Scope::new(), &self.tree, function, arguments));
        catch_unwind(run).unwrap_or_else(|_| Err("the interpreter broke off".into()))
    }

    fn reply(&self, input: &Input<'_>) -> Result<Reply, Fault> {
        let config: Map = input.config.iter().map(|(name, value)| ((&**name).into(), into_dynamic(value.clone()))).collect();
        match self.call("decide", (question(input), standing(&input.standing), config)) {
            Ok(said) => read::reply(&said).map_err(|message| Fault::new(FaultKind::BadOutput, message)),
            Err(fault) => match missing(&fault) {
                Some(name) => Ok(Reply::Needs(vec![name], None)),
                None => Err(self.fault(&fault)),
            },
        }
    }

    fn fault(&self, fault: &EvalAltResult) -> Fault {
        let inner = innermost(fault);
        let line = inner.position().line().map_or_else(String::new, |line| format!(" (line {line})"));
        match inner {
            EvalAltResult::ErrorTooManyOperations(_) => {
                Fault::new(FaultKind::OutOfFuel, format!("it used up its {} operations{line}", self.fuel))
            }
            EvalAltResult::ErrorDataTooLarge(what, _) => Fault::new(FaultKind::OutOfMemory, format!("too large: {what}{line}")),
            EvalAltResult::ErrorTooManyVariables(_) => Fault::new(FaultKind::OutOfMemory, format!("too many variables{line}")),
            EvalAltResult::ErrorTerminated(..) => Fault::new(FaultKind::Deadline, "it took longer than any call may"),
            EvalAltResult::ErrorStackOverflow(_) => Fault::new(FaultKind::Trap, format!("its calls are nested too deep{line}")),
            EvalAltResult::ErrorRuntime(thrown, _) => {
                let message = thrown.clone().into_string().ok().filter(|text| !text.trim().is_empty());
                Fault::new(
                    FaultKind::Trap,
                    format!("{}{line}", message.map_or_else(|| "it threw no message".to_owned(), |text| shorten(&text))),
                )
            }
            other => Fault::new(FaultKind::Trap, shorten(&other.to_string())),
        }
    }
}

impl Plugin for Script {
    fn description(&self) -> &Description {
        &self.description
    }
    fn decide(&self, input: &Input<'_>) -> Run {
        let reply = self.reply(input);
        Run { reply, fuel: OPERATIONS.get(), memory: 0 }
    }
}

/// Where something inside a value is assigned, if anywhere. The interpreter bounds every value but one that grows like that:
/// only a variable, or one property of one, may change.
fn assigned_inside(tree: &AST) -> Option<Position> {
    let mut found = None;
    tree.walk(&mut |path| {
        if let Some(ASTNode::Stmt(Stmt::Assignment(assignment))) = path.last()
            && !is_measured(&assignment.1.lhs)
        {
            found = Some(assignment.1.lhs.start_position());
        }
        found.is_none()
    });
    found
}

fn is_measured(target: &Expr) -> bool {
    match target {
        Expr::Dot(parts, ..) => matches!((&parts.lhs, &parts.rhs), (Expr::Variable(..), Expr::Property(..))),
        other => matches!(other, Expr::Variable(..)),
    }
}

fn engine(limits: Limits, ticker: Arc<Ticker>) -> Engine {
    let mut engine = interpreter();
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    engine
        .set_max_operations(limits.fuel)
        .set_max_call_levels(16)
        .set_max_functions(32)
        .set_max_map_size(64)
        .disable_symbol("try")
        .on_progress(move |operations| {
            OPERATIONS.set(operations);
            (ticker.now().saturating_sub(BEGAN.get()) > TICKS).then_some(Dynamic::UNIT)
        });
    facts::register(&mut engine);
    days::register(&mut engine);
    engine
}

fn innermost(fault: &EvalAltResult) -> &EvalAltResult {
    match fault {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => innermost(inner),
        other => other,
    }
}

/// The fact that a script asked for in vain.
fn missing(fault: &EvalAltResult) -> Option<String> {
    match innermost(fault) {
        EvalAltResult::ErrorRuntime(value, _) => value.read_lock::<Missing>().map(|missing| missing.0.clone()),
        _ => None,
    }
}

fn question(input: &Input<'_>) -> Map {
    let query = &input.query;
    Map::from([
        ("customer".into(), query.customer.into()),
        ("service".into(), query.service.into()),
        ("on".into(), query.on.map_or(Dynamic::UNIT, |day| into_dynamic(FactValue::Day(day)))),
        ("facts".into(), Dynamic::from(Facts::of(query.facts))),
    ])
}

fn standing(standing: &Standing<'_>) -> Map {
    let quota = standing.quota.map_or(Dynamic::UNIT, |quota| {
        Map::from([
            ("amount".into(), Dynamic::from_decimal(quota.amount)),
            ("unit".into(), quota.unit.into()),
            ("per".into(), quota.per.into()),
        ])
        .into()
    });
    Map::from([
        ("base".into(), standing.base.into()),
        ("level".into(), standing.level.into()),
        ("room".into(), texts(standing.room.iter().copied())),
        ("quota".into(), quota),
        ("obligations".into(), texts(standing.obligations.iter().map(|id| &**id))),
    ])
}

fn texts<'a>(list: impl Iterator<Item = &'a str>) -> Dynamic {
    list.map(Into::into).collect::<rhai::Array>().into()
}
