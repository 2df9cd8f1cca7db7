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

#[test]
fn texts_are_read_as_serde_json_reads_them() {
    let texts = [
        "null",
        " [ ] ",
        "{}",
        "[1,-2,3.5,-0,0,1e3,1E-2,1.25e+2,18446744073709551615,-9223372036854775808]",
        "[18446744073709551616,-9223372036854775809,0.1,5e-324,1.7976931348623157e308]",
        r#"{"b": [true, false, null], "a": {"x": ""}, "b": 2}"#,
        r#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00é😀""#,
        "\t\r\n[\n1\n,\n2\n]\n",
        "\"\u{7f}\u{2028}\"",
    ];
    let wrong = [
        "",
        " ",
        "nul",
        "tru",
        "nulll",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,]",
        "[1 2]",
        "[1]]",
        "1 2",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "01",
        "-",
        "-01",
        "+1",
        "1.",
        ".5",
        "1.e3",
        "1e",
        "1e+",
        "1e999",
        "-1e999",
        "0x1",
        "NaN",
        "--1",
        "1-",
        "\"",
        "\"a",
        "\"\n\"",
        "\"\u{1}\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\ud800""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
        r#""\ud800x""#,
        "'a'",
        "\u{feff}1",
        "\u{a0}1",
    ];
    for text in texts {
        let known: serde_json::Value = serde_json::from_str(text).expect(text);
        let value: Value = from_slice(text.as_bytes()).expect(text);
        assert_eq!(written(&value), format!("{known}\n"), "{text}");
    }
    for text in wrong {
        let known = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
        let error = from_slice::<Value>(text.as_bytes()).expect_err(text);
        let at_end = known.is_eof().then(|| known.line());
        assert!(error.end() == at_end || text.starts_with(['-', '1', '"']), "{text}: {error}; {known}");
    }
}

#[test]
fn texts_of_any_pieces_are_read_as_serde_json_reads_them() {
    let pieces = [
        "[", "]", "{", "}", ",", ":", "\"a\"", "\"", "\\", "\\u00e9", "1", "-0.5e1", "null", "true", " ",
        "\n", "é",
    ];
    let (mut random, mut valid) = (fastrand::Rng::with_seed(5), 0);
    for _ in 0..20_000 {
        let text: String = (0..random.usize(1..12)).map(|_| pieces[random.usize(..pieces.len())]).collect();
        match (from_slice::<Value>(text.as_bytes()), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(value), Ok(known)) => {
                assert_eq!(written(&value), format!("{known}\n"), "{text}");
                valid += 1;
            }
            (value, known) => assert!(value.is_err() && known.is_err(), "{text}: {value:?}, {known:?}"),
        }
    }
    assert!(valid > 100, "{valid}");
    for bytes in [&b"\"\xff\""[..], b"\xc3", b"[1]\xe9"] {
        let error = from_slice::<Value>(bytes).expect_err("no text").to_string();
        assert!(error.starts_with("invalid unicode code point at line 1 column"), "{error}");
    }
}

#[test]
fn numbers_and_texts_are_written_as_serde_json_writes_them() {
    let mut random = fastrand::Rng::with_seed(6);
    let edges = [0.0, -0.0, 1e-5, 9.9e-6, 1e15, 1e16, 1.5e300, 5e-324, f64::MAX, f64::NAN, f64::INFINITY];
    let any = (0..20_000).map(|_| f64::from_bits(random.u64(..)));
    for number in edges.into_iter().chain(any) {
        let (text, known) = (written(&number), format!("{}\n", serde_json::json!(number)));
        // Of two texts that are as short and as near, either will do.
        assert_eq!(
            (text.len(), text.find(['.', 'e'])),
            (known.len(), known.find(['.', 'e'])),
            "{text}{known}"
        );
        assert_eq!(text.trim_end().parse::<f64>().ok(), known.trim_end().parse().ok(), "{text}{known}");
        assert!(!number.is_finite() || read(&text).map(f64::to_bits) == Ok(number.to_bits()), "{number:?}");
    }
    let text: String = (0..0x300).filter_map(char::from_u32).chain(['\u{2028}', '😀']).collect();
    assert_eq!(written(&text), format!("{}\n", serde_json::json!(text)));
    assert_eq!(read(&written(&text)), Ok(text));
    for number in [0, 1, i64::MIN, i64::MAX] {
        assert_eq!((written(&number), read(&written(&number))), (format!("{number}\n"), Ok(number)));
    }
    let below = "invalid value: integer `-1`, expected u64 at line 1 column 2".to_owned();
    assert_eq!(read::<u64>("-1"), Err(below));
    assert!(read::<i64>("9223372036854775808").is_err() && read::<u64>("1.0").is_err());
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(from_slice::<Value>(nested(100).as_bytes()).is_ok());
    for text in [nested(1_000), "[".repeat(1_000_000), r#"{"a":"#.repeat(1_000_000)] {
        let error = from_slice::<Value>(text.as_bytes()).expect_err("too deep").to_string();
        assert!(error.contains("recursion limit exceeded"), "{error}");
        let error = read::<Whole>(&format!("{{\"new\": {text}")).expect_err("too deep");
        assert!(error.contains("recursion limit exceeded"), "{error}");
    }
}
