//! Expressions in, values out: Rhai with every limit set and nothing that could reach outside.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, OnceLock};

use rhai::packages::{ArithmeticPackage, BasicStringPackage, LogicPackage, Package};
use rhai::{AST, ASTNode, Array, Dynamic, Engine, EvalAltResult, Expr, INT, OptimizationLevel, Scope, Stmt};

use super::fault::Unread;
use super::numbers;
use crate::model::value::FactValue;

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    tree: AST,
}

/// The one interpreter of expressions: it holds no state, so all of them share it.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut engine = interpreter();
        engine.set_max_operations(10_000).set_max_call_levels(8).set_max_functions(0);
        engine
    })
}

/// Rhai with its arithmetic, texts and lists, the sizes of all values bounded, and nothing that reaches outside.
pub(crate) fn interpreter() -> Engine {
    // What they hold never changes, and to make them takes longer than to read a script.
    static PACKAGES: LazyLock<(ArithmeticPackage, LogicPackage, BasicStringPackage)> = LazyLock::new(Default::default);
    let (arithmetic, logic, texts) = &*PACKAGES;
    let mut engine = Engine::new_raw();
    arithmetic.register_into_engine(&mut engine);
    logic.register_into_engine(&mut engine);
    numbers::register(&mut engine);
    texts.register_into_engine(&mut engine);
    lists(&mut engine);
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_max_expr_depths(32, 32)
        .set_max_string_size(2_000)
        .set_max_array_size(64)
        .set_max_map_size(16)
        .set_max_variables(256)
        .set_allow_anonymous_fn(false)
        .on_print(|_| {})
        .on_debug(|_, _, _| {});
    for symbol in ["eval", "print", "debug", "Fn", "call", "curry", "this"] {
        engine.disable_symbol(symbol);
    }
    engine
}

/// What lists can do. The interpreter's own package calls functions by their names, outside all limits: it is left out.
fn lists(engine: &mut Engine) {
    let length = |list: &mut Array| INT::try_from(list.len()).unwrap_or(INT::MAX);
    engine.register_iterator::<Array>().register_get("len", length).register_fn("len", length).register_fn(
        "contains",
        |list: &mut Array, item: Dynamic| {
            let wanted = from_dynamic(item);
            wanted.is_some() && list.iter().any(|item| from_dynamic(item.clone()) == wanted)
        },
    );
}

impl Script {
    /// Reads an expression over these names; says which of them it uses.
    pub(crate) fn compile<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Result<(Script, Vec<String>), Unread> {
        let mut scope = Scope::new();
        for name in names {
            scope.push_constant_dynamic(name, Dynamic::UNIT);
        }
        let tree = engine().compile_expression_with_scope(&scope, text).map_err(|fault| Unread::Fault {
            message: fault.err_type().to_string(),
            at: offset(text, fault.position().line(), fault.position().position()),
        })?;
        let mut used = Vec::new();
        tree.walk(&mut |path| {
            if let Some(ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
                used.push(variable.1.to_string());
            }
            true
        });
        used.sort();
        used.dedup();
        Ok((Script { tree }, used))
    }

    /// The expression itself, to be looked at.
    pub(crate) fn expression(&self) -> &[Stmt] {
        self.tree.statements()
    }

    /// Evaluates it with these values, or says why that cannot be done: a division by zero, an overflow, a limit.
    pub(crate) fn run<'a>(&self, values: impl IntoIterator<Item = (&'a str, FactValue)>) -> Result<FactValue, String> {
        let mut scope = Scope::new();
        for (name, value) in values {
            scope.push_constant_dynamic(name, into_dynamic(value));
        }
        // The interpreter and its numbers are others' work: should they break off, that is a fault like any other.
        let run = AssertUnwindSafe(|| engine().eval_ast_with_scope::<Dynamic>(&mut scope, &self.tree));
        let value = catch_unwind(run).map_err(|_| "the interpreter broke off".to_owned())?.map_err(|fault| reason(&fault))?;
        from_dynamic(value).ok_or_else(|| "it gives no value of a fact".to_owned())
    }
}

