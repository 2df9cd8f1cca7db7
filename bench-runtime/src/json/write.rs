//! From values to a text. Main type: [`Writer`].

use serde_core::Serialize;

use super::ToJson;

/// A text that is being written.
pub(crate) struct Writer {
    text: Vec<u8>,
    /// How deep the next line is indented; `None` if there are no lines.
    depth: Option<usize>,
}

/// A key of an object, its value, and whether it is left out where it has nothing to say.
pub(crate) struct Entry<'a> {
    key: &'a str,
    value: &'a dyn ToJson,
    may_be_absent: bool,
}

impl<'a> Entry<'a> {
    /// A key that is always there.
    pub(crate) fn always(key: &'a str, value: &'a dyn ToJson) -> Self {
        Self { key, value, may_be_absent: false }
    }

    /// A key that is left out where its value has nothing to say.
    pub(crate) fn if_told(key: &'a str, value: &'a dyn ToJson) -> Self {
        Self { key, value, may_be_absent: true }
    }
}

/// An object that no type stands for.
pub(crate) struct Object<'a>(pub(crate) &'a [Entry<'a>]);

impl ToJson for Object<'_> {
    fn write(&self, out: &mut Writer) {
        out.object(self.0);
    }
}

impl Writer {
    pub(super) fn on_one_line() -> Self {
        Self { text: Vec::new(), depth: None }
    }

    pub(super) fn indented() -> Self {
        Self { text: Vec::new(), depth: Some(0) }
    }

    /// The text of `value` and the end of its last line.
    pub(super) fn text_of(mut self, value: &dyn ToJson) -> Vec<u8> {
        value.write(&mut self);
        self.text.push(b'\n');
        self.text
    }

    /// A number, a text, a truth value or `null`.
    pub(crate) fn scalar(&mut self, value: impl Serialize) {
        // A vector takes everything, and a scalar always has a text.
        let _ = serde_json::to_writer(&mut self.text, &value);
    }

    /// An array.
    pub(crate) fn array(&mut self, elements: &mut dyn Iterator<Item = &dyn ToJson>) {
        self.block(b"[]", &mut elements.map(|element| (None, element)));
    }

    /// An object.
    pub(crate) fn object(&mut self, entries: &[Entry<'_>]) {
        let is_told = |entry: &&Entry<'_>| !(entry.may_be_absent && entry.value.is_nothing());
        self.map(&mut entries.iter().filter(is_told).map(|entry| (entry.key, entry.value)));
    }

    /// An object of any keys.
    pub(crate) fn map(&mut self, entries: &mut dyn Iterator<Item = (&str, &dyn ToJson)>) {
        self.block(b"{}", &mut entries.map(|(key, value)| (Some(key), value)));
    }

    fn block(
        &mut self,
        [open, close]: &[u8; 2],
        parts: &mut dyn Iterator<Item = (Option<&str>, &dyn ToJson)>,
    ) {
        self.text.push(*open);
        self.depth = self.depth.map(|depth| depth + 1);
        let mut is_empty = true;
        for (key, value) in parts {
            if !is_empty {
                self.text.push(b',');
            }
            is_empty = false;
            self.new_line();
            if let Some(key) = key {
                self.scalar(key);
                self.text.extend_from_slice(if self.depth.is_some() { b": " } else { b":" });
            }
            value.write(self);
        }
        self.depth = self.depth.map(|depth| depth - 1);
        if !is_empty {
            self.new_line();
        }
        self.text.push(*close);
    }

    fn new_line(&mut self) {
        const INDENT: usize = 2;
        if let Some(depth) = self.depth {
            self.text.push(b'\n');
            self.text.resize(self.text.len() + depth * INDENT, b' ');
        }
    }
}
