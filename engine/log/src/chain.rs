//! A line and what binds the line before it in; the line sealed, and what binds the next one to it, out.

use std::fmt;

use sha2::{Digest, Sha256};

/// What stands between a line's content and its seal.
const SEAL: &[u8] = b",\"chain\":\"";
/// The bytes of a seal: its beginning, 64 digits, `"}`.
const LENGTH: usize = SEAL.len() + 64 + 2;

/// The hash of a line and of all lines before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link([u8; 32]);

impl Link {
    /// What the first line of a log is bound to.
    pub(crate) const START: Link = Link([0; 32]);

    /// The link of a line's content behind this one.
    pub(crate) fn next(self, content: &[u8]) -> Link {
        Link(Sha256::new().chain_update(self.0).chain_update(content).finalize().into())
    }
    pub(crate) fn read(digits: &[u8]) -> Option<Link> {
        let mut link = [0; 32];
        // Capitals would be another text with the same meaning: a line has one text only.
        let is_lower = !digits.iter().any(u8::is_ascii_uppercase);
        hex::decode_to_slice(digits, &mut link).ok().filter(|()| is_lower).map(|()| Link(link))
    }
    pub(crate) fn hex(self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// Seals the line that begins at a place of a buffer and is an object still open at its end.
pub(crate) fn seal(buffer: &mut Vec<u8>, start: usize, before: Link) -> Link {
    let link = before.next(buffer.get(start..).unwrap_or_default());
    buffer.extend_from_slice(SEAL);
    buffer.extend_from_slice(link.hex().as_bytes());
    buffer.extend_from_slice(b"\"}\n");
    link
}

/// A line's content and its seal, without its end of line; `None` if it has none.
pub(crate) fn unseal(line: &[u8]) -> Option<(&[u8], Link)> {
    let (content, seal) = line.split_at_checked(line.len().checked_sub(LENGTH)?)?;
    let digits = seal.strip_prefix(SEAL)?.strip_suffix(b"\"}")?;
    Some((content, Link::read(digits)?))
}
