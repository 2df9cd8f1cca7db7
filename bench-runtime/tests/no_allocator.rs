//! A program whose allocator does not count says so.

use adapter_bench::{profile_memory, snapshot};

#[test]
fn a_profile_is_empty_and_says_why() {
    let (sum, profile) = profile_memory(|| {
        snapshot("step").expect("it does no harm");
        std::hint::black_box(vec![1_u8; 100]).iter().map(|&one| u32::from(one)).sum::<u32>()
    });
    assert_eq!((sum, profile.figures.allocated), (100, 0));
    assert!(profile.unavailable.is_some_and(|reason| reason.contains("memory is not measured")));
}

#[test]
fn a_tracker_does_not_start() {
    use adapter_bench::__private::{Iteration, Tracker, availability};
    let refused = Tracker::start(adapter_bench::model::SitesMode::Off).err().map(|reason| reason.to_string());
    assert_eq!(refused, availability().err().map(|reason| reason.to_string()));
    assert!(refused.is_some() && Iteration::begin().is_none());
}
