//! What the declarations of types come to.

use std::time::Duration;

use super::*;

#[derive(Clone, Debug, Default, PartialEq)]
struct Whole {
    name: String,
    count: u32,
    shares: Vec<f64>,
    word: Option<Word>,
    list: Vec<u64>,
    other: Option<String>,
}

object!(Whole { name, count, shares, word, list or absent, other as "else" or absent });

#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    One,
    AndTwo,
}

word!(Word { One = "one", AndTwo = "and_two" });

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Bare,
    Part(bool),
    Parts(usize, Word),
    Fields { length: Duration, net: i64 },
}

choice!(Choice {
    Bare = "bare",
    Part(is_so) = "part",
    Parts(number, word) = "parts",
    Fields { length, net } = "fields",
});

fn read<T: FromJson>(text: &str) -> Result<T, String> {
    from_slice(text.as_bytes()).map_err(|error| error.to_string())
}

fn written(value: &dyn ToJson) -> String {
    String::from_utf8(line(value)).expect("JSON is UTF-8")
}

#[test]
fn keys_are_written_in_the_order_in_which_they_are_declared_and_read_in_any() {
    let least =
        Whole { name: "a \"b\"\n".to_owned(), count: 2, shares: vec![0.1, 1e300], ..Whole::default() };
    let text = "{\"name\":\"a \\\"b\\\"\\n\",\"count\":2,\"shares\":[0.1,1e+300],\"word\":null}\n";
    assert_eq!(written(&least), text);
    assert_eq!(read::<Whole>(text), Ok(least));
    let text =
        r#"{"else": "x", "list": [1], "word": "and_two", "shares": [], "c\u006funt": 0, "name": "\u00e9"}"#;
    let whole = Whole {
        name: "é".to_owned(),
        word: Some(Word::AndTwo),
        list: vec![1],
        other: Some("x".to_owned()),
        ..Whole::default()
    };
    assert_eq!(read::<Whole>(text), Ok(whole));
}

#[test]
fn keys_that_are_not_known_are_passed_over() {
    let text = r#"{"new": {"name": [1, {}]}, "name": "", "count": 0, "shares": []}"#;
    assert_eq!(read::<Whole>(text), Ok(Whole::default()));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = [
        (r#"{"name": ""}"#, "missing field `count`"),
        ("{\n\"name\": 1}", "invalid type: integer `1`, expected a string at line 2 column 9"),
        (r#"{"count": 4294967296}"#, "expected u32"),
        (r#"{"word": "two"}"#, "unknown variant `two`, expected `one` or `and_two`"),
        (r#"{"shares": 1}"#, "expected an array"),
        (r#"{"name": "#, "EOF while parsing a value at line 1"),
        ("{} {}", "missing field `name`"),
        ("[]", "expected an object"),
    ];
    for (text, told) in wrong {
        let error = read::<Whole>(text).expect_err(text);
        assert!(error.contains(told), "{text}: {error}");
        assert!(error.matches(" at line ").count() <= 1, "{text}: {error}");
    }
    assert!(read::<bool>("true false").expect_err("two values").contains("trailing characters"));
}

#[test]
fn a_choice_is_a_word_or_an_object_with_one_key() {
    let choices = [
        (Choice::Bare, r#""bare""#),
        (Choice::Part(true), r#"{"part":true}"#),
        (Choice::Parts(3, Word::One), r#"{"parts":[3,"one"]}"#),
        (
            Choice::Fields { length: Duration::new(2, 5), net: -1 },
            r#"{"fields":{"length":{"secs":2,"nanos":5},"net":-1}}"#,
        ),
    ];
    for (choice, text) in choices {
        assert_eq!(written(&choice).trim_end(), text);
        assert_eq!(read(text), Ok(choice));
    }
    for text in [r#""part""#, r#"{"none": 1}"#, "{}", "3", r#"{"parts": [3]}"#] {
        assert!(read::<Choice>(text).is_err(), "{text}");
    }
}

#[test]
fn a_key_and_an_element_stand_on_a_line_each_when_there_are_lines() {
    let (some, none) = (vec![1_u64, 2], Vec::<u64>::new());
    let value = Object(&[Entry::always("a", &some), Entry::always("b", &none)]);
    let text = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}\n";
    assert_eq!(String::from_utf8(lines(&value)).expect("JSON is UTF-8"), text);
}

#[test]
fn results_and_arrays_of_a_known_length_are_read_back() {
    for value in [Ok([1_usize, 2, 3]), Err("not here".to_owned())] {
        assert_eq!(read(&written(&value)), Ok(value));
    }
    assert!(read::<[usize; 3]>("[1, 2]").is_err());
}
