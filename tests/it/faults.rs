//! Faults of disks, networks and servers: what is acknowledged is there, what is not is not, and the next
//! one works. They are made below everything of ours, by the layer between the program and its connections;
//! `disk.rs` has a disk that is full indeed.

pub mod breaker;
mod connections;
mod disk;
mod every_mutation;
mod health;
mod killed;
mod log;
mod mail;
pub mod mutations;
mod older;
mod outage;
mod owner;
mod reads;
mod second_server;
mod upgraded;
