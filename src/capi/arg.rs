//! What a function says of an argument it cannot use.

use crate::log::{Log, log_err};

/// Logs one line that names the function and its unusable argument.
pub(crate) fn bad(function: &str, argument: &str) {
    log_err!(Log::GLOBAL, "{function}: bad argument: {argument}");
}
