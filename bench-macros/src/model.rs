//! From raw keys to typed options. Main type: [`Model`].

use proc_macro2::{Ident, TokenStream};
use syn::Path;

use crate::args::{self, RawKey, RawValue};
use crate::keys;
use crate::mistakes::Mistakes;
use crate::validate::KnownKeys;
use crate::values::Given;

/// What an attribute says. Times are in nanoseconds, sizes in bytes.
#[derive(Default)]
pub(crate) struct Model {
    /// The keys that were written, or probably meant, whether or not their values could be read.
    pub(crate) attempted: Vec<&'static str>,

    pub(crate) group: Option<Given<String>>,
    pub(crate) name: Option<Given<String>>,
    pub(crate) reference: Option<Given<()>>,
    pub(crate) kind: Option<Given<Kind>>,
    pub(crate) tags: Option<Given<Vec<String>>>,
    pub(crate) extended: Option<Given<()>>,
    pub(crate) ignore: Option<Given<String>>,

    /// A condition, evaluated when the cases are made.
    pub(crate) when: Option<Given<TokenStream>>,
    pub(crate) args: Option<Given<TokenStream>>,
    pub(crate) types: Option<Given<Vec<TokenStream>>>,
    pub(crate) consts: Option<Given<Vec<TokenStream>>>,
    pub(crate) fixture: Option<Given<Path>>,
    pub(crate) items: Option<Given<TokenStream>>,
    pub(crate) bytes: Option<Given<TokenStream>>,

    pub(crate) min_rounds: Option<Given<u32>>,
    pub(crate) max_rounds: Option<Given<u32>>,
    pub(crate) iterations: Option<Given<u64>>,
    pub(crate) min_time: Option<Given<u64>>,
    pub(crate) max_time: Option<Given<u64>>,
    pub(crate) warmup_time: Option<Given<u64>>,
    pub(crate) timeout: Option<Given<u64>>,
    pub(crate) threads: Option<Given<u32>>,

    pub(crate) runtime: Option<Runtime>,
    pub(crate) concurrency: Option<Given<Vec<u32>>>,
    pub(crate) rate: Option<Given<Vec<f64>>>,
    pub(crate) arrivals: Option<Given<Arrivals>>,
    pub(crate) sustain: Option<Given<u64>>,
    pub(crate) max_error_rate: Option<Given<f64>>,

    pub(crate) max_ratio: Option<Given<f64>>,
    pub(crate) max_memory_ratio: Option<Given<f64>>,
    pub(crate) max_memory: Option<Given<u64>>,
    pub(crate) targets: Vec<Given<String>>,
    pub(crate) criticals: Vec<Given<String>>,

    /// Where the expansion finds the harness; `::adapter_bench` if not said.
    pub(crate) krate: Option<Given<Path>>,
}

/// The `kind` option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Core,
    Db,
    Async,
}

/// The `async` option.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// The keyword.
    pub(crate) key: Ident,
    pub(crate) flavor: Option<Given<Flavor>>,
    pub(crate) workers: Option<Given<u32>>,
}

/// How `arrivals` follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrivals {
    /// `constant`
    Constant,
    /// `poisson`
    Poisson,
}

/// The `flavor` of a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    CurrentThread,
    MultiThread,
}

impl Model {
    /// Reads `keys`; a value that does not fit its key is noted and left out.
    pub(crate) fn read(keys: &KnownKeys, mistakes: &mut Mistakes) -> Self {
        let mut model = Self { attempted: keys.attempted.clone(), ..Self::default() };
        for key in &keys.good {
            let read = model.set(key, mistakes);
            mistakes.keep(read);
        }
        model
    }

    /// Whether `key` was written, if only to no avail. What depends on it is then not missing too.
    pub(crate) fn attempts(&self, key: &str) -> bool {
        self.attempted.contains(&key)
    }

    /// Reads one key. Names that nothing is known by were told before.
    fn set(&mut self, key: &RawKey, mistakes: &mut Mistakes) -> syn::Result<()> {
        match key.name.to_string().as_str() {
            "group" => self.group = Some(key.text()?),
            "name" => self.name = Some(key.text()?),
            "reference" => self.reference = Some(key.flag()?),
            "kind" => self.kind = Some(key.text_as("a kind", kind)?),
            "tags" => self.tags = Some(key.texts()?),
            "extended" => self.extended = Some(key.flag()?),
            "ignore" => self.ignore = Some(key.text()?),
            "when" => self.when = Some(key.expression()?),
            "args" => self.args = Some(key.expression()?),
            "types" => self.types = Some(key.types()?),
            "consts" => self.consts = Some(key.expressions()?),
            "fixture" => self.fixture = Some(key.path()?),
            "items" => self.items = Some(key.expression()?),
            "bytes" => self.bytes = Some(key.expression()?),
            "async" => self.runtime = Some(Runtime::read(key, mistakes)?),
            "crate" => self.krate = Some(key.path()?),
            _ => self.set_measuring(key)?,
        }
        Ok(())
    }

