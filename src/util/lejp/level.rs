//! Where a parser is: the levels of objects and arrays that it is in, and the path of their names.

use super::{ARRAY, Or, UNKNOWN};
use crate::abi::lejp::*;
use core::ffi::c_char;

/// The state of the present level.
pub(super) fn state(ctx: &lejp_ctx) -> u8 {
    ctx.st
        .get(usize::from(ctx.sp))
        .map_or(ARRAY, |st| st.s as u8)
}

pub(super) fn set_state(ctx: &mut lejp_ctx, state: u8) {
    if let Some(st) = ctx.st.get_mut(usize::from(ctx.sp)) {
        st.s = state as c_char;
    }
}

/// The level that the present one is in.
pub(super) fn above(ctx: &lejp_ctx) -> Option<&_lejp_stack> {
    ctx.st.get(usize::from(ctx.sp.checked_sub(1)?))
}

/// Whether the present level is in an array.
pub(super) fn in_array(ctx: &lejp_ctx) -> bool {
    above(ctx).is_some_and(|st| st.s as u8 == ARRAY)
}

/// Length of the path.
pub(super) fn len(ctx: &lejp_ctx) -> u8 {
    ctx.pst
        .get(usize::from(ctx.pst_sp))
        .map_or(0, |pst| pst.ppos)
}

/// Makes the path so long.
pub(super) fn cut(ctx: &mut lejp_ctx, len: u8) {
    if let Some(pst) = ctx.pst.get_mut(usize::from(ctx.pst_sp)) {
        pst.ppos = len;
    }
    if let Some(end) = ctx.path.get_mut(usize::from(len)) {
        *end = 0;
    }
}

/// Adds a byte to the path.
pub(super) fn extend(ctx: &mut lejp_ctx, c: u8) -> Or<()> {
    let at = len(ctx);
    let next = at.checked_add(1).ok_or(UNKNOWN)?;
    if usize::from(next) >= ctx.path.len() {
        return Err(UNKNOWN);
    }
    if let Some(to) = ctx.path.get_mut(usize::from(at)) {
        *to = c as c_char;
    }
    cut(ctx, next);
    Ok(())
}

/// A level more, of which the present one knows the path.
pub(super) fn push(ctx: &mut lejp_ctx, state: u8) -> Or<()> {
    let sp = ctx.sp.saturating_add(1);
    if usize::from(sp) >= ctx.st.len() {
        return Err(lejp_reasons::LEJP_REJECT_STACK_OVERFLOW);
    }
    let (len, indices) = (len(ctx), ctx.ipos);
    if let Some(st) = ctx.st.get_mut(usize::from(ctx.sp)) {
        st.p = len as c_char;
        st.i = indices as c_char;
    }
    ctx.sp = sp;
    set_state(ctx, state);
    Ok(())
}

/// No path matches any more that is longer than where it is.
pub(super) fn forget(ctx: &mut lejp_ctx) {
    if len(ctx) <= ctx.path_match_len {
        ctx.path_match = 0;
    }
}

/// Makes the path that of a level; without one it stays.
pub(super) fn back(ctx: &mut lejp_ctx, level: Option<_lejp_stack>) {
    let path = level.map_or(len(ctx), |level| level.p as u8);
    cut(ctx, path);
    if let Some(level) = level {
        ctx.ipos = level.i as u8;
    }
    forget(ctx);
}
