//! Two works on one stream, side by side: [`side_by_side`].

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Pieces that are made and not yet taken: with one, who makes is never idle as long as taking is quicker, and three are in memory at
/// most, the one that is being made and the one that is being taken among them.
const WAITING: usize = 1;

/// Makes a piece of each item, in order, while the pieces made before are taken, in the same order.
///
/// Where taking is slower, making waits. After a failure of either nothing more is made; what was made before a failure of making is
/// taken.
///
/// # Errors
///
/// The first failure of `take`, else that of `make`.
pub(crate) fn side_by_side<I, P, E>(
    items: impl Iterator<Item = I> + Send,
    make: impl Fn(I) -> Result<P, E> + Send,
    take: impl FnMut(P) -> Result<(), E>,
) -> Result<(), E>
where
    P: Send,
    E: Send,
{
    let (sender, pieces) = sync_channel(WAITING);
    thread::scope(|scope| {
        let maker = scope.spawn(move || make_all(items, make, &sender));
        let outcome = take_all(pieces, take);
        let of_maker = maker.join().unwrap_or_else(|panic| resume_unwind(panic));
        outcome.and(of_maker)
    })
}

fn make_all<I, P, E>(
    items: impl Iterator<Item = I>,
    make: impl Fn(I) -> Result<P, E>,
    pieces: &SyncSender<P>,
) -> Result<(), E> {
    for item in items {
        if pieces.send(make(item)?).is_err() {
            // Nobody takes any more, and says why.
            break;
        }
    }
    Ok(())
}

/// The pieces are let go at the end, also of a failure, so that their maker does not wait for ever.
fn take_all<P, E>(pieces: Receiver<P>, take: impl FnMut(P) -> Result<(), E>) -> Result<(), E> {
    pieces.into_iter().try_for_each(take)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    /// Longer than any machine takes; only a failing test waits for it.
    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn every_piece_is_taken_in_the_order_in_which_it_was_made() {
        let mut taken = Vec::new();
        let done: Result<(), &str> = side_by_side(
            0..100,
            |number| Ok(2 * number),
            |piece| {
                taken.push(piece);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert_eq!(taken, (0..100).map(|number| 2 * number).collect::<Vec<_>>());
    }

    #[test]
    fn the_next_piece_is_made_while_one_is_taken() {
        let (begun, told) = channel();
        let last = 4;
        let done = side_by_side(
            0..=last,
            |number| {
                begun
                    .send(number)
                    .map_err(|_| "nobody listens")
                    .map(|()| number)
            },
            |piece| {
                let is_next = |number| number == piece + 1;
                while piece < last
                    && !is_next(
                        told.recv_timeout(LONG)
                            .map_err(|_| "nothing more is made")?,
                    )
                {}
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
    }

    #[test]
    fn where_taking_is_slow_making_waits() {
        let made = AtomicUsize::new(0);
        let done: Result<(), usize> = side_by_side(
            1..=50,
            |number| {
                made.store(number, Ordering::SeqCst);
                Ok(number)
            },
            |piece| {
                thread::yield_now();
                // The one that is taken, those that wait, and the one that can't be handed over.
                let most = piece + WAITING + 1;
                let now = made.load(Ordering::SeqCst);
                if now > most { Err(now) } else { Ok(()) }
            },
        );
        assert_eq!(done, Ok(()));
    }

    #[test]
    fn after_a_failure_of_taking_nothing_more_is_made() {
        let made = AtomicUsize::new(0);
        let done = side_by_side(
            0..1_000,
            |number| {
                made.fetch_add(1, Ordering::SeqCst);
                Ok(number)
            },
            |_| Err("the disk is full"),
        );
        assert_eq!(done, Err("the disk is full"));
        assert!(made.into_inner() <= WAITING + 2);
    }

    #[test]
    fn what_was_made_before_a_failure_is_taken() {
        let mut taken = Vec::new();
        let done = side_by_side(
            0..10,
            |number| {
                if number < 7 {
                    Ok(number)
                } else {
                    Err("no encoder")
                }
            },
            |piece| {
                taken.push(piece);
                Ok(())
            },
        );
        assert_eq!(done, Err("no encoder"));
        assert_eq!(taken, (0..7).collect::<Vec<_>>());
    }
}
