//! What is seen live: the log's one order, the feeds of deals, boards and inboxes, and the sockets.

mod board;
mod commit_order;
mod feed;
mod group;
mod handshake;
mod http;
mod inbox;
mod places;
mod pressure;
mod resume;
mod rounds;
mod sequencer;
mod socket;
mod sse;
mod trusted;
