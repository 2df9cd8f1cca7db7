//! What no single option can tell: unknown and repeated keys, options that exclude each other, options that do not fit
//! the function. Every check notes what it finds and lets the next one run.

use quote::ToTokens;
use syn::GenericParam;

use crate::args::RawKey;
use crate::keys::{self, Key, Scope};
use crate::mistakes::Mistakes;
use crate::model::{Flavor, Model};
use crate::parameters::Roles;
use crate::signature::Signature;
use crate::values::Given;

/// The keys of an attribute after they were checked.
pub(crate) struct KnownKeys {
    /// Those worth reading.
    pub(crate) good: Vec<RawKey>,
    /// The names of all, with what unknown ones were probably meant to be.
    pub(crate) attempted: Vec<&'static str>,
}

/// Checks the keys themselves.
pub(crate) fn keys(given: Vec<RawKey>, scope: Scope, mistakes: &mut Mistakes) -> KnownKeys {
    let (mut good, mut attempted) = (Vec::new(), Vec::new());
    for key in given {
        let name = key.name.to_string();
        let Some(known) = keys::find(&name) else {
            let nearest = keys::nearest(&name, &scope.names());
            mistakes.at(key.name.span(), unknown(&name, nearest, scope));
            attempted.extend(nearest);
            continue;
        };
        if !scope.takes(known) {
            mistakes.at(key.name.span(), misplaced(known));
        } else if attempted.contains(&known.name) && !known.repeats() {
            mistakes.at(key.name.span(), format!("`{name}` is given twice"));
        } else {
            good.push(key);
        }
        attempted.push(known.name);
    }
    KnownKeys { good, attempted }
}

fn unknown(name: &str, nearest: Option<&str>, scope: Scope) -> String {
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    let names = scope.names().join(", ");
    format!("`{}` has no option `{name}`{hint}\nits options are: {names}", scope.attribute())
}

fn misplaced(key: &Key) -> String {
    format!("`{}` belongs to one function: `#[bench_group]` does not take it", key.name)
}

/// Checks what holds wherever the options stand.
pub(crate) fn limits(model: &Model, mistakes: &mut Mistakes) {
    ordered(model.min_rounds.as_ref(), model.max_rounds.as_ref(), mistakes);
    ordered(model.min_time.as_ref(), model.max_time.as_ref(), mistakes);
}

fn ordered<T: PartialOrd>(min: Option<&Given<T>>, max: Option<&Given<T>>, mistakes: &mut Mistakes) {
    if let (Some(min), Some(max)) = (min, max)
        && min.value > max.value
    {
        let (min_text, max_text) = (min.to_token_stream(), max.to_token_stream());
        mistakes.on(min, format!("`{} = {min_text}` is above `{} = {max_text}`", min.key, max.key));
    }
}

/// Checks the options of a benchmark against its function.
pub(crate) fn benchmark(model: &Model, function: &Signature, roles: &Roles<'_>, mistakes: &mut Mistakes) {
    limits(model, mistakes);
    form(function, mistakes);
    runtime(model, function, mistakes);
    generics(model, function, mistakes);
    parameters(model, roles, mistakes);
    whole_body(model, function, roles, mistakes);
    reference(model, mistakes);
}

/// The function itself can be called by the harness.
fn form(function: &Signature, mistakes: &mut Mistakes) {
    if let Some(keyword) = &function.unsafety {
        mistakes.on(keyword, "a benchmark cannot be an `unsafe fn`: put the unsafe block inside");
    }
    if let Some(span) = function.receiver {
        mistakes.at(span, "a benchmark has no `self`: make it a free function");
    }
    for lifetime in function.generics.lifetimes() {
        let message = "a benchmark has no lifetime parameters: what it measures owns its data";
        mistakes.on(lifetime, message);
    }
    for attribute in &function.attributes {
        let name = attribute.path().segments.last().map(|last| &last.ident);
        if name.is_some_and(|name| name == "adapter_bench") {
            mistakes
                .on(attribute, "a function is one benchmark: use `args`, `types` or `consts` for more cases");
        }
    }
}

