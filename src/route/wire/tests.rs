//! What is read is held against bytes written by hand, against another parser
//! (netlink-packet-route), of random messages and of the kernel's own, and against chance.

mod build;
mod by_hand;
mod kernel;
mod kernel_says;
mod mutated;
mod random;
mod reference;
