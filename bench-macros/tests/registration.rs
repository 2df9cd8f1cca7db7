//! What the attributes register, seen through the registry.

use std::fmt::Debug;
use std::time::Duration;

use adapter_bench::__private::{Body, Case, Entry, Flavor, GroupEntry, Kind, Options, Preparing};
use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};

/// The entry of a function in this file.
fn entry(module: &str, function: &str) -> &'static Entry {
    let wanted = format!("registration::{module}");
    inventory::iter::<Entry>()
        .find(|entry| entry.module == wanted && entry.function == function)
        .unwrap_or_else(|| panic!("{wanted}::{function} is registered"))
}

fn cases(entry: &Entry) -> Vec<Case> {
    let (Body::Cases(make) | Body::WithFixture { cases: make, .. }) = entry.body;
    make()
}

/// The parameters of all cases of a function.
fn params(module: &str, function: &str) -> Vec<String> {
    cases(entry(module, function)).iter().map(|case| case.params.to_string()).collect()
}

/// How each case of a function is prepared.
fn shapes(module: &str, function: &str) -> Vec<String> {
    cases(entry(module, function)).iter().map(|case| shape((case.prepare)(Bencher::default()))).collect()
}

fn shape(preparing: Preparing) -> String {
    match preparing {
        Preparing::Done(Ok(prepared)) => text(&prepared),
        Preparing::Done(Err(error)) => format!("refused: {error}"),
        Preparing::Awaited(_) => "awaited".to_owned(),
    }
}

fn text(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let start = text.find("shape: ").map_or(0, |at| at + "shape: ".len());
    text[start..].chars().take_while(|c| c.is_alphanumeric()).collect()
}

mod plain {
    use super::*;

    #[adapter_bench]
    fn whole() -> u64 {
        1
    }

    #[adapter_bench(group = "g", reference, name = "shown")]
    fn with_bencher(b: Bencher) -> Prepared {
        b.iter(|| 1)
    }

    #[adapter_bench]
    fn fallible() -> Result<u64, std::num::ParseIntError> {
        "1".parse()
    }

    #[adapter_bench]
    fn fails_to_set_up(b: Bencher) -> Result<Prepared, String> {
        let server: u8 = "no server".parse().map_err(|_| "no server".to_owned())?;
        Ok(b.iter(move || server))
    }

    #[adapter_bench]
    async fn future() -> u64 {
        1
    }

    #[adapter_bench(async(flavor = "multi_thread", workers = 2))]
    async fn awaited(b: Bencher) -> Prepared {
        b.iter(|| 1)
    }

    #[test]
    fn the_shape_follows_from_the_signature() {
        assert_eq!(shapes("plain", "whole"), ["Serial"]);
        assert_eq!(shapes("plain", "with_bencher"), ["Serial"]);
        assert_eq!(shapes("plain", "fallible"), ["Serial"]);
        assert_eq!(shapes("plain", "fails_to_set_up"), ["refused: no server"]);
        assert_eq!(shapes("plain", "future"), ["Concurrent"]);
        assert_eq!(shapes("plain", "awaited"), ["awaited"]);
    }

    #[test]
    fn the_entry_says_who_and_where() {
        let whole = entry("plain", "whole");
        assert_eq!((whole.package, whole.name), ("adapter-bench-macros", None));
        assert!(!whole.reference && !whole.is_async);
        assert!(whole.location.file.ends_with("tests/registration.rs"));

        let named = entry("plain", "with_bencher");
        assert_eq!((named.name, named.options.group), (Some("shown"), Some("g")));
        assert!(named.reference);
        assert!(entry("plain", "future").is_async);
    }

    #[test]
    fn the_location_is_that_of_the_function() {
        #[adapter_bench(group = "located")]
        #[inline]
        fn located() {}
        let line = line!() - 1;

        let located = entry("plain", "located");
        assert_eq!((located.location.line, located.location.column), (line, 12));
    }

    #[test]
    fn the_runtime_is_an_option() {
        let options = &entry("plain", "awaited").options;
        assert_eq!((options.flavor, options.workers), (Some(Flavor::MultiThread), Some(2)));
    }
}

mod options {
    use super::*;

