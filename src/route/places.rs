//! Where the routes of an info are, as long as there are few.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use super::types::Prefix;

/// Table and prefix of a route.
pub(super) type Place = (u32, Prefix);

/// Where as many routes of one info are is known without a walk through large tables. An interface
/// of its own has no more, so that its end takes no longer where there are a million other routes.
pub(super) const FEW_PLACES: usize = 8;

/// Where the routes of an info are.
pub(super) enum Places {
    /// None, or a few.
    Few(Vec<Place>),
    /// Mostly there is one.
    One(Place),
    /// There were more than [`FEW_PLACES`] once: only a walk can tell.
    Unknown,
}

impl Places {
    pub(super) fn as_slice(&self) -> Option<&[Place]> {
        match self {
            Self::One(place) => Some(core::slice::from_ref(place)),
            Self::Few(places) => Some(places),
            Self::Unknown => None,
        }
    }

    pub(super) fn add(&mut self, place: Place) {
        match self {
            Self::One(first) => *self = Self::Few(vec![*first, place]),
            Self::Few(places) if places.is_empty() => *self = Self::One(place),
            Self::Few(places) if places.len() < FEW_PLACES => places.push(place),
            Self::Few(_) | Self::Unknown => *self = Self::Unknown,
        }
    }

    pub(super) fn remove(&mut self, place: Place) {
        match self {
            Self::One(_) => *self = Self::Few(Vec::new()),
            Self::Few(places) => {
                if let Some(at) = places.iter().position(|there| *there == place) {
                    places.swap_remove(at);
                }
            }
            Self::Unknown => {}
        }
    }
}
