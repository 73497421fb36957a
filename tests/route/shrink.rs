//! From a network that shows a mistake to a small one that does.

use super::flow::Flow;
use super::op::Op;
use super::socket::Nl;
use std::time::{Duration, Instant};

/// Does again what was done, in a new namespace, as far as it still works.
pub fn replay(ops: &[Op]) -> Nl {
    super::space::fresh();
    let mut nl = Nl::open();
    for op in ops {
        let _ = op.apply(&mut nl);
    }
    nl
}

/// Leaves out what `wrong` does not need, for at most a minute.
pub fn shrink(mut ops: Vec<Op>, wrong: impl Fn(&[Op]) -> bool) -> Vec<Op> {
    let end = Instant::now() + Duration::from_secs(60);
    let mut step = ops.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let before = ops.len();
        while at < ops.len() && Instant::now() < end {
            let mut fewer = ops.clone();
            fewer.drain(at..(at + step).min(ops.len()));
            if wrong(&fewer) {
                ops = fewer;
            } else {
                at += step;
            }
        }
        if (step == 1 && ops.len() == before) || Instant::now() > end {
            return ops;
        }
        step = step.div_ceil(2).max(1);
    }
}

/// As commands, and the question.
pub fn commands(ops: &[Op], flow: Option<&Flow>) -> String {
    let mut lines: Vec<String> = ops.iter().map(|op| format!("    {op}")).collect();
    lines.extend(flow.map(|f| format!("    {f}")));
    lines.join("\n")
}
