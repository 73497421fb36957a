//! What all races of a context share: settings, the policy table, what is known of paths.

#[cfg(feature = "LWS_WITH_NETLINK")]
use super::conns::Conns;
#[cfg(feature = "LWS_WITH_CAO")]
use crate::cao::attempt::Attempt;
use crate::cao::paths::Paths;
use crate::cao::policy::Policy;
use crate::cao::race::Settings;
#[cfg(feature = "LWS_WITH_NETLINK")]
use crate::sys::labels;
use core::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What the system's administrator wrote down (gai.conf(5)).
const GAI_CONF: &str = "/etc/gai.conf";
/// The largest file that is read here, bytes.
const LARGEST: u64 = 32 << 20;

/// Reads a file that is no larger than [`LARGEST`].
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut text)?;
    Ok(text)
}

/// What all races of a context share.
pub(crate) struct Races {
    pub(crate) paths: RefCell<Paths>,
    pub(crate) settings: Cell<Settings>,
    /// An SMD message tells of each race that ends.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) announce: Cell<bool>,
    pub(super) policy: RefCell<Option<Rc<Policy>>>,
    /// What is read instead of /etc/gai.conf.
    #[cfg(feature = "LWS_WITH_CAO")]
    policy_file: RefCell<Option<PathBuf>>,
    /// Attempts that the program made by lws_cao_create() and has not destroyed.
    #[cfg(feature = "LWS_WITH_CAO")]
    held: RefCell<Vec<Rc<Attempt>>>,
    pub(super) races: Cell<u64>,
    pub(super) attempts: Cell<u64>,
    /// How many attempts are under way, losers included.
    pub(super) under_way: Cell<usize>,
}

impl Default for Races {
    fn default() -> Self {
        Self {
            paths: RefCell::new(paths()),
            settings: Cell::default(),
            #[cfg(feature = "LWS_WITH_CAO")]
            announce: Cell::new(false),
            policy: RefCell::default(),
            #[cfg(feature = "LWS_WITH_CAO")]
            policy_file: RefCell::default(),
            #[cfg(feature = "LWS_WITH_CAO")]
            held: RefCell::default(),
            races: Cell::new(0),
            attempts: Cell::new(0),
            under_way: Cell::new(0),
        }
    }
}

#[cfg(feature = "LWS_WITH_CAO")]
fn paths() -> Paths {
    use crate::cao::paths::Limits;
    let mut secret = [0; 8];
    crate::sys::random::fill(&mut secret);
    Paths::new(Limits::default(), u64::from_ne_bytes(secret))
}

#[cfg(not(feature = "LWS_WITH_CAO"))]
fn paths() -> Paths {
    Paths
}

impl Races {
    /// The policy table: the RFC's, with the kernel's labels and what the system's administrator, or
    /// the program, has written down.
    pub(super) fn policy(&self) -> Rc<Policy> {
        if let Some(policy) = &*self.policy.borrow() {
            return Rc::clone(policy);
        }
        let mut policy = Policy::default();
        #[cfg(feature = "LWS_WITH_NETLINK")]
        if let Ok(dump) = labels::dump() {
            policy.follow_kernel(&dump);
        }
        // Mostly there is none, or nothing in it.
        if let Ok(text) = read(&self.policy_file()) {
            policy.read(&text);
        }
        let policy = Rc::new(policy);
        self.policy.replace(Some(Rc::clone(&policy)));
        policy
    }

    #[cfg(feature = "LWS_WITH_CAO")]
    fn policy_file(&self) -> PathBuf {
        let file = self.policy_file.borrow().clone();
        file.unwrap_or_else(|| GAI_CONF.into())
    }

    #[cfg(not(feature = "LWS_WITH_CAO"))]
    fn policy_file(&self) -> PathBuf {
        GAI_CONF.into()
    }

    /// Has a file read instead of /etc/gai.conf. Returns how many lines of it count.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(super) fn follow(&self, file: Option<PathBuf>) -> io::Result<usize> {
        let lines = match &file {
            Some(file) => Policy::default().read(&read(file)?),
            None => 0,
        };
        self.policy_file.replace(file);
        self.policy.take();
        Ok(lines)
    }

    /// How many attempts are under way, losers included.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.get()
    }

    /// Keeps an attempt for the program.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(super) fn hold(&self, attempt: &Rc<Attempt>) {
        self.held.borrow_mut().push(Rc::clone(attempt));
    }

    /// The program gives up the attempt at this place. Returns whether it had that.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn give_up(&self, at: *const Attempt) -> bool {
        let mut held = self.held.borrow_mut();
        let found = held.iter().position(|a| Rc::as_ptr(a) == at);
        let taken = found.map(|at| held.swap_remove(at));
        taken.is_some()
    }

    /// Whether others than the program have the attempt at this place.
    #[cfg(feature = "LWS_WITH_CAO")]
    pub(crate) fn is_shared(&self, at: *const Attempt) -> bool {
        let held = self.held.borrow();
        let found = held.iter().find(|a| Rc::as_ptr(a) == at);
        found.is_some_and(|a| Rc::strong_count(a) > 1)
    }

    pub(super) fn next(counter: &Cell<u64>) -> u64 {
        let n = counter.get().wrapping_add(1);
        counter.set(n);
        n
    }
}

/// Links or addresses of the host have changed: what failed before may work now.
#[cfg(feature = "LWS_WITH_NETLINK")]
pub(crate) fn links_changed(conns: &Conns) {
    if let Some(races) = conns.races_so_far() {
        races.policy.take();
        races.paths.borrow_mut().forgive();
    }
}
