//! Composition.
mod stop;
