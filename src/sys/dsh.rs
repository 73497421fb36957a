//! Queues that share one amount of memory, as C holds them: objects of several kinds, each kind in the
//! order in which they came.
//!
//! A program knows an object by where its payload is and gives it back by that alone, so an object says
//! in front of it which queues it is in, and whose amount it counts for: where a set of queues has no
//! room, others on its list lend some. Each object is a block of its own, so that the amount is never in
//! pieces.

use crate::abi::dll2::{lws_dll2, lws_dll2_owner};
use crate::sys::{alloc, dll2};
use core::ptr::{NonNull, null_mut};

const ALIGN: usize = 8;
/// So much more than the amount the last object may take: in lws it needs less of a header.
const LAST: usize = 8;

#[repr(C)]
struct Object {
    /// Whose queue it is in.
    dsh: *mut Dsh,
    /// Whose amount it counts for.
    lender: *mut Dsh,
    prev: *mut Object,
    next: *mut Object,
    kind: usize,
    size: usize,
    /// Bytes of the amount.
    cost: usize,
}

const _: () = assert!(size_of::<Object>() == 56 && align_of::<Object>() == ALIGN);

#[derive(Clone, Copy)]
struct Queue {
    head: *mut Object,
    tail: *mut Object,
    cost: usize,
}

/// A set of queues.
#[repr(C)]
pub(crate) struct Dsh {
    /// The first member: on the list of those that lend each other.
    list: lws_dll2,
    amount: usize,
    used: usize,
    queues: Vec<Queue>,
}

impl Dsh {
    fn kinds(&self) -> usize {
        self.queues.len()
    }

    fn queue(&self, kind: usize) -> Option<&Queue> {
        self.queues.get(kind)
    }

    fn queue_mut(&mut self, kind: usize) -> Option<&mut Queue> {
        self.queues.get_mut(kind)
    }

    fn lends(&self, cost: usize) -> bool {
        let used = self.used.saturating_add(cost);
        used <= self.amount.saturating_add(LAST)
    }
}

/// A set of `kinds` queues for that amount of bytes. `None` when there is no memory.
///
/// # Safety
///
/// `owner` is NULL or a list of nothing else, which lives as long.
pub(crate) unsafe fn create(
    owner: *mut lws_dll2_owner,
    amount: usize,
    kinds: usize,
) -> Option<NonNull<Dsh>> {
    let mut queues = Vec::new();
    queues.try_reserve_exact(kinds).ok()?;
    queues.resize(
        kinds,
        Queue {
            head: null_mut(),
            tail: null_mut(),
            cost: 0,
        },
    );
    let dsh = Box::leak(Box::new(Dsh {
        list: lws_dll2 {
            prev: null_mut(),
            next: null_mut(),
            owner: null_mut(),
        },
        amount,
        used: 0,
        queues,
    }));
    let dsh = NonNull::from(dsh);
    if !owner.is_null() {
        // SAFETY: the caller's promise; the element was just made.
        unsafe { dll2::add_tail(dsh.as_ptr().cast(), owner) };
    }
    Some(dsh)
}

/// One of the list that lends so much, `dsh` itself first, but for `not`.
///
/// # Safety
///
/// `dsh` is live, as are all on its list.
unsafe fn lender(dsh: *mut Dsh, cost: usize, not: *mut Dsh) -> Option<*mut Dsh> {
    // SAFETY: the caller's promise; the element is the first member.
    unsafe {
        if dsh != not && (*dsh).lends(cost) {
            return Some(dsh);
        }
        let mut at = (*dsh).list.owner.as_ref()?.head;
        while !at.is_null() {
            let other = at.cast::<Dsh>();
            if other != not && (*other).lends(cost) {
                return Some(other);
            }
            at = (*at).next;
        }
    }
    None
}

/// Why nothing was put in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// There is no such queue.
    Kind,
    /// Nobody on the list has so much left.
    Full,
    NoMemory,
}

/// Puts the parts, one after the other, at the end of a queue.
///
/// # Safety
///
/// `dsh` is live, as are all on its list.
pub(crate) unsafe fn put(dsh: NonNull<Dsh>, kind: usize, parts: [&[u8]; 2]) -> Result<(), Refused> {
    let dsh = dsh.as_ptr();
    let [first, second] = parts;
    let sizes = || {
        let size = first.len().checked_add(second.len())?;
        let room = size.checked_next_multiple_of(ALIGN)?;
        Some((size, room.checked_add(size_of::<Object>())?))
    };
    // SAFETY: the caller's promise; the block is as large as its parts.
    unsafe {
        let queue = (*dsh).queue(kind).copied().ok_or(Refused::Kind)?;
        let (size, cost) = sizes().ok_or(Refused::Full)?;
        let lender = lender(dsh, cost, null_mut()).ok_or(Refused::Full)?;
        let block = alloc::alloc(cost, c"dsh object").ok_or(Refused::NoMemory)?;
        let object = block.as_ptr().cast::<Object>();
        object.write(Object {
            dsh,
            lender,
            prev: queue.tail,
            next: null_mut(),
            kind,
            size,
            cost,
        });
        let to = object.add(1).cast::<u8>();
        first.as_ptr().copy_to_nonoverlapping(to, first.len());
        let behind = to.add(first.len());
        second.as_ptr().copy_to_nonoverlapping(behind, second.len());
        (*lender).used = (*lender).used.saturating_add(cost);
        if let Some(last) = queue.tail.as_mut() {
            last.next = object;
        }
        if let Some(q) = (*dsh).queue_mut(kind) {
            q.tail = object;
            if q.head.is_null() {
                q.head = object;
            }
            q.cost = q.cost.saturating_add(cost);
        }
    }
    Ok(())
}

