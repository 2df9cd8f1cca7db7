//! What this computer is, and how loaded it is.