/// Why an evaluation ended, in a line.
fn reason(fault: &EvalAltResult) -> String {
    match fault {
        EvalAltResult::ErrorRuntime(thrown, _) => thrown.clone().into_string().unwrap_or_default(),
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => reason(inner),
        other => other.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}

/// Where a line and a character of it, both counted from 1, stand in a text.
pub(crate) fn offset(text: &str, line: Option<usize>, character: Option<usize>) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.unwrap_or(1).saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or("");
    before + rest.chars().take(character.unwrap_or(1).saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

pub(crate) fn into_dynamic(value: FactValue) -> Dynamic {
    match value {
        FactValue::Truth(value) => value.into(),
        FactValue::Number(value) => Dynamic::from_decimal(value),
        FactValue::Text(value) => value.into(),
        FactValue::Day(value) => value.to_string().into(),
        FactValue::Tags(values) => values.into_iter().map(Dynamic::from).collect::<rhai::Array>().into(),
    }
}

fn from_dynamic(value: Dynamic) -> Option<FactValue> {
    if let Ok(truth) = value.as_bool() {
        Some(FactValue::Truth(truth))
    } else if let Ok(whole) = value.as_int() {
        Some(FactValue::Number(whole.into()))
    } else if let Ok(number) = value.as_decimal() {
        Some(FactValue::Number(number.normalize()))
    } else if value.is_string() {
        value.into_string().ok().map(FactValue::Text)
    } else {
        let tags = value.into_array().ok()?.into_iter().map(|tag| tag.into_string().ok());
        tags.collect::<Option<Vec<_>>>().map(FactValue::Tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, fte: &str) -> Option<String> {
        let number = crate::model::value::parse_number(fte).unwrap();
        let (script, _) = Script::compile(text, ["fte"]).unwrap();
        script.run([("fte", FactValue::Number(number))]).ok().map(|value| serde_json::to_string(&value).unwrap())
    }

    #[test]
    fn numbers_are_exact() {
        assert_eq!(run("fte * 1.1", "0.3").unwrap(), "0.33");
        assert_eq!(run("ceiling(fte * 1.1)", "100.5").unwrap(), "111");
        assert_eq!(run("0.1 + 0.2 == 0.3", "0").unwrap(), "true");
        assert_eq!(run("fte / 0", "1"), None);
    }

    #[test]
    fn whole_numbers_are_no_machine_integers() {
        let cases = [
            ("1/2", "0.5"),
            ("-7/2", "-3.5"),
            ("6/3", "2"),
            ("7 % 2", "1"),
            ("2 ** 10", "1024"),
            ("2 ** -1", "0.5"),
            ("3000000000 * 4000000000", "12000000000000000000"),
            ("9223372036854775807 + 1", "9223372036854775808"),
            ("fte * 1/2 + 1/4", "2.75"),
            ("fte * (75/100)", "3.75"),
            ("round(10/3, 2)", "3.33"),
            ("round(2.5)", "2"),
            ("round(0.125, 2)", "0.12"),
            ("round(0.125, 2, \"half-up\")", "0.13"),
            ("round(-0.125, 2, \"half-up\")", "-0.13"),
            ("round(0.121, 2, \"up\")", "0.13"),
            ("round(1/8, 1, \"floor\")", "0.1"),
            ("[1, 2, 3][3/3 + 1 - 1] + 0", "2"),
        ];
        for (text, value) in cases {
            assert_eq!(run(text, "5").as_deref(), Some(value), "{text}");
        }
        for text in ["0.1 ** 30", "99999999999999999999999999 * 99999999999", "2 ** 0.5", "1 % 0", "round(1, -1)", "round(1, 2, \"oddly\")"]
        {
            assert_eq!(run(text, "5"), None, "{text}");
        }
    }

    #[test]
    fn names_used_are_known() {
        let (_, used) = Script::compile("a > 1 && b == \"x\"", ["a", "b", "c"]).unwrap();
        assert_eq!(used, ["a", "b"]);
    }

    #[test]
    fn statements_unknown_names_and_outside_calls_are_refused() {
        for bad in ["let x = 1; x", "nope + 1", "eval(\"1\")", "1 +", "while true {}", "import \"x\"", "print(1)"] {
            assert!(Script::compile(bad, ["a"]).is_err(), "{bad}");
        }
    }

    #[test]
    fn bombs_end_by_their_limits() {
        assert_eq!(run("fte ** 100000", "12345.678"), None, "overflow");
        let deep = format!("{}fte{}", "(".repeat(500), ")".repeat(500));
        assert!(Script::compile(&deep, ["fte"]).is_err());
        let long = vec!["fte"; 20_000].join(" + ");
        assert!(Script::compile(&long, ["fte"]).is_err());
        let doubled = (0..12).fold("\"aaaaaaaa\"".to_owned(), |text, _| format!("({text} + {text})"));
        assert_eq!(run(&format!("{doubled} == \"\" && fte > 1"), "1"), None, "a text of 32 kB");
    }
}