/// The first payload of a queue, and its length.
///
/// # Safety
///
/// `dsh` is live.
pub(crate) unsafe fn head(dsh: NonNull<Dsh>, kind: usize) -> Option<(NonNull<u8>, usize)> {
    // SAFETY: the caller's promise; the payload is behind the object.
    unsafe {
        let object = NonNull::new((*dsh.as_ptr()).queue(kind)?.head)?;
        Some((object.add(1).cast(), object.as_ref().size))
    }
}

/// How many bytes of the amounts a queue takes. `None` when there is no such queue.
///
/// # Safety
///
/// `dsh` is live.
pub(crate) unsafe fn cost(dsh: NonNull<Dsh>, kind: usize) -> Option<usize> {
    // SAFETY: the caller's promise.
    unsafe { (*dsh.as_ptr()).queue(kind).map(|q| q.cost) }
}

/// The amount, how much of it is used, and how many queues there are.
///
/// # Safety
///
/// `dsh` is live.
pub(crate) unsafe fn about(dsh: NonNull<Dsh>) -> (usize, usize, usize) {
    // SAFETY: the caller's promise.
    let d = unsafe { dsh.as_ref() };
    (d.amount, d.used, d.kinds())
}

/// Takes an object out of its queue and frees it.
///
/// # Safety
///
/// `payload` came from [`head`] and is not used afterwards.
pub(crate) unsafe fn free(payload: NonNull<u8>) {
    // SAFETY: the object is in front of its payload; what it points to is live.
    unsafe {
        let object = payload.as_ptr().cast::<Object>().sub(1);
        let (prev, next, cost) = ((*object).prev, (*object).next, (*object).cost);
        if let Some(queue) = (*(*object).dsh).queue_mut((*object).kind) {
            match prev.as_mut() {
                Some(prev) => prev.next = next,
                None => queue.head = next,
            }
            match next.as_mut() {
                Some(next) => next.prev = prev,
                None => queue.tail = prev,
            }
            queue.cost = queue.cost.saturating_sub(cost);
        }
        let lender = (*object).lender;
        (*lender).used = (*lender).used.saturating_sub(cost);
        alloc::free(NonNull::new_unchecked(object.cast()));
    }
}

/// Ends a set of queues with what is in them. What it lent is lent by others on the list, or is freed
/// where nobody has so much.
///
/// # Safety
///
/// `dsh` is live and not used afterwards, as are all on its list.
pub(crate) unsafe fn destroy(dsh: NonNull<Dsh>) {
    // SAFETY: the caller's promise.
    unsafe {
        for kind in 0..dsh.as_ref().kinds() {
            while let Some((payload, _)) = head(dsh, kind) {
                free(payload);
            }
        }
        let dsh = dsh.as_ptr();
        let mut at = (*dsh).list.owner.as_ref().map_or(null_mut(), |o| o.head);
        while !at.is_null() {
            let other = at.cast::<Dsh>();
            at = (*at).next;
            for kind in 0..(*other).kinds() {
                let queue = (*other).queue(kind).copied();
                let mut object = queue.map_or(null_mut(), |q| q.head);
                while let Some(o) = NonNull::new(object) {
                    object = o.as_ref().next;
                    if o.as_ref().lender == dsh {
                        move_or_free(o, dsh);
                    }
                }
            }
        }
        dll2::remove(dsh.cast());
        drop(Box::from_raw(dsh));
    }
}

/// # Safety
///
/// `object` is live, as are all on the list of its queues.
unsafe fn move_or_free(object: NonNull<Object>, from: *mut Dsh) {
    let object = object.as_ptr();
    // SAFETY: the caller's promise.
    unsafe {
        let cost = (*object).cost;
        match lender((*object).dsh, cost, from) {
            Some(to) => {
                (*from).used = (*from).used.saturating_sub(cost);
                (*to).used = (*to).used.saturating_add(cost);
                (*object).lender = to;
            }
            None => free(NonNull::new_unchecked(object.add(1).cast())),
        }
    }
}
