//! What can go wrong in a codec. Main type: [`Error`].

/// What a library says, whichever it is.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why orders could not be encoded or decoded; the library's own error is the source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The library refused the orders.
    #[error("the orders could not be encoded as {format}")]
    Encode {
        /// The format and its library.
        format: &'static str,
        /// The library's error.
        source: Cause,
    },
    /// The bytes are not orders in this format.
    #[error("the bytes could not be decoded as orders in {format}")]
    Decode {
        /// The format and its library.
        format: &'static str,
        /// The library's error.
        source: Cause,
    },
}

impl Error {
    /// Wraps the error of an encoder, for `map_err`.
    pub(crate) fn encode<E: Into<Cause>>(format: &'static str) -> impl FnOnce(E) -> Self {
        move |cause| Self::Encode { format, source: cause.into() }
    }

    /// Wraps the error of a decoder, for `map_err`.
    pub(crate) fn decode<E: Into<Cause>>(format: &'static str) -> impl FnOnce(E) -> Self {
        move |cause| Self::Decode { format, source: cause.into() }
    }
}
