//! Parameters as a JSON object whose keys keep their order, which is that of the id.

use crate::json::{Error, FromJson, Source, ToJson, Writer};
use crate::model::Params;

/// The parameters of one case: names and the texts of their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ParamEntries(pub(crate) Vec<(String, String)>);

impl From<&Params> for ParamEntries {
    fn from(params: &Params) -> Self {
        Self(params.0.iter().map(|param| (param.name.clone(), param.value.clone())).collect())
    }
}

impl ToJson for ParamEntries {
    fn write(&self, out: &mut Writer) {
        out.map(&mut self.0.iter().map(|(name, value)| (name.as_str(), value as &dyn ToJson)));
    }
}

impl FromJson for ParamEntries {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let mut entries = Vec::new();
        source.entries(&mut |name, value| {
            entries.push((name.to_owned(), value.text()?));
            Ok(())
        })?;
        Ok(Self(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn parameters_keep_their_order() {
        let text = b"{\"T\":\"u64\",\"rows\":\"100\",\"N\":\"4\"}\n";
        let entries: ParamEntries = json::from_slice(text).expect("an object of texts");
        assert_eq!(entries.0[1], ("rows".to_owned(), "100".to_owned()));
        assert_eq!(json::line(&entries), text);
    }
}
