//! Bytes of a file in, the line around them out: what a diagnostic underlines.

use std::collections::BTreeMap;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::model::place::Place;
use crate::model::value::is_plain;
use crate::source::Sources;

/// Longer lines are cut to a window around the place.
const WINDOW: usize = 120;

/// One line of a file with a stretch of it marked.
#[derive(Debug, Clone)]
pub(super) struct Snippet {
    file: String,
    text: String,
    /// Both count from 1; the column counts characters.
    pub(super) line: usize,
    pub(super) column: usize,
    /// Where the marked stretch stands in `text`, in bytes.
    pub(super) mark: (usize, usize),
    /// How many columns were cut off at the front.
    cut: usize,
}

impl SourceCode for Snippet {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, _: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::new(0.into(), self.text.len());
        if span.offset() + span.len() > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        // Asked without context, a handler wants to know where the mark stands; with context, what to draw.
        let column = if before == 0 { self.column - 1 } else { self.cut };
        let contents = MietteSpanContents::new_named(self.file.clone(), self.text.as_bytes(), whole, self.line - 1, column, 1);
        Ok(Box::new(contents))
    }
}

/// The starts of all lines of the files that were looked at, so that each file is scanned once; and how far the line of the last place was
/// counted, so that many places on one long line are found in one go along it.
#[derive(Default)]
pub(crate) struct Lines {
    starts: BTreeMap<u32, Vec<usize>>,
    counted: Counted,
}

/// So many characters stand in a file between the beginning of a line and a byte.
#[derive(Clone, Copy, Default)]
struct Counted {
    file: u32,
    begin: usize,
    at: usize,
    characters: usize,
}

impl Lines {
    /// The line of a place, from 1.
    pub(crate) fn line(&mut self, sources: &Sources, place: Place) -> usize {
        self.starts(sources, place.file).partition_point(|begin| *begin <= place.start as usize).max(1)
    }
    fn starts(&mut self, sources: &Sources, file: u32) -> &[usize] {
        self.starts.entry(file).or_insert_with(|| {
            let breaks = sources.bytes(file).iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }
    pub(super) fn snippet(&mut self, sources: &Sources, place: Place) -> Option<Snippet> {
        let bytes = sources.bytes(place.file);
        let starts = self.starts(sources, place.file);
        let start = (place.start as usize).min(bytes.len());
        let line = starts.partition_point(|begin| *begin <= start).max(1);
        let begin = *starts.get(line - 1)?;
        let end = starts.get(line).map_or(bytes.len(), |next| next - 1).max(start);
        let marked = (place.end as usize).max(start).min(end) - start;
        // Of a long line, what stands around the place is enough.
        let from = character_at(bytes, begin.max(start.saturating_sub(4 * WINDOW)));
        let to = end.min(start.saturating_add(4 * WINDOW));
        let left_out = self.characters(place.file, bytes, begin, from);
        let around = String::from_utf8_lossy(bytes.get(from..to)?).trim_end_matches('\r').to_owned();
        let before = String::from_utf8_lossy(bytes.get(from..start)?).trim_start_matches('\u{feff}').to_owned();
        let around = around.trim_start_matches('\u{feff}').to_owned();
        Some(cut(sources.path(place.file), line, left_out, &around, before.len(), marked))
    }
    /// How many characters stand between the beginning of a line and a byte of it.
    fn characters(&mut self, file: u32, bytes: &[u8], begin: usize, at: usize) -> usize {
        let known = Some(self.counted).filter(|known| (known.file, known.begin) == (file, begin) && (begin..=at).contains(&known.at));
        let known = known.unwrap_or(Counted { file, begin, at: begin, characters: 0 });
        let more = bytes.get(known.at..at).unwrap_or_default();
        let more = more.utf8_chunks().map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty())).sum::<usize>();
        self.counted = Counted { at, characters: known.characters + more, ..known };
        self.counted.characters
    }
}

/// The byte with which the character begins that a byte is part of, as far as it is UTF-8.
fn character_at(bytes: &[u8], at: usize) -> usize {
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_inside(at)).unwrap_or(at)
}

/// What stands around a place on a line, of which so many characters were left out before.
fn cut(file: &str, line: usize, left_out: usize, around: &str, at: usize, marked: usize) -> Snippet {
    let at = floor_char(around, at);
    let column = left_out + around.get(..at).unwrap_or("").chars().count() + 1;
    let from = if around.len() > WINDOW { floor_char(around, at.saturating_sub(WINDOW / 3)) } else { 0 };
    let to = if around.len() > WINDOW { floor_char(around, from + WINDOW) } else { around.len() };
    // A place counts in bytes: what would control a screen gives way to something as long.
    let shown = |c: char| match c.len_utf8() {
        _ if c == '\t' || is_plain(c) => c,
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    };
    let text: String = around.get(from..to).unwrap_or("").chars().map(shown).collect();
    let mark_end = floor_char(&text, (at - from + marked.max(1)).min(text.len()));
    let cut = left_out + around.get(..from).unwrap_or("").chars().count();
    Snippet { file: file.to_owned(), mark: (at - from, mark_end.saturating_sub(at - from)), text, line, column, cut }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
