//! The text of a source file in; its names and marks out, without comments, texts and tests.

/// Names, `::` and single marks, in order.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    without_tests(&all(text))
}

fn all(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    let is = |at: usize, c: char| text.get(at) == Some(&c);
    while at < text.len() {
        let c = text[at];
        if c == '/' && is(at + 1, '/') {
            while at < text.len() && !is(at, '\n') {
                at += 1;
            }
        } else if c == '"' {
            at = closing(&text, at + 1);
        } else if c == 'r' && (is(at + 1, '"') || (is(at + 1, '#') && (is(at + 2, '"') || is(at + 2, '#')))) {
            let marks = text[at + 1..].iter().take_while(|c| **c == '#').count();
            let end: String = std::iter::once('"').chain("#".repeat(marks).chars()).collect();
            let rest: String = text[at + 2 + marks..].iter().collect();
            let length = rest.find(&end).map_or(rest.chars().count(), |byte| rest[..byte].chars().count());
            at += 2 + marks + length + end.len();
        } else if c == '\'' && (is(at + 1, '\\') || is(at + 2, '\'')) {
            at += if is(at + 1, '\\') { 3 } else { 2 };
            while at < text.len() && !is(at, '\'') {
                at += 1;
            }
            at += 1;
        } else if c.is_alphanumeric() || c == '_' {
            let name: String = text[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            at += name.chars().count();
            tokens.push(name);
        } else if c == ':' && is(at + 1, ':') {
            tokens.push("::".to_owned());
            at += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            at += 1;
        }
    }
    tokens
}

/// The place behind the quote that closes a text.
fn closing(text: &[char], mut at: usize) -> usize {
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Leaves out what stands behind `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if tokens[at..].iter().take(mark.len()).eq(mark.iter()) {
            let mut depth = 0;
            while at < tokens.len() {
                let token = tokens[at].as_str();
                at += 1;
                match token {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                if depth == 0 && matches!(token, "}" | ";") {
                    break;
                }
            }
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}