    #[adapter_bench(
        kind = "db",
        tags = ["a", "b"],
        extended,
        ignore = "needs a server",
        min_rounds = 20,
        max_rounds = 1_000,
        iterations = 5_000_000_000,
        min_time = "500ms",
        max_time = "2m",
        warmup_time = "0s",
        timeout = "1m 30s",
        threads = 4,
        max_ratio = 1.2,
        max_memory_ratio = 2,
        max_memory = "64KiB",
        target = "p99 <= 10ms",
        target = "throughput >= 10K/s",
        critical = "p99 <= 50ms",
    )]
    fn every_measuring_option() {}

    #[test]
    fn every_option_arrives() {
        let expected = Options {
            kind: Some(Kind::Db),
            tags: &["a", "b"],
            extended: Some(true),
            ignore: Some("needs a server"),
            min_rounds: Some(20),
            max_rounds: Some(1_000),
            iterations: Some(5_000_000_000),
            min_time: Some(Duration::from_millis(500)),
            max_time: Some(Duration::from_secs(120)),
            warmup_time: Some(Duration::ZERO),
            timeout: Some(Duration::from_secs(90)),
            threads: Some(4),
            max_ratio: Some(1.2),
            max_memory_ratio: Some(2.0),
            max_memory: Some(65_536),
            targets: &["p99 <= 10ms", "throughput >= 10K/s"],
            criticals: &["p99 <= 50ms"],
            ..Options::NONE
        };
        assert_eq!(entry("options", "every_measuring_option").options, expected);
    }

    #[adapter_bench(concurrency = [1, 8], rate = 1000, sustain = "30s", max_error_rate = "1%")]
    async fn under_load() {}

    #[adapter_bench(concurrency = 4, rate = [0.5, 2], max_error_rate = 0)]
    async fn under_other_load() {}

    #[test]
    fn a_load_is_one_number_or_several() {
        let options = &entry("options", "under_load").options;
        assert_eq!((options.concurrency, options.rate), (&[1, 8][..], &[1000.0][..]));
        assert_eq!((options.sustain, options.max_error_rate), (Some(Duration::from_secs(30)), Some(0.01)));

        let options = &entry("options", "under_other_load").options;
        assert_eq!((options.concurrency, options.rate), (&[4][..], &[0.5, 2.0][..]));
        assert_eq!(options.max_error_rate, Some(0.0));
    }
}

mod conditions {
    use super::*;

    #[adapter_bench(when = entries() > 0, args = [1, 2])]
    fn there(n: u8) -> u8 {
        n
    }

    #[adapter_bench(when = entries() == 0, args = never())]
    fn not_there(n: u8) -> u8 {
        n
    }

    fn entries() -> usize {
        inventory::iter::<Entry>().count()
    }

    fn never() -> [u8; 1] {
        unreachable!("nothing is asked of a benchmark that is not there")
    }

    #[test]
    fn a_benchmark_is_there_when_its_condition_holds() {
        assert_eq!(params("conditions", "there"), ["[n=1]", "[n=2]"]);
        assert_eq!(params("conditions", "not_there"), [""; 0]);
    }
}

mod values {
    use super::*;

    #[derive(Clone, Debug)]
    enum Format {
        Json,
        Csv,
    }

    fn datasets() -> impl Iterator<Item = Vec<u8>> {
        (1..3).map(|len| vec![0; len])
    }

    fn pairs<A: Default, B: Default>() -> [(A, B); 1] {
        [(A::default(), B::default())]
    }

    #[adapter_bench(args = [100, 1_000])]
    fn integers(b: Bencher, rows: usize) -> Prepared {
        b.iter(move || rows)
    }

    #[adapter_bench(args = 1..=3)]
    fn range(n: u8) -> u8 {
        n
    }

    #[adapter_bench(args = ["a", "b"])]
    fn texts(mut text: &'static str) -> usize {
        text = text.trim();
        text.len()
    }

