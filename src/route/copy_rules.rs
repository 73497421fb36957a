//! The rules of the copy, in the order in which the kernel asks them.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

use super::copy::{Effect, KernelCopy};
use super::types::{Family, Rule, table_id};

/// As many rules a fresh kernel has.
const USUAL_RULES4: usize = 3;
const USUAL_RULES6: usize = 2;

impl KernelCopy {
    fn rules(&mut self, family: Family) -> &mut Vec<Rule> {
        match family {
            Family::V4 => &mut self.rules4,
            Family::V6 => &mut self.rules6,
        }
    }

    pub(super) fn rule(&mut self, rule: &Rule, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.rule(rule);
        }
        // Two alike may be there, but not because a dump told of the same one.
        let known = self.window.is_some() && self.rules(rule.family).iter().any(|r| alike(r, rule));
        if !known {
            self.insert_rule(rule);
        }
        effect.everything = true;
    }

    pub(super) fn insert_rule(&mut self, rule: &Rule) {
        self.history.split4 |= rule.family == Family::V4 && !is_default4(rule);
        let rules = self.rules(rule.family);
        if rules.is_empty() {
            rules.reserve_exact(match rule.family {
                Family::V4 => USUAL_RULES4,
                Family::V6 => USUAL_RULES6,
            });
        }
        let at = rules.partition_point(|r| r.pref <= rule.pref);
        rules.insert(at, rule.clone());
    }

    pub(super) fn rule_gone(&mut self, rule: &Rule, effect: &mut Effect) {
        if let Some(window) = &mut self.window {
            window.rule(rule);
        }
        // Taking away a default one splits them too.
        self.history.split4 |= rule.family == Family::V4;
        let rules = self.rules(rule.family);
        if let Some(at) = rules.iter().position(|r| alike(r, rule)) {
            rules.remove(at);
            effect.everything = true;
        }
    }
}

/// The same rule, whatever became of the interfaces and rules it names.
pub(super) fn alike(a: &Rule, b: &Rule) -> bool {
    a.pref == b.pref
        && Rule {
            flags: 0,
            ..a.clone()
        } == Rule {
            flags: 0,
            ..b.clone()
        }
}

/// One of the three rules that a fresh kernel has.
pub(super) fn is_default4(rule: &Rule) -> bool {
    let there = matches!(
        (rule.pref, rule.table),
        (0, table_id::LOCAL) | (32766, table_id::MAIN) | (32767, table_id::DEFAULT)
    );
    there
        && rule.action == Rule::TO_TABLE
        && !rule.invert
        && rule.src.is_none()
        && rule.dst.is_none()
        && (rule.mark, rule.mark_mask) == (0, 0)
        && rule.iif.is_empty()
        && rule.oif.is_empty()
        && (rule.tos, rule.protocol) == (0, 0)
        && rule.dscp.is_none()
        && rule.uid.is_none()
        && rule.sport.is_none()
        && rule.dport.is_none()
        && rule.suppress_len.is_none()
        && rule.suppress_group.is_none()
        && !rule.l3mdev
        && !rule.unknown
}
