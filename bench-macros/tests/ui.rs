//! What the attributes accept without a warning, and what they say about what they refuse.

#[test]
fn what_is_written_well_compiles_quietly() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

#[test]
fn mistakes_are_told_where_they_stand() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}
