//! The library as those who call it see it: one program, so that it is linked once.

mod batch;
mod corners;
mod described;
mod hostile;
mod lines;
mod options;
mod serialize;
mod shared;
