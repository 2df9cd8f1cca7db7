//! Parameters as a JSON object whose keys keep their order, which is that of the id.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Params;

/// The parameters of one case: names and the texts of their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ParamEntries(pub(crate) Vec<(String, String)>);

impl From<&Params> for ParamEntries {
    fn from(params: &Params) -> Self {
        Self(params.0.iter().map(|param| (param.name.clone(), param.value.clone())).collect())
    }
}

impl Serialize for ParamEntries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for ParamEntries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = ParamEntries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ParamEntries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(ParamEntries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_order() {
        let text = r#"{"T":"u64","rows":"100","N":"4"}"#;
        let entries: ParamEntries = serde_json::from_str(text).expect("an object of texts");
        assert_eq!(entries.0[1], ("rows".to_owned(), "100".to_owned()));
        assert_eq!(serde_json::to_string(&entries).expect("texts are JSON"), text);
    }
}
