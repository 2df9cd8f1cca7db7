# The tasks of this repository; `just` alone lists them.
_list:
    @just --list --unsorted

# What decides whether a change lands
ci:
    bash .ci/run

# All tests; every benchmark runs once
test *args:
    cargo test --workspace {{args}}

# Measures the encode suite; flags of the runner go behind it: `just bench --quick`
bench *args:
    cargo bench -p example-encode -- {{args}}

# Measures the SQLite suite in the same way: `just bench-sqlite --quick`
bench-sqlite *args:
    cargo bench -p example-sqlite -- {{args}}

# Measures the echo suite under load, with one client and with many: `just bench-echo --quick`
bench-echo *args:
    cargo bench -p example-echo -- {{args}}

# Looks for the highest rate at which the echo servers hold a target: `just rate-echo "p99 <= 10ms"`
rate-echo target="p99 <= 10ms" *args:
    cargo bench -p example-echo -- --group arrivals --measure async --find-rate "{{target}}" {{args}}

# Measures the data layers on PostgreSQL in a container, which is made without a registry: `just bench-layers --quick`
bench-layers *args:
    eval "$(tests/containers/up postgres)" && cargo bench -p example-data-layers -- {{args}}

# Takes images and engine away again; fails where a container is left
containers-down:
    tests/containers/down

# Writes the expected outputs anew; read the difference before you commit it
golden:
    ADAPTER_BENCH_GOLDEN=write TRYBUILD=overwrite cargo test --workspace
    ADAPTER_BENCH_GOLDEN=write cargo test -p adapter-bench --features schema,junit --lib -- schema junit

# The interface's documentation, and the book where mdbook is installed
doc:
    cargo doc --workspace --no-deps
    if command -v mdbook >/dev/null; then mdbook build docs; fi

# The tests of the allocator, all of whose unsafe code runs, under Miri: two minutes, with the nightly toolchain and its
# component `miri`. Some of them leak, and check that this is seen
miri:
    MIRIFLAGS=-Zmiri-ignore-leaks cargo +nightly miri test -p adapter-bench --test memory -- --ignored --test-threads 1
    cargo +nightly miri test -p adapter-bench --test profile --test no_allocator
    cargo +nightly miri test -p adapter-bench --lib alloc::

# Measures the harness itself beside its peers, and writes the tables of the book: an hour on a machine that should be
# otherwise idle. What was interrupted goes on where it ended
meta:
    python3 tests/meta/all.py
