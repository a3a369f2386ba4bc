//! A file in; its lines out, each with its number, blank ones left out.

use std::fs::File;
use std::io::{BufRead, BufReader, Result};
use std::path::Path;

use super::Written;
use crate::stream::LINE_LIMIT;

/// The lines of a file.
pub(super) struct Lines {
    reader: BufReader<File>,
    line: u64,
    pub(super) size: u64,
    /// So many bytes were read.
    pub(super) position: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Lines> {
        let file = File::open(path)?;
        let size = file.metadata().map_or(0, |about| about.len());
        Ok(Lines { reader: BufReader::with_capacity(1 << 16, file), line: 0, size, position: 0 })
    }

    pub(super) fn next(&mut self) -> Result<Option<(u64, Written)>> {
        loop {
            let Some((number, line)) = self.line()? else { return Ok(None) };
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some((number, Written::Json(line))));
            }
        }
    }

    /// The next line with its end, blank or not; of one that is too long, only so much that it is seen to be.
    pub(super) fn line(&mut self) -> Result<Option<(u64, Vec<u8>)>> {
        let mut line = Vec::new();
        let mut taken = 0;
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() && taken == 0 {
                return Ok(None);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(available.len(), |at| at + 1);
            if line.len() <= LINE_LIMIT {
                line.extend_from_slice(&available[..used]);
            }
            let ended = end.is_some() || available.is_empty();
            self.reader.consume(used);
            taken += used;
            self.position += used as u64;
            if ended {
                self.line += 1;
                return Ok(Some((self.line, line)));
            }
        }
    }
}