/// The runtime is set for futures, and its workers for a pool.
fn runtime(model: &Model, function: &Signature, mistakes: &mut Mistakes) {
    let Some(runtime) = &model.runtime else {
        return;
    };
    if function.asyncness.is_none() {
        let message = format!("`async` needs an `async fn`: `{}` is a plain function", function.ident);
        mistakes.at(runtime.key.span(), message);
    }
    let is_pool = runtime.flavor.as_ref().is_some_and(|flavor| flavor.value == Flavor::MultiThread);
    if let (Some(workers), false) = (&runtime.workers, is_pool) {
        mistakes.on(&workers.key, "`workers` needs `flavor = \"multi_thread\"`");
    }
}

/// Each generic parameter is bound by a list, and each list binds one.
fn generics(model: &Model, function: &Signature, mistakes: &mut Mistakes) {
    let of_kind = |wanted: fn(&GenericParam) -> bool| -> Vec<&GenericParam> {
        function.generics.params.iter().filter(|param| wanted(param)).collect()
    };
    let types = of_kind(|param| matches!(param, GenericParam::Type(_)));
    let consts = of_kind(|param| matches!(param, GenericParam::Const(_)));
    bound(&types, model, model.types.as_ref(), ["types", "type"], mistakes);
    bound(&consts, model, model.consts.as_ref(), ["consts", "const"], mistakes);
}

fn bound<T>(
    params: &[&GenericParam],
    model: &Model,
    list: Option<&Given<T>>,
    [key, kind]: [&str; 2],
    mistakes: &mut Mistakes,
) {
    match (params, list) {
        ([], Some(list)) => {
            mistakes.on(&list.key, format!("`{key}` needs a {kind} parameter to bind"));
        }
        ([param], None) if !model.attempts(key) => {
            mistakes.on(param, format!("this {kind} parameter needs `{key} = [..]`"));
        }
        ([_, second, ..], _) => {
            mistakes.on(second, format!("a benchmark has at most one {kind} parameter, which `{key}` binds"));
        }
        _ => {}
    }
}

/// Each parameter has something to be filled from.
fn parameters(model: &Model, roles: &Roles<'_>, mistakes: &mut Mistakes) {
    for borrowed in &roles.borrowed_benchers {
        mistakes.on(&borrowed.ty, "take the `Bencher` by value: `b: Bencher`");
    }
    for extra in &roles.extra_benchers {
        mistakes.on(extra, "a benchmark has one `Bencher`");
    }
    match (&model.args, roles.values.as_slice()) {
        (Some(args), []) => mistakes.on(&args.key, "`args` needs a parameter to pass its values to"),
        (None, [value, ..]) if value.is("Fixture") => {
            mistakes.on(value, "a `Fixture` needs `fixture = path`, and is the last parameter");
        }
        (None, [value, ..]) if !model.attempts("args") => {
            mistakes.on(value, "this parameter needs `args = ..` to take its values from");
        }
        (Some(_), [_, second, ..]) => mistakes
            .on(second, "`args` fills one parameter: take a tuple, such as `(rows, width): (usize, usize)`"),
        _ => {}
    }
    if let (Some(fixture), None) = (&model.fixture, roles.fixture) {
        mistakes.on(&fixture.key, "`fixture` needs a last parameter to pass the fixture to");
    }
}

/// What a function without a `Bencher` cannot do.
fn whole_body(model: &Model, function: &Signature, roles: &Roles<'_>, mistakes: &mut Mistakes) {
    if roles.has_bencher() {
        return;
    }
    if function.returns("Prepared") {
        let message = "`Prepared` is made by a `Bencher`: take one as the first parameter";
        mistakes.on(&function.output, message);
    }
    let load = [model.concurrency.as_ref().map(|c| &c.key), model.rate.as_ref().map(|r| &r.key)];
    for key in load.into_iter().flatten().filter(|_| function.asyncness.is_none()) {
        mistakes.on(key, format!("`{key}` needs futures: make it an `async fn`, or use `iter_concurrent`"));
    }
}

fn reference(model: &Model, mistakes: &mut Mistakes) {
    let ratios = [&model.max_ratio, &model.max_memory_ratio];
    for ratio in ratios.into_iter().flatten().filter(|_| model.reference.is_some()) {
        mistakes.on(&ratio.key, format!("`{}` is a ratio to the reference, which this is", ratio.key));
    }
}
