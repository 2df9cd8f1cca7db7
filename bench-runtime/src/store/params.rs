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
        let mut object = out.map();
        for (name, value) in &self.0 {
            object.entry(name, value);
        }
        object.end();
    }
}

impl FromJson for ParamEntries {
    fn blank() -> Self {
        Self::default()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        self.0.clear();
        source.entries(&mut |name, value| {
            self.0.push((name.to_owned(), value.text()?));
            Ok(())
        })
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
