//! Works on several hosts at the same time.

use std::collections::HashMap;
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use vmxedit::remote::HostName;

/// How many hosts are worked on at the same time. Each one takes a process, two threads, and three file descriptors.
const MAX_HOSTS: usize = 64;

/// Calls `work` with the items of each host, several hosts at the same time. Returns the results of each host, in the order in
/// which hosts come first, with the places that `items` gives. `work` returns one result for each item, in their order.
///
/// A panic of `work` is passed on.
pub(crate) fn per_host<T: Send, R: Send>(
    items: impl IntoIterator<Item = (usize, HostName, T)>,
    work: impl Fn(Vec<T>) -> Vec<R> + Sync,
) -> Vec<Vec<(usize, R)>> {
    let mut groups: Vec<(Vec<usize>, Vec<T>)> = Vec::new();
    let mut of_hosts: HashMap<HostName, usize> = HashMap::new();
    for (place, host, item) in items {
        let group = *of_hosts.entry(host).or_insert(groups.len());
        if group == groups.len() {
            groups.push(<_>::default());
        }
        groups[group].0.push(place);
        groups[group].1.push(item);
    }
    let (places, items): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
    let results = in_threads(items, MAX_HOSTS, work);
    places
        .into_iter()
        .zip(results)
        .map(|(places, results)| places.into_iter().zip(results).collect())
        .collect()
}

/// Calls `work` for each item in at most `max` threads. This one is one of them: if the system refuses others, it does all.
fn in_threads<T: Send, R: Send>(items: Vec<T>, max: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let count = items.len();
    let waiting = Mutex::new(items.into_iter().enumerate());
    let done: Mutex<Vec<Option<R>>> = Mutex::new((0..count).map(|_| None).collect());
    let work_on_all = || {
        loop {
            let next = lock(&waiting).next();
            let Some((at, item)) = next else { break };
            let result = work(item);
            lock(&done)[at] = Some(result);
        }
    };
    thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work_on_all).ok();
        let helpers: Vec<_> = (1..count.min(max)).map_while(spawn).collect();
        work_on_all();
        for helper in helpers {
            if let Err(panicked) = helper.join() {
                panic::resume_unwind(panicked);
            }
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use vmxedit::remote::{Address, HostName};

    use super::{MAX_HOSTS, in_threads, per_host};

    fn host(name: &str) -> HostName {
        let address = Address::parse(OsStr::new(&format!("{name}:/vm.vmx")));
        address.expect("an address").expect("remote").host
    }

    #[test]
    fn each_host_gets_its_items_together() {
        let items = [(7, "b1", 1), (3, "a1", 2), (9, "b1", 3), (0, "c1", 4)];
        let results =
            per_host(items.map(|(place, name, item)| (place, host(name), item)), |items: Vec<u32>| {
                items.iter().map(|item| format!("{item} of {items:?}")).collect()
            });
        let shown = |place, text: &str| (place, text.to_owned());
        assert_eq!(
            results,
            [
                vec![shown(7, "1 of [1, 3]"), shown(9, "3 of [1, 3]")],
                vec![shown(3, "2 of [2]")],
                vec![shown(0, "4 of [4]")],
            ]
        );
    }

    #[test]
    fn hosts_are_worked_on_at_the_same_time_up_to_a_number() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items = (0..200).map(|n| (n, host(&format!("host{n}")), n));
        let results = per_host(items, |items| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let started = Instant::now();
            while most.load(Ordering::SeqCst) < MAX_HOSTS && started.elapsed() < Duration::from_secs(10) {
                thread::sleep(Duration::from_millis(1));
            }
            running.fetch_sub(1, Ordering::SeqCst);
            items
        });
        assert_eq!(results, (0..200).map(|n| vec![(n, n)]).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), MAX_HOSTS);
    }

    #[test]
    fn one_thread_does_all_where_no_other_can_be_started() {
        let own = thread::current().id();
        let results = in_threads(vec![1, 2, 3], 1, |item| (item, thread::current().id()));
        assert_eq!(results, [(1, own), (2, own), (3, own)]);
    }

    #[test]
    fn a_panic_is_passed_on() {
        for bad in 0..3 {
            let items = (0..3).map(|n| (n, host(&format!("host{n}")), n));
            let work = |items: Vec<usize>| {
                assert_ne!(items, [bad], "a defect");
                items
            };
            let panicked = catch_unwind(AssertUnwindSafe(|| per_host(items, work))).expect_err("it panics");
            let text = panicked.downcast_ref::<String>().expect("a message");
            assert!(text.contains("a defect"), "{text}");
        }
    }
}
