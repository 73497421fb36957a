//! Operations as the `ip` commands that do the same, to try them by hand.

use super::op::*;
use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;

fn prefix(f: &mut Formatter, (ip, len): (IpAddr, u8)) -> fmt::Result {
    match ip {
        _ if len == 0 && ip.is_ipv4() => write!(f, "0.0.0.0/0"),
        _ if len == 0 => write!(f, "::/0"),
        IpAddr::V4(a) => write!(f, "{a}/{len}"),
        IpAddr::V6(a) => write!(f, "{a}/{len}"),
    }
}

impl Display for Leg {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if let Some(gw) = self.gateway {
            let family = if gw.is_ipv4() { "inet" } else { "inet6" };
            write!(f, " via {family} {gw}")?;
        }
        if self.index != 0 {
            write!(f, " dev {}", name(self.index))?;
        }
        Ok(())
    }
}

impl Display for Route {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let kinds = [
            "unspec",
            "unicast",
            "local",
            "broadcast",
            "anycast",
            "multicast",
            "blackhole",
            "unreachable",
            "prohibit",
            "throw",
        ];
        write!(f, "{} ", kinds[usize::from(self.kind)])?;
        prefix(f, self.dst)?;
        if let Some(src) = self.src {
            write!(f, " from ")?;
            prefix(f, src)?;
        }
        if self.tos != 0 {
            write!(f, " tos {:#x}", self.tos)?;
        }
        if self.nexthop != 0 {
            write!(f, " nhid {}", self.nexthop)?;
        }
        match &self.legs[..] {
            [leg] => {
                write!(f, "{leg}")?;
                if leg.onlink {
                    write!(f, " onlink")?;
                }
            }
            legs => {
                for leg in legs {
                    write!(f, " nexthop{leg} weight {}", leg.weight)?;
                    if leg.onlink {
                        write!(f, " onlink")?;
                    }
                }
            }
        }
        if let Some(src) = self.prefsrc {
            write!(f, " src {src}")?;
        }
        write!(f, " table {}", self.table)?;
        if self.metric != 0 {
            write!(f, " metric {}", self.metric)?;
        }
        match self.pref {
            0 => {}
            1 => write!(f, " pref high")?,
            _ => write!(f, " pref low")?,
        }
        Ok(())
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "pref {}", self.pref)?;
        if self.not {
            write!(f, " not")?;
        }
        for (word, p) in [("from", self.src), ("to", self.dst)] {
            if let Some(p) = p {
                write!(f, " {word} ")?;
                prefix(f, p)?;
            }
        }
        if let Some((mark, mask)) = self.mark {
            write!(f, " fwmark {mark:#x}/{mask:#x}")?;
        }
        for (word, name) in [("iif", &self.iif), ("oif", &self.oif)] {
            if let Some(name) = name {
                write!(f, " {word} {name}")?;
            }
        }
        if self.tos != 0 {
            write!(f, " tos {:#x}", self.tos)?;
        }
        if let Some(dscp) = self.dscp {
            write!(f, " dscp {dscp}")?;
        }
        if let Some((from, to)) = self.uid {
            write!(f, " uidrange {from}-{to}")?;
        }
        if self.protocol != 0 {
            write!(f, " ipproto {}", self.protocol)?;
        }
        for (word, ports) in [("sport", self.sport), ("dport", self.dport)] {
            if let Some((from, to)) = ports {
                write!(f, " {word} {from}-{to}")?;
            }
        }
        match self.action {
            1 => write!(f, " lookup {}", self.table)?,
            2 => write!(f, " goto {}", self.goto)?,
            3 => write!(f, " nop")?,
            6 => write!(f, " blackhole")?,
            7 => write!(f, " unreachable")?,
            _ => write!(f, " prohibit")?,
        }
        if let Some(len) = self.suppress_len {
            write!(f, " suppress_prefixlength {len}")?;
        }
        if let Some(group) = self.suppress_group {
            write!(f, " suppress_ifgroup {group}")?;
        }
        Ok(())
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Create(index, device) => {
                let called = name(*index);
                match device {
                    Device::Veth(peer) => {
                        let peer_name = name(*peer);
                        write!(
                            f,
                            "ip link add {called} index {index} type veth peer name {peer_name} index {peer}"
                        )
                    }
                    Device::Bridge => write!(f, "ip link add {called} index {index} type bridge"),
                    Device::Ifb => write!(f, "ip link add {called} index {index} type ifb"),
                    Device::Macvlan(on) => write!(
                        f,
                        "ip link add link {} name {called} index {index} type macvlan mode bridge",
                        name(*on)
                    ),
                }
            }
            Self::Destroy(index) => write!(f, "ip link del {}", name(*index)),
            Self::Up(index, up) => {
                let state = if *up { "up" } else { "down" };
                write!(f, "ip link set {} {state}", name(*index))
            }
            Self::Master(index, 0) => write!(f, "ip link set {} nomaster", name(*index)),
            Self::Master(index, master) => {
                write!(f, "ip link set {} master {}", name(*index), name(*master))
            }
            Self::Group(index, group) => {
                write!(f, "ip link set {} group {group}", name(*index))
            }
            Self::Rename(index, new) => write!(f, "ip link set {} name {new}", name(*index)),
            Self::Addr {
                add,
                index,
                ip,
                len,
                peer,
            } => {
                let verb = if *add { "add" } else { "del" };
                write!(f, "ip addr {verb} {ip}")?;
                if let Some(peer) = peer {
                    write!(f, " peer {peer}")?;
                }
                write!(f, "/{len} dev {}", name(*index))?;
                if ip.is_ipv6() && *add {
                    write!(f, " nodad")?;
                }
                Ok(())
            }
            Self::Route(verb, route) => {
                let six = if route.dst.0.is_ipv6() { "-6 " } else { "" };
                write!(f, "ip {six}route {} {route}", verb.word())
            }
            Self::Rule(add, rule) => {
                let six = if rule.v6 { "-6 " } else { "" };
                let verb = if *add { "add" } else { "del" };
                write!(f, "ip {six}rule {verb} {rule}")
            }
            Self::Nexthop(verb, n) => {
                write!(f, "ip nexthop {} id {}", verb.word(), n.id)?;
                if !n.group.is_empty() {
                    let members: Vec<String> =
                        n.group.iter().map(|(id, w)| format!("{id},{w}")).collect();
                    write!(f, " group {}", members.join("/"))
                } else if n.blackhole {
                    write!(f, " blackhole")
                } else {
                    if let Some(gw) = n.gateway {
                        write!(f, " via {gw}")?;
                    }
                    write!(f, " dev {}", name(n.index))
                }
            }
            Self::Neigh(index, ip, 0) => write!(f, "ip neigh del {ip} dev {}", name(*index)),
            Self::Neigh(index, ip, state) => write!(
                f,
                "ip neigh replace {ip} dev {} nud {} lladdr 02:00:00:00:00:09",
                name(*index),
                if state & 0x20 != 0 {
                    "failed"
                } else {
                    "reachable"
                }
            ),
            Self::Sysctl(file, value) => write!(f, "sysctl -w net/{file}={value}"),
        }
    }
}

impl Op {
    /// Its kind: `route add`, `link set`.
    pub fn kind(&self) -> String {
        let text = self.to_string();
        let words = text.split(' ').filter(|w| *w != "ip" && *w != "-6");
        words.take(2).collect::<Vec<_>>().join(" ")
    }
}
