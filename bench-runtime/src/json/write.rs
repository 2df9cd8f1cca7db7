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

    /// Starts an array, to be given elements.
    pub(crate) fn array(&mut self) -> Block<'_> {
        Block::start(self, *b"[]")
    }

    /// Starts an object, to be given entries.
    pub(crate) fn map(&mut self) -> Block<'_> {
        Block::start(self, *b"{}")
    }

    /// A whole object.
    pub(crate) fn object(&mut self, entries: &[Entry<'_>]) {
        let mut object = self.map();
        for entry in entries {
            if !(entry.may_be_absent && entry.value.is_nothing()) {
                object.entry(entry.key, entry.value);
            }
        }
        object.end();
    }

    fn new_line(&mut self) {
        const INDENT: usize = 2;
        if let Some(depth) = self.depth {
            self.text.push(b'\n');
            self.text.resize(self.text.len() + depth * INDENT, b' ');
        }
    }
}

/// An array or an object that is being written.
pub(crate) struct Block<'a> {
    out: &'a mut Writer,
    close: u8,
    is_empty: bool,
}

impl<'a> Block<'a> {
    fn start(out: &'a mut Writer, [open, close]: [u8; 2]) -> Self {
        out.text.push(open);
        out.depth = out.depth.map(|depth| depth + 1);
        Self { out, close, is_empty: true }
    }

    /// Writes the next element of an array.
    pub(crate) fn element(&mut self, value: &dyn ToJson) {
        self.next();
        value.write(self.out);
    }

    /// Writes the next entry of an object.
    pub(crate) fn entry(&mut self, key: &str, value: &dyn ToJson) {
        self.next();
        self.out.scalar(key);
        self.out.text.extend_from_slice(if self.out.depth.is_some() { b": " } else { b":" });
        value.write(self.out);
    }

    fn next(&mut self) {
        if !self.is_empty {
            self.out.text.push(b',');
        }
        self.is_empty = false;
        self.out.new_line();
    }

    /// Ends it.
    pub(crate) fn end(self) {
        self.out.depth = self.out.depth.map(|depth| depth - 1);
        if !self.is_empty {
            self.out.new_line();
        }
        self.out.text.push(self.close);
    }
}
