//! What nobody is to read: passwords are kept out of what is shown and recorded. Main functions: [`keep`] and [`conceal`].

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

/// What stands in the place of a secret.
const CONCEALED: &str = "…";

/// A password that is shorter than this, or a word that is known otherwise, is concealed in URLs only: to conceal it
/// everywhere would tell it by what is missing, and take away words that are needed.
const SHORT: usize = 6;

/// Texts that are replaced, and by what; the longest first.
static KNOWN: RwLock<Vec<(String, String)>> = RwLock::new(Vec::new());

/// From here on `secret` is concealed in this process, unless it is one of the words that are `known` anyway.
pub(crate) fn keep(secret: &str, known: &[&str]) {
    if secret.is_empty() {
        return;
    }
    let mut forms = forms_of(secret);
    let in_urls = forms.iter().map(|form| (format!(":{form}@"), format!(":{CONCEALED}@"))).collect();
    let everywhere = if secret.chars().count() < SHORT || known.contains(&secret) {
        Vec::new()
    } else {
        forms.drain(..).map(|form| (form, CONCEALED.to_owned())).collect()
    };
    let mut all = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    all.extend([in_urls, everywhere].concat());
    all.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    all.dedup();
}

/// A secret as it is, as URLs have it, and as `Debug` and JSON show it.
fn forms_of(secret: &str) -> Vec<String> {
    let shown = format!("{secret:?}");
    let mut forms = vec![secret.to_owned(), in_url(secret), shown[1..shown.len() - 1].to_owned()];
    forms.sort();
    forms.dedup();
    forms
}

/// A text as a URL has it, escaped where it has to be.
pub(crate) fn in_url(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape =
        |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escape).collect()
}

/// Whether there is anything to conceal.
pub(crate) fn are_none() -> bool {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).is_empty()
}

/// The text without the secrets in it.
pub(crate) fn conceal(text: &str) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut concealed = Cow::Borrowed(text);
    for (secret, instead) in known.iter().filter(|(secret, _)| text.contains(&**secret)) {
        concealed = Cow::Owned(concealed.replace(&**secret, instead));
    }
    concealed
}

/// Conceals the secrets in a text that is kept.
pub(crate) fn conceal_in(text: &mut String) {
    if let Cow::Owned(concealed) = conceal(text) {
        *text = concealed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_concealed_in_all_its_forms_and_a_weak_one_in_urls_only() {
        keep("tough \"p@ss\"", &["me"]);
        keep("someone", &["someone"]);
        keep("a1b2", &[]);
        keep("", &[]);
        for (text, concealed) in [
            ("the password is tough \"p@ss\".", "the password is …."),
            ("\"the password is tough \\\"p@ss\\\"\"", "\"the password is …\""),
            ("postgres://me:tough%20%22p%40ss%22@db/x", "postgres://me:…@db/x"),
            ("user someone at someone:someone@db", "user someone at someone:…@db"),
            ("a1b2 at me:a1b2@db", "a1b2 at me:…@db"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(conceal(text), concealed);
        }
        assert!(!are_none());
    }
}