    #[adapter_bench(args = [(1, "x"), (2, "y")])]
    fn tuples((n, text): (usize, &'static str)) -> String {
        text.repeat(n)
    }

    #[adapter_bench(args = [Format::Json, Format::Csv])]
    fn enums(b: Bencher, format: Format) -> Prepared {
        b.iter(move || format.clone())
    }

    #[adapter_bench(args = datasets(), bytes = data.len())]
    fn calls(b: Bencher, data: Vec<u8>) -> Prepared {
        b.iter(move || data.len())
    }

    #[adapter_bench(args = pairs::<u8, Vec<u16>>(), items = 1)]
    async fn turbofish(pair: (u8, Vec<u16>)) -> Result<usize, std::fmt::Error> {
        Ok(pair.1.len())
    }

    #[adapter_bench(args = [&[1, 2, 3], &[4, 5, 6]])]
    fn coerced(b: Bencher, values: &'static [u64]) -> Prepared {
        b.iter(move || values.len())
    }

    #[adapter_bench(args = [2], items = 5_000_000_000, bytes = count(rows.pow(2)))]
    fn counted(rows: u32) -> u32 {
        rows
    }

    fn count(rows: u32) -> u64 {
        u64::from(rows) * 8
    }

    #[adapter_bench(args = [1, 2])]
    fn value(values: u8, bencher: Bencher) -> Prepared {
        bencher.iter(move || values)
    }

    #[test]
    fn every_value_is_a_case() {
        assert_eq!(params("values", "integers"), ["[rows=100]", "[rows=1000]"]);
        assert_eq!(params("values", "range"), ["[n=1]", "[n=2]", "[n=3]"]);
        assert_eq!(params("values", "texts"), ["[text=a]", "[text=b]"]);
        assert_eq!(params("values", "tuples"), [r#"[arg=(1;"x")]"#, r#"[arg=(2;"y")]"#]);
        assert_eq!(params("values", "enums"), ["[format=Json]", "[format=Csv]"]);
        assert_eq!(params("values", "calls"), ["[data=(0)]", "[data=(0;0)]"]);
        assert_eq!(params("values", "turbofish"), ["[pair=(0;())]"]);
        assert_eq!(params("values", "coerced"), ["[values=(1;2;3)]", "[values=(4;5;6)]"]);
        assert_eq!(params("values", "value"), ["[values=1]", "[values=2]"]);
    }

    #[test]
    fn every_case_can_be_prepared() {
        for function in
            ["integers", "range", "texts", "tuples", "enums", "calls", "coerced", "counted", "value"]
        {
            assert!(shapes("values", function).iter().all(|shape| shape == "Serial"), "{function}");
        }
        assert_eq!(shapes("values", "turbofish"), ["Concurrent"]);
    }
}

mod generics {
    use super::*;

    const LARGE: usize = 64;

    #[adapter_bench(types = [u32, Vec<(u8, u8)>])]
    fn types<T: Default + 'static>() -> T {
        T::default()
    }

    #[adapter_bench(consts = [1, LARGE, LARGE * 2], items = N)]
    fn consts<const N: usize>(b: Bencher) -> Prepared {
        b.iter(|| [0_u8; N])
    }

    #[adapter_bench(consts = [-1, 1], types = [u8, u16], args = [10, 20], bytes = rows * size_of::<T>())]
    fn product<const SIGN: i8, T>(b: Bencher, rows: usize) -> Prepared
    where
        T: Default + Clone + 'static,
    {
        b.iter(move || vec![T::default(); rows * usize::from(SIGN.unsigned_abs())])
    }

    #[test]
    fn types_and_constants_are_parameters() {
        assert_eq!(params("generics", "types"), ["[T=u32]", "[T=Vec<(u8;u8)>]"]);
        assert_eq!(params("generics", "consts"), ["[N=1]", "[N=LARGE]", "[N=LARGE*2]"]);
    }

    #[test]
    fn types_constants_and_args_multiply() {
        let params = params("generics", "product");
        assert_eq!(params.len(), 8);
        assert_eq!(params[0], "[T=u8,SIGN=-1,rows=10]");
        assert_eq!(params[7], "[T=u16,SIGN=1,rows=20]");
        assert_eq!(shapes("generics", "product").len(), 8);
    }

    #[test]
    fn args_are_evaluated_once() {
        use std::sync::atomic::{AtomicU32, Ordering};
        static EVALUATIONS: AtomicU32 = AtomicU32::new(0);

        #[adapter_bench(types = [u8, u16], args = { EVALUATIONS.fetch_add(1, Ordering::Relaxed); [1, 2] })]
        fn counted<T: Default + 'static>(_: u8) -> T {
            T::default()
        }

        assert_eq!(params("generics", "counted").len(), 4);
        assert_eq!(EVALUATIONS.load(Ordering::Relaxed), 1);
    }
}

#[bench_group(group = "grouped", tags = ["slow"], min_rounds = 5, items = 5_000_000_000, bytes = ROWS * 8)]
mod groups {
    //! The options of a module stand beside its path.

