//! What errors say. Main macro: [`says!`].

/// Declares what an error says, and what it was caused by if that is another error:
/// `says!(SaveError { Self::Name(name) => "`{name}` is no name"; } caused by { Self::Io { source } => source; })`.
///
/// Texts are those of [`format!`]; what they need besides the fields follows them.
macro_rules! says {
    (
        $type:ty { $($error:pat => $text:literal $(, $argument:expr)*;)+ }
        $(caused by { $($caused:pat => $cause:expr;)+ })?
    ) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $($error => write!(f, $text $(, $argument)*),)+
                }
            }
        }

        impl std::error::Error for $type {
            $(fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                match self {
                    $($caused => Some($cause),)+
                    _ => None,
                }
            })?
        }
    };
}

pub(crate) use says;
