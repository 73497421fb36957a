//! Timers that belong to the library itself, in the same C form as those of
//! programs.

use crate::abi::dll2::lws_dll2;
use crate::abi::timeout_timer::lws_sorted_usec_list;
use crate::sys::clock;
use crate::sys::sul::Sul;
use core::cell::{Cell, OnceCell, UnsafeCell};
use core::ptr::{NonNull, null_mut};
use std::rc::Weak;

/// Who has timers: it knows the queue that they wait in, and itself.
pub(crate) trait Owner: Sized + 'static {
    /// Itself, as long as it is there.
    fn me(&self) -> Weak<Self>;

    /// Queues a timer that is on no list, to fire at `us` of the monotonic clock. With `wake` a
    /// suspended system has to wake up for it.
    fn queue(&self, sul: Sul, us: i64, wake: bool);
}

/// A timer of `T`'s. Dropping it cancels it.
pub(crate) struct Timer<T> {
    run: fn(&T, u64),
    /// What the queue points at, made when it is armed first. It has its own place in memory: the
    /// timer may move meanwhile.
    armed: OnceCell<NonNull<Armed<T>>>,
}

#[repr(C)]
struct Armed<T> {
    /// The first field: `fire` gets from it to the whole.
    sul: UnsafeCell<lws_sorted_usec_list>,
    owner: Weak<T>,
    run: fn(&T, u64),
    what: Cell<u64>,
}

impl<T: Owner> Timer<T> {
    /// A timer that calls `run` when it fires, with the number it was armed with.
    pub(crate) const fn new(run: fn(&T, u64)) -> Self {
        Self {
            run,
            armed: OnceCell::new(),
        }
    }

    /// (Re)schedules it, `us` microseconds from now. A negative time is now. When it fires and
    /// `owner` is gone, nothing happens.
    pub(crate) fn arm(&self, owner: &T, what: u64, us: i64) {
        self.arm_as(owner, what, us, false);
    }

    /// As [`Timer::arm`]; with `wake` a suspended system has to wake up for it.
    pub(crate) fn arm_as(&self, owner: &T, what: u64, us: i64, wake: bool) {
        let armed = *self.armed.get_or_init(|| {
            let armed = Armed {
                sul: UnsafeCell::new(lws_sorted_usec_list {
                    list: lws_dll2 {
                        prev: null_mut(),
                        next: null_mut(),
                        owner: null_mut(),
                    },
                    us: 0,
                    cb: Some(fire::<T>),
                    latency_us: 0,
                }),
                owner: owner.me(),
                run: self.run,
                what: Cell::new(0),
            };
            NonNull::from(Box::leak(Box::new(armed)))
        });
        // SAFETY: made above, and freed by `drop` only.
        unsafe { armed.as_ref() }.what.set(what);
        let sul = sul(armed);
        sul.remove();
        sul.set_us(clock::now_us().saturating_add(us.max(0)));
        owner.queue(sul, sul.us(), wake);
    }
}

impl<T> Timer<T> {
    /// Unschedules it.
    pub(crate) fn cancel(&self) {
        if let Some(armed) = self.armed.get() {
            sul(*armed).remove();
        }
    }
}

impl<T> Drop for Timer<T> {
    fn drop(&mut self) {
        if let Some(armed) = self.armed.take() {
            sul(armed).remove();
            // SAFETY: it came from a `Box`, and no queue points at it any more.
            drop(unsafe { Box::from_raw(armed.as_ptr()) });
        }
    }
}

fn sul<T>(armed: NonNull<Armed<T>>) -> Sul {
    // SAFETY: the C timer is the first field, valid until `drop` has taken it off its queue. Only
    // one thread uses it: a `Timer` is neither `Send` nor `Sync`.
    unsafe { Sul::new(armed.cast()) }
}

unsafe extern "C" fn fire<T: Owner>(sul: *mut lws_sorted_usec_list) {
    // SAFETY: `sul` is the first field of an `Armed<T>`, which is there as long as it is queued, and
    // so at this moment. `run` may drop the timer: nothing of it is used after this.
    let (owner, run, what) = unsafe {
        let armed = &*sul.cast::<Armed<T>>();
        (armed.owner.upgrade(), armed.run, armed.what.get())
    };
    if let Some(owner) = owner {
        run(&owner, what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::sul::Queue;
    use std::cell::RefCell;
    use std::rc::Rc;

    struct Room {
        me: Weak<Room>,
        queue: Queue,
        timer: RefCell<Option<Timer<Room>>>,
        heard: RefCell<Vec<u64>>,
    }

    impl Owner for Room {
        fn me(&self) -> Weak<Self> {
            self.me.clone()
        }
        fn queue(&self, sul: Sul, us: i64, _wake: bool) {
            self.queue.push(us, sul);
        }
    }

    impl Room {
        fn new(run: fn(&Room, u64)) -> Rc<Self> {
            Rc::new_cyclic(|me| Self {
                me: me.clone(),
                queue: Queue::new(),
                timer: RefCell::new(Some(Timer::new(run))),
                heard: RefCell::default(),
            })
        }

        fn arm(&self, what: u64) {
            self.timer.borrow().as_ref().unwrap().arm(self, what, 0);
        }

        /// Fires what is queued. Returns how many timers that were.
        fn fire(&self) -> usize {
            let mut fired = 0;
            while let Some(popped) = self.queue.pop() {
                fired += usize::from(popped.is_some_and(Sul::fire));
            }
            fired
        }
    }

    #[test]
    fn it_fires_once_with_the_number_it_was_armed_with_last() {
        let room = Room::new(|room, what| room.heard.borrow_mut().push(what));
        room.arm(1);
        room.arm(2);
        assert_eq!(room.fire(), 1);
        assert_eq!(*room.heard.borrow(), [2]);
        room.arm(3);
        room.timer.borrow().as_ref().unwrap().cancel();
        assert_eq!(room.fire(), 0);
    }

    #[test]
    fn it_may_move_and_go_while_it_is_armed() {
        let room = Room::new(|room, what| room.heard.borrow_mut().push(what));
        room.arm(1);
        let moved = Box::new(room.timer.take().unwrap());
        assert_eq!(room.fire(), 1);
        moved.arm(&room, 2, 0);
        drop(moved);
        assert_eq!(room.fire(), 0);
        assert_eq!(*room.heard.borrow(), [1]);
    }

    #[test]
    fn it_may_be_dropped_and_made_anew_by_what_it_calls() {
        let room = Room::new(|room, what| {
            room.heard.borrow_mut().push(what);
            room.timer.replace(Some(Timer::new(|_, _| {})));
            room.arm(9);
        });
        room.arm(1);
        assert_eq!(room.fire(), 2);
        assert_eq!(*room.heard.borrow(), [1]);
    }

    #[test]
    fn an_owner_that_has_gone_is_not_called() {
        let (room, other) = (Room::new(|_, _| panic!()), Room::new(|_, _| panic!()));
        // In the queue of one room, a timer of the other.
        let timer = Timer::new(|_: &Room, _| panic!());
        timer.arm(&room, 0, 0);
        timer.cancel();
        drop(room);
        let armed = *timer.armed.get().unwrap();
        other.queue(sul(armed), 0, false);
        assert_eq!(other.fire(), 1);
    }
}
