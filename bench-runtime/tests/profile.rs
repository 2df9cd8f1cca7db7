//! `profile_memory` in tests that run beside each other.
#![cfg(feature = "memory")]

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use adapter_bench::{
    SnapshotError, Tracking, in_this_profile, in_this_profile_async, profile_memory, profile_memory_async,
    snapshot,
};

#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

/// Polls `future` until it is ready.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

async fn pause() {
    let mut polled = false;
    poll_fn(|_| if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[test]
fn a_profile_has_the_result_and_every_figure() {
    let (made, profile) = profile_memory(|| {
        drop(black_box(vec![1_u8; 1_000]));
        vec![1_u8; 300]
    });
    let figures = profile.figures;
    assert_eq!((made.len(), profile.unavailable), (300, None));
    assert_eq!((figures.allocations, figures.deallocations, figures.reallocations), (2, 1, 0));
    assert_eq!(
        (figures.allocated, figures.deallocated, figures.net, figures.peak),
        (1_300, 1_000, 300, 1_000)
    );
    assert!(profile.location.file.ends_with("profile.rs") && profile.location.line > 0);
}

#[test]
fn what_other_threads_do_meanwhile_does_not_count() {
    let noise = || (0..2_000).for_each(|at| drop(black_box(vec![1_u8; at % 100 + 1])));
    let others: Vec<_> = (0..2).map(|_| thread::spawn(noise)).collect();
    for _ in 0..20 {
        let (_, profile) = profile_memory(|| drop(black_box(Box::new(1_u64))));
        assert_eq!((profile.figures.allocated, profile.figures.peak, profile.figures.net), (8, 8, 0));
    }
    others.into_iter().for_each(|other| other.join().expect("it does not panic"));
}

#[test]
fn profiles_on_several_threads_do_not_mix() {
    let profiled = |size: usize| {
        let (_, profile) = profile_memory(|| (0..100).for_each(|_| drop(black_box(vec![1_u8; size]))));
        (profile.figures.allocated, profile.figures.peak)
    };
    let threads: Vec<_> = (1..5).map(|size| thread::spawn(move || profiled(size))).collect();
    let figures: Vec<_> =
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect();
    assert_eq!(figures, [(100, 1), (200, 2), (300, 3), (400, 4)]);
}

#[test]
fn threads_may_join_a_profile() {
    let (_, alone) = profile_memory(|| thread::spawn(|| drop(black_box(vec![1_u8; 7_000]))).join());
    let (_, joined) =
        profile_memory(|| thread::spawn(in_this_profile(|| drop(black_box(vec![1_u8; 7_000])))).join());
    assert!(alone.figures.allocated < 7_000, "{:?}", alone.figures);
    assert!(joined.figures.allocated >= 7_000 && joined.figures.peak >= 7_000, "{:?}", joined.figures);
}

#[test]
fn a_profile_within_a_profile_counts_for_both() {
    let (inner, outer) = profile_memory(|| {
        let before = black_box(vec![1_u8; 50]);
        let (_, inner) = profile_memory(|| drop(black_box(vec![1_u8; 100])));
        drop(before);
        inner.figures
    });
    assert_eq!((inner.allocations, inner.peak), (1, 100));
    assert_eq!((outer.figures.allocations, outer.figures.peak), (2, 150));
}

#[test]
fn snapshots_tell_steps_apart() {
    let (_, profile) = profile_memory(|| {
        let kept = black_box(vec![1_u8; 400]);
        snapshot("loaded").expect("it has a new name");
        drop(black_box(vec![1_u8; 2_000]));
        snapshot("worked").expect("it has a new name");
        drop(kept);
    });
    let names: Vec<_> = profile.snapshots.iter().map(|snapshot| snapshot.name.as_str()).collect();
    assert_eq!(names, ["start", "loaded", "worked", "end"]);
    let between = |from, to| profile.between(from, to).expect("both exist");
    assert_eq!((between("start", "loaded").net, between("start", "loaded").peak), (400, 400));
    assert_eq!((between("loaded", "worked").net, between("loaded", "worked").peak), (0, 2_000));
    assert_eq!((between("worked", "end").net, between("worked", "end").deallocations), (-400, 1));
    assert_eq!(between("start", "end").peak, profile.figures.peak);
    assert_eq!(profile.between("loaded", "start"), None, "they are in the wrong order");
    assert_eq!(profile.between("start", "nowhere"), None);
}

#[test]
fn snapshots_of_one_name_are_an_error() {
    let ((first, again, reserved), profile) =
        profile_memory(|| (snapshot("step"), snapshot("step"), (snapshot("start"), snapshot("end"))));
    assert_eq!((first, again), (Ok(()), Err(SnapshotError::Repeated("step".into()))));
    assert_eq!(reserved.0, Err(SnapshotError::Repeated("start".into())));
    assert_eq!(reserved.1, Err(SnapshotError::Repeated("end".into())));
    assert_eq!(profile.snapshots.len(), 3);
}

#[test]
fn a_snapshot_outside_a_profile_says_so() {
    let error = snapshot("step").expect_err("nothing is profiled");
    assert_eq!(error, SnapshotError::NoProfile("step".into()));
    assert!(error.to_string().contains("profile_memory"), "{error}");
}

#[test]
fn a_future_is_profiled_wherever_it_is_polled() {
    let profiled = profile_memory_async(async {
        let kept = vec![1_u8; 600];
        pause().await;
        drop(black_box(vec![1_u8; 200]));
        kept.len()
    });
    let mut profiled = Box::pin(profiled);
    let first = profiled.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(first.is_pending());
    drop(black_box(vec![1_u8; 5_000]));
    let (len, profile) = thread::spawn(|| finish(profiled)).join().expect("it does not panic");
    assert_eq!(
        (len, profile.figures.allocated, profile.figures.peak, profile.figures.net),
        (600, 800, 800, 0)
    );
}

#[test]
fn tasks_may_join_a_profile() {
    let (_, profile) = profile_memory(|| {
        let task = in_this_profile_async(async { drop(black_box(vec![1_u8; 900])) });
        thread::scope(|scope| drop(scope.spawn(|| finish(task)).join()));
    });
    assert!(profile.figures.peak >= 900, "{:?}", profile.figures);
}

#[test]
fn a_panic_leaves_the_profile() {
    let panicked =
        std::panic::catch_unwind(|| profile_memory(|| std::panic::resume_unwind(Box::new("stop"))));
    assert!(panicked.is_err());
    assert_eq!(snapshot("step"), Err(SnapshotError::NoProfile("step".into())));
}

#[test]
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64", not(miri)))]
fn the_lines_that_allocate_most_are_told() {
    let (made, profile) = profile_memory(|| {
        (0..10).for_each(|_| drop(black_box(vec![1_u8; 10]))); // many
        (black_box(vec![1_u8; 5_000]), line!())
    });
    let largest = &profile.sites.by_bytes[0];
    assert_eq!(
        (largest.line, largest.bytes, largest.retained),
        (made.1, 5_000, 5_000),
        "{:#?}",
        profile.sites
    );
    assert!(largest.file.ends_with("tests/profile.rs") && !largest.is_approximate, "{largest}");
    let most = &profile.sites.by_count[0];
    assert_eq!((most.line, most.count, most.retained), (made.1 - 1, 10, 0), "{:#?}", profile.sites);
    assert_eq!(profile.sites.by_retained.len(), 1);
}

#[test]
#[cfg(not(feature = "sites"))]
fn without_call_sites_the_profile_says_why() {
    let (_, profile) = profile_memory(|| black_box(Box::new(1_u8)));
    assert!(profile.sites.by_bytes.is_empty());
    assert!(profile.sites.note.is_some_and(|note| note.contains("feature `sites`")));
}