    use super::*;

    const ROWS: usize = 100;

    #[adapter_bench]
    fn inside() {}

    #[test]
    fn a_group_is_found_by_the_path_of_its_module() {
        let group = inventory::iter::<GroupEntry>()
            .find(|group| group.module == entry("groups", "inside").module)
            .expect("the module's options are registered");
        assert_eq!(group.package, "adapter-bench-macros");
        assert_eq!((group.options.group, group.options.tags), (Some("grouped"), &["slow"][..]));
        assert_eq!(group.options.min_rounds, Some(5));
        let bencher = format!("{:?}", (group.throughput)(Bencher::default()));
        assert!(
            bencher.contains("items: Some(5000000000)") && bencher.contains("bytes: Some(800)"),
            "{bencher}"
        );
    }
}

mod fixtures {
    use super::*;
    use adapter_bench::__private::{Definition, Make};
    use adapter_bench::{Fixture, Scope, SetupError, Unavailable, fixture, service};

    mod provided {
        use super::*;

        #[service(timeout = "5s")]
        pub(super) async fn server(_scope: Scope) -> Result<u16, Unavailable> {
            std::future::ready(Ok(1)).await
        }

        #[service]
        #[expect(clippy::needless_pass_by_value, reason = "services are handed what they need")]
        pub(super) fn proxy(server: Fixture<u16>) -> u16 {
            *server + 1
        }
    }

    use provided::proxy;

    #[fixture(server = provided::server, teardown = close)]
    async fn database(server: Fixture<u16>, _proxy: Fixture<u16>) -> Result<u8, SetupError> {
        std::future::ready(Ok(u8::try_from(*server)?)).await
    }

    async fn close(_database: u8) {
        std::future::ready(()).await;
    }

    #[adapter_bench(fixture = database, args = [1, 2])]
    async fn needs_it(b: Bencher, rows: usize, database: Fixture<u8>) -> Prepared {
        std::future::ready(b.iter(move || usize::from(*database) + rows)).await
    }

    fn definition() -> &'static Definition {
        match &entry("fixtures", "needs_it").body {
            Body::WithFixture { fixture, .. } => fixture(),
            Body::Cases(_) => panic!("it takes a fixture"),
        }
    }

    #[test]
    fn a_benchmark_knows_its_fixture_and_its_cases() {
        assert_eq!(params("fixtures", "needs_it"), ["[rows=1]", "[rows=2]"]);
        assert_eq!(entry("fixtures", "needs_it").options.fixture, Some("database"));
        assert_eq!((definition().function, definition().module), ("database", "registration::fixtures"));
        assert!(matches!(definition().make, Make::Fixture { teardown: Some(_), .. }));
    }

    #[test]
    fn parameters_come_from_what_they_are_called_after_unless_told_otherwise() {
        let needs: Vec<_> = definition().needs.iter().map(|need| need()).collect();
        let names: Vec<_> = needs.iter().map(|need| (need.module, need.function)).collect();
        let provided = "registration::fixtures::provided";
        assert_eq!(names, [(provided, "server"), (provided, "proxy")]);
        let timeouts = needs.iter().map(|need| match need.make {
            Make::Service { timeout, .. } => timeout,
            Make::Fixture { .. } => panic!("they are services"),
        });
        assert_eq!(timeouts.collect::<Vec<_>>(), [Some(Duration::from_secs(5)), None]);
        assert_eq!(needs[1].needs.len(), 1);
    }
}

mod elsewhere {
    use super::*;

    mod facade {
        pub(super) mod inner {
            pub(in super::super) use adapter_bench::*;
        }
    }

    #[adapter_bench(crate = facade::inner)]
    fn through_another_path() {}

    #[adapter_bench]
    #[cfg(any())]
    fn configured_out() {}

    #[test]
    fn the_harness_may_have_another_path() {
        assert_eq!(shapes("elsewhere", "through_another_path"), ["Serial"]);
    }

    #[test]
    fn what_is_configured_out_is_not_registered() {
        assert!(inventory::iter::<Entry>().all(|entry| entry.function != "configured_out"));
    }
}
