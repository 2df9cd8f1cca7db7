//! The plan of a query without what differs from call to call. Main function: [`form`].

/// What stands for a value.
const VALUE: char = '?';

/// How lines begin that tell of one call, not of the plan.
const OF_A_CALL: [&str; 11] = [
    "Planning Time:",
    "Execution Time:",
    "Planning:",
    "Buffers:",
    "I/O Timings:",
    "Heap Fetches:",
    "Rows Removed by",
    "Sort Method:",
    "Buckets:",
    "Batches:",
    "Worker ",
];

/// How notes in parentheses begin that tell of costs, or of one call.
const NOTES: [&str; 3] = ["(cost=", "(actual ", "(never executed"];

/// `plan` without costs, times and what else is of one call, and with `?` for every value in a condition.
pub(super) fn form(plan: &str) -> String {
    let lines = plan.lines().map(line).filter(|line| !is_of_a_call(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_of_a_call(line: &str) -> bool {
    let text = line.trim_start();
    text.is_empty() || OF_A_CALL.iter().any(|start| text.starts_with(start))
}

/// One line, without its notes and its values.
fn line(line: &str) -> String {
    let mut rest = line;
    let mut kept = String::new();
    while let Some(place) = rest.find('(') {
        let (before, from) = rest.split_at(place);
        kept.push_str(before);
        let (group, after) = from.split_at(end_of_group(from));
        if NOTES.iter().any(|note| group.starts_with(note)) {
            kept.truncate(kept.trim_end().len());
        } else {
            without_values(group, &mut kept);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept.trim_end().to_owned()
}

/// How long the parenthesis is that `text` begins with: up to the one that closes it, or else all.
fn end_of_group(text: &str) -> usize {
    let (mut depth, mut quoted) = (0_usize, false);
    for (place, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place + c.len_utf8();
        }
    }
    text.len()
}

/// Writes a condition with `?` in place of quoted texts and of numbers. What belongs to a name or a parameter (`t1`, `$1`)
/// stays.
fn without_values(condition: &str, to: &mut String) {
    let mut rest = condition.chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        let is_part_of_name = last.is_alphanumeric() || matches!(last, '_' | '$' | '"');
        if c == '\'' {
            rest.by_ref().find(|c| *c == '\'');
            to.push(VALUE);
        } else if c.is_ascii_digit() && !is_part_of_name {
            while rest.next_if(|c| c.is_ascii_digit() || *c == '.').is_some() {}
            to.push(VALUE);
        } else {
            to.push(c);
        }
        last = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_times_and_values_of_a_call_are_left_out() {
        let plan = "\
Limit  (cost=0.29..8.31 rows=1 width=76) (actual time=0.021..0.022 rows=1 loops=1)
  Buffers: shared hit=3
  ->  Index Scan using product_brand_idx on product p1  (cost=0.29..8.31 rows=1 width=76) (actual time=0.020..0.020 rows=1 loops=1)
        Index Cond: ((brand = 'A (b)'::text) AND (stock > 10) AND (id = $1))
        Filter: (price <= '12.50'::numeric)
        Rows Removed by Filter: 3
Planning Time: 0.1 ms
Execution Time: 0.2 ms
";
        let expected = "\
Limit
  ->  Index Scan using product_brand_idx on product p1
        Index Cond: ((brand = ?::text) AND (stock > ?) AND (id = $1))
        Filter: (price <= ?::numeric)";
        assert_eq!(form(plan), expected);
    }

    #[test]
    fn other_values_make_no_other_plan_and_another_index_does() {
        let scan = |index: &str, id: u32, cost: f64| {
            format!("Index Scan using {index} on t  (cost={cost}..9 rows={id})\n  Index Cond: (id = {id})")
        };
        assert_eq!(form(&scan("t_pkey", 1, 0.1)), form(&scan("t_pkey", 22, 0.2)));
        assert_ne!(form(&scan("t_pkey", 1, 0.1)), form(&scan("t2_pkey", 1, 0.1)));
    }

    #[test]
    fn what_has_no_costs_stays_as_it_is() {
        let plan = "SEARCH product USING INDEX sqlite_autoindex_product_1 (id=?)";
        assert_eq!(form(plan), plan);
        assert_eq!(form("Hash Join\n  Hash Cond: (a.id = b.id"), "Hash Join\n  Hash Cond: (a.id = b.id");
        assert_eq!((form(""), form("a ) b"), form("(")), (String::new(), "a ) b".to_owned(), "(".to_owned()));
    }
}
