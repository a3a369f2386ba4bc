//! Unary tests (S3): texts in, the sets of values that pass them out.

mod test;
#[cfg(test)]
mod tests;
mod text;

pub(super) use test::parse;
pub(super) use text::parse_text;
