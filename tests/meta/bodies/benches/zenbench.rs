//! The six bodies under zenbench.

use zenbench::Suite;

fn bodies(suite: &mut Suite) {
    let (bytes, text, runtime) = (bodies::bytes(), bodies::text(), bodies::runtime());
    suite.bench_fn("noop", bodies::noop);
    suite.bench_fn("mix", bodies::mix);
    suite.bench_fn("hash", move || bodies::hash(&bytes));
    suite.bench_fn("parse", move || bodies::parse(&text));
    suite.bench_fn("allocate", bodies::allocate);
    suite.bench("yields", move |b| b.iter_async(&runtime, bodies::yields));
}

zenbench::main!(bodies);