    fn set_measuring(&mut self, key: &RawKey) -> syn::Result<()> {
        match key.name.to_string().as_str() {
            "min_rounds" => self.min_rounds = Some(key.count()?),
            "max_rounds" => self.max_rounds = Some(key.count()?),
            "iterations" => self.iterations = Some(key.count()?),
            "min_time" => self.min_time = Some(key.duration()?),
            "max_time" => self.max_time = Some(key.time_span()?),
            "warmup_time" => self.warmup_time = Some(key.duration()?),
            "timeout" => self.timeout = Some(key.time_span()?),
            "threads" => self.threads = Some(key.count()?),
            "concurrency" => self.concurrency = Some(key.counts()?),
            "rate" => self.rate = Some(key.positives()?),
            "arrivals" => self.arrivals = Some(key.text_as("arrivals", arrivals)?),
            "sustain" => self.sustain = Some(key.time_span()?),
            "max_error_rate" => self.max_error_rate = Some(key.share()?),
            "max_ratio" => self.max_ratio = Some(key.positive()?),
            "max_memory_ratio" => self.max_memory_ratio = Some(key.positive()?),
            "max_memory" => self.max_memory = Some(key.size()?),
            "target" => self.targets.push(key.limit()?),
            "critical" => self.criticals.push(key.limit()?),
            _ => {}
        }
        Ok(())
    }
}

impl Runtime {
    fn read(key: &RawKey, mistakes: &mut Mistakes) -> syn::Result<Self> {
        let mut runtime = Self { key: key.name.clone(), flavor: None, workers: None };
        match &key.value {
            RawValue::Absent => {}
            RawValue::List(list) => {
                for key in args::parse(list.clone(), mistakes) {
                    let read = runtime.set(&key);
                    mistakes.keep(read);
                }
            }
            RawValue::Is(value) => {
                let message = "`async` takes its options in parentheses: `async(flavor = \"multi_thread\")`";
                return Err(syn::Error::new_spanned(value, message));
            }
        }
        Ok(runtime)
    }

    fn set(&mut self, key: &RawKey) -> syn::Result<()> {
        let name = key.name.to_string();
        let repeated = || Err(syn::Error::new_spanned(key, format!("`{name}` is given twice")));
        match name.as_str() {
            "flavor" if self.flavor.is_some() => return repeated(),
            "workers" if self.workers.is_some() => return repeated(),
            "flavor" => self.flavor = Some(key.text_as("a flavor", flavor)?),
            "workers" => self.workers = Some(key.count()?),
            _ => return Err(syn::Error::new(key.name.span(), unknown_in_async(&name))),
        }
        Ok(())
    }
}

fn unknown_in_async(name: &str) -> String {
    let names = ["flavor", "workers"];
    let nearest = keys::nearest(name, &names);
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    format!("`async` has no option `{name}`{hint}\nits options are: {}", names.join(", "))
}

fn kind(text: &str) -> Result<Kind, String> {
    match text {
        "core" => Ok(Kind::Core),
        "db" => Ok(Kind::Db),
        "async" => Ok(Kind::Async),
        _ => Err(format!("there is no kind `{text}`: the kinds are `core`, `db` and `async`")),
    }
}

fn arrivals(text: &str) -> Result<Arrivals, String> {
    match text {
        "constant" => Ok(Arrivals::Constant),
        "poisson" => Ok(Arrivals::Poisson),
        _ => Err(format!("there are no arrivals `{text}`: write `constant` or `poisson`")),
    }
}

fn flavor(text: &str) -> Result<Flavor, String> {
    match text {
        "current_thread" => Ok(Flavor::CurrentThread),
        "multi_thread" => Ok(Flavor::MultiThread),
        _ => {
            let message = format!("there is no flavor `{text}`: write `current_thread` or `multi_thread`");
            Err(message)
        }
    }
}
