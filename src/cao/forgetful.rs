//! In place of the memory of paths where LWS_WITH_CAO is left out: nothing is remembered, and every race
//! begins without history.

use super::attempt::{Attempt, Path};
use super::order::Standing;
use core::net::IpAddr;
use std::rc::Rc;

#[derive(Default)]
pub(crate) struct Paths;

impl Paths {
    pub(crate) fn network(
        &self,
        _interface: &[u8],
        _gateway: Option<(IpAddr, &[u8])>,
        _source: Option<(IpAddr, u8)>,
    ) -> u64 {
        0
    }

    pub(crate) fn begun(&mut self, _path: &Path, _now: i64) {}

    pub(crate) fn overdue(&mut self, _path: &Path, _secures: bool, _elapsed_us: i64, _now: i64) {}

    pub(crate) fn ended(&mut self, _attempt: &Rc<Attempt>, _now: i64) {}

    pub(crate) fn look(&self, _path: &Path) -> Standing {
        Standing::default()
    }

    pub(crate) fn standing(&mut self, _path: &Path, _now: i64) -> Standing {
        Standing::default()
    }

    #[cfg(feature = "LWS_WITH_NETLINK")]
    pub(crate) fn forgive(&mut self) {}
}
