//! How types say what they are in JSON.

/// Declares the keys of a struct, which are the names of its fields: `object!(Errors { count, first or absent })`.
///
/// A key of another name stands behind `as`: `event_loop as "async"`. A key that is `or absent` is left out where its
/// value is `None` or has no elements, and stands for the default where it is not found. Any other key is always
/// written, and has to be there unless its value is an `Option`. A field that is missing here does not compile.
macro_rules! object {
    ($type:ty { $($field:ident $(as $key:literal)? $(or $absent:ident)?),+ $(,)? }) => {
        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                Self { $($field: $crate::json::FromJson::blank()),+ }
            }

            fn fill(&mut self, source: $crate::json::Source<'_>) -> Result<(), $crate::json::Error> {
                source.object(&mut [$(
                    $crate::json::object!(@slot (&mut self.$field) ($field $($key)?) $($absent)?)
                ),+])
            }
        }

        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut $crate::json::Writer) {
                out.object(&[$(
                    $crate::json::object!(@entry (&self.$field) ($field $($key)?) $($absent)?)
                ),+]);
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@slot ($value:expr) ($($key:tt)+)) => {
        $crate::json::Slot::always($crate::json::object!(@key $($key)+), $value)
    };
    (@slot ($value:expr) ($($key:tt)+) absent) => {
        $crate::json::Slot::if_told($crate::json::object!(@key $($key)+), $value)
    };
    (@entry ($value:expr) ($($key:tt)+)) => {
        $crate::json::Entry::always($crate::json::object!(@key $($key)+), $value)
    };
    (@entry ($value:expr) ($($key:tt)+) absent) => {
        $crate::json::Entry::if_told($crate::json::object!(@key $($key)+), $value)
    };
}

/// Declares a struct with one part to be as that part is: `within!(Params)`.
macro_rules! within {
    ($type:ident) => {
        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                Self($crate::json::FromJson::blank())
            }

            fn fill(&mut self, source: $crate::json::Source<'_>) -> Result<(), $crate::json::Error> {
                self.0.fill(source)
            }
        }

        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut $crate::json::Writer) {
                self.0.write(out);
            }
        }
    };
}

/// Declares the words for the variants of an enum: `word!(Clocked { Batch = "batch", EachCall = "each_call" })`.
macro_rules! word {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                let [first, ..] = [$(Self::$variant),+];
                first
            }

            fn fill(&mut self, source: $crate::json::Source<'_>) -> Result<(), $crate::json::Error> {
                *self = match source.text()?.as_str() {
                    $($word => Self::$variant,)+
                    other => return Err($crate::json::unknown(other, &[$($word),+])),
                };
                Ok(())
            }
        }

        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut $crate::json::Writer) {
                out.scalar(match self {
                    $(Self::$variant => $word,)+
                });
            }
        }
    };
}

/// Declares the words for the variants of an enum that hold something:
/// `choice!(Leak { Unknown = "unknown", Steady { per_iteration } = "steady" })`.
///
/// A variant that holds nothing is its word. One that holds something is an object with the word as its only key: its
/// part, an array of its two parts, or an object of its fields.
macro_rules! choice {
    ($type:ty {
        $($variant:ident $(($($part:ident),+))? $({ $($field:ident),+ })? = $word:literal),+ $(,)?
    }) => {
        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                $crate::json::choice!(@blank $($variant $(($($part),+))? $({ $($field),+ })?),+)
            }

            fn fill(&mut self, source: $crate::json::Source<'_>) -> Result<(), $crate::json::Error> {
                source.choice(&mut |word, value| {
                    *self = match word {
                        $($word => $crate::json::choice!(
                            @read value, $word, $variant $(($($part),+))? $({ $($field),+ })?
                        ),)+
                        other => return Err($crate::json::unknown(other, &[$($word),+])),
                    };
                    Ok(())
                })
            }
        }

        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut $crate::json::Writer) {
                match self {
                    $(Self::$variant $(($($part),+))? $({ $($field),+ })? => {
                        $crate::json::choice!(@write out, $word $(, ($($part),+))? $(, { $($field),+ })?);
                    })+
                }
            }
        }
    };
    (@blank $variant:ident $(, $($others:tt)*)?) => { Self::$variant };
    (@blank $variant:ident ($($part:ident),+) $(, $($others:tt)*)?) => {{
        $(let $part = $crate::json::FromJson::blank();)+
        Self::$variant($($part),+)
    }};
    (@blank $variant:ident { $($field:ident),+ } $(, $($others:tt)*)?) => {
        Self::$variant { $($field: $crate::json::FromJson::blank()),+ }
    };
    (@read $value:ident, $word:literal, $variant:ident) => { Self::$variant };
    (@read $value:ident, $word:literal, $variant:ident ($part:ident)) => {
        Self::$variant($crate::json::held($word, $value)?.read()?)
    };
    (@read $value:ident, $word:literal, $variant:ident ($first:ident, $second:ident)) => {{
        let ($first, $second) = $crate::json::held($word, $value)?.read()?;
        Self::$variant($first, $second)
    }};
    (@read $value:ident, $word:literal, $variant:ident { $($field:ident),+ }) => {{
        $(let mut $field = $crate::json::FromJson::blank();)+
        $crate::json::held($word, $value)?
            .object(&mut [$($crate::json::Slot::always(stringify!($field), &mut $field)),+])?;
        Self::$variant { $($field),+ }
    }};
    (@write $out:ident, $word:literal) => { $out.scalar($word) };
    (@write $out:ident, $word:literal, ($part:ident)) => {
        $out.object(&[$crate::json::Entry::always($word, $part)])
    };
    (@write $out:ident, $word:literal, ($first:ident, $second:ident)) => {
        $out.object(&[$crate::json::Entry::always($word, &($first, $second))])
    };
    (@write $out:ident, $word:literal, { $($field:ident),+ }) => {{
        let fields = [$($crate::json::Entry::always(stringify!($field), $field)),+];
        $out.object(&[$crate::json::Entry::always($word, &$crate::json::Object(&fields))])
    }};
}

pub(crate) use {choice, object, within, word};
