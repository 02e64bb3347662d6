//! Room on the stack for what an operation selects.
//!
//! The library polls a field inside the field around it, so that each level of a selection adds frames, and an overflow ends
//! the process. How deep a document goes is known before it runs: where what is left of the stack may not do, it runs on one
//! made for it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
};

use crate::graphql::document::OperationKind;

const KIB: usize = 1024;

/// Unoptimised frames are large: of all that the tests ask, a level takes up to 120 KiB, what lies beneath the levels up to
/// 400 KiB in a query and 1,500 KiB in a mutation. This is more than twice that, and optimised frames are no larger than half.
const fn sized(unoptimised: usize) -> usize {
    if cfg!(debug_assertions) {
        unoptimised
    } else {
        unoptimised / 2
    }
}

const PER_LEVEL: usize = sized(256 * KIB);

/// What resolvers and commands need themselves, however little is selected.
fn base(operation: OperationKind) -> usize {
    match operation {
        OperationKind::Query | OperationKind::Subscription => sized(1024 * KIB),
        OperationKind::Mutation => sized(3 * 1024 * KIB),
    }
}

/// Runs an operation that selects `nesting` levels deep.
pub(super) async fn with_room<F: Future>(operation: OperationKind, nesting: usize, execution: F) -> F::Output {
    let needed = base(operation) + nesting * PER_LEVEL;
    let mut execution = pin!(execution);
    poll_fn(|context| stacker::maybe_grow(needed, needed, || execution.as_mut().poll(context))).await
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, thread};

    use futures_util::{FutureExt, future::BoxFuture};

    use super::{KIB, OperationKind, with_room};

    /// So many levels inside each other.
    fn level(left: usize) -> BoxFuture<'static, usize> {
        async move {
            match left {
                0 => 0,
                left => 1 + poll_through(level(left - 1)).await,
            }
        }
        .boxed()
    }

    /// Adds to the stack what a field adds.
    async fn poll_through(mut inside: BoxFuture<'static, usize>) -> usize {
        std::future::poll_fn(|context| {
            let frame = black_box([0_u8; 60 * KIB]);
            inside.as_mut().poll(context).map(|depth| depth + usize::from(frame[0]))
        })
        .await
    }

    #[test]
    fn what_is_deep_runs_on_a_small_stack() {
        let small = thread::Builder::new().stack_size(256 * KIB);
        let deep = small.spawn(|| run(with_room(OperationKind::Query, 32, level(32))));
        assert_eq!(deep.expect("a thread").join().expect("no overflow"), 32);
    }

    fn run<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(future)
    }
}
