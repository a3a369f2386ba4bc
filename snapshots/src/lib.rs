//! Outcomes are locked by the tests beside this file; the library itself is empty.
