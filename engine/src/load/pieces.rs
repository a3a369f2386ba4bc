//! A large file of rules in; pieces of it out, each a TOML text by itself, so that they can be read side by side.

use super::toml::File;

/// About so many bytes make a piece.
const PIECE: usize = 1 << 17;

/// What begins a rule or an option, and what goes on within the last one of its kind.
const KINDS: [(&str, [&str; 2]); 2] = [("[[rule]]", ["[rule.", "[[rule."]), ("[[option]]", ["[option.", "[[option."])];

/// The pieces of a file, in order; a file that is small, or that nobody can cut without reading it, is one piece.
pub(super) fn pieces(file: File<'_>) -> Vec<File<'_>> {
    cut(file, PIECE)
}

fn cut(file: File<'_>, size: usize) -> Vec<File<'_>> {
    let starts = if file.text.len() < 2 * size { None } else { starts(file.text) };
    let mut cuts = vec![0];
    for start in starts.unwrap_or_default() {
        if cuts.last().is_some_and(|last| start - last >= size) {
            cuts.push(start);
        }
    }
    let ends = cuts.iter().skip(1).copied().chain([file.text.len()]);
    let piece = |(from, to): (usize, usize)| File { text: file.text.get(from..to).unwrap_or_default(), base: file.base + from, ..file };
    cuts.iter().copied().zip(ends).map(piece).collect()
}

/// Where rules and options begin. `None` if a line could be something else than it looks like, or if a text before or behind a cut could
/// have to do with one on the other side: with texts of several lines, tables of other names, and keys of the file but `first`.
fn starts(text: &str) -> Option<Vec<usize>> {
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let begins = |line: &str, header: &str| {
        line.strip_prefix(header).is_some_and(|rest| rest.trim_start().is_empty() || rest.trim_start().starts_with('#'))
    };
    let is_first = |line: &str| line.strip_prefix("first").is_some_and(|rest| rest.trim_start().starts_with('='));
    let (mut starts, mut at) = (Vec::new(), 0);
    let mut within: &[&str] = &[];
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some((_, own)) = KINDS.iter().find(|(header, _)| begins(trimmed, header)) {
            starts.push(at);
            within = own;
        } else if trimmed.starts_with('[') {
            // A table of the other kind goes on with one that may lie before a cut.
            if !within.iter().any(|header| trimmed.starts_with(header)) {
                return None;
            }
        } else if starts.is_empty() && !(trimmed.is_empty() || trimmed.starts_with('#') || is_first(trimmed)) {
            return None;
        }
        at += line.len();
    }
    Some(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        let file = File { id: 0, path: "x", text, digest: "", base: 0 };
        let pieces = cut(file, 12);
        let mut end = 0;
        for piece in &pieces {
            assert_eq!(piece.base, end, "pieces follow each other");
            end += piece.text.len();
        }
        assert_eq!(end, text.len(), "nothing is lost");
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn a_file_is_cut_where_rules_begin() {
        assert_eq!(
            texts("first = true\n[[rule]] # one\nid = 'a'\n[rule.grant]\n  [[rule]]\nid = 'b'\n[[option]]\nid = 'c'\n"),
            ["first = true\n", "[[rule]] # one\nid = 'a'\n[rule.grant]\n", "  [[rule]]\nid = 'b'\n", "[[option]]\nid = 'c'\n"]
        );
    }

    #[test]
    fn what_could_belong_together_is_not_cut() {
        for text in [
            "[[rule]]\nid = '''\n[[rule]]\n'''\n[[rule]]\nid = 'b'\n",
            "[[rule]]\nid = 'a'\n[other]\nx = 1\n[[rule]]\nid = 'b'\n[other]\n",
            "rule = []\n# so that it is long\n[[rule]]\nid = 'a'\n[[rule]]\nid = 'b'\n",
            "[[rule]]\nid = 'a'\nx = [\n[1],\n]\n[[rule]]\nid = 'b'\n",
            "[[rule]]\nid = 'a'\n[[option]]\nid = 'b'\n[rule.grant]\nlevel = 'c'\n",
            "[[rule]]\nid = 'a'",
        ] {
            assert_eq!(texts(text), [text]);
        }
    }
}
