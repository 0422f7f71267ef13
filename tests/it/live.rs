//! What is seen live: the log's one order, the feed of a deal, and the sockets.

mod feed;
mod handshake;
mod http;
mod places;
mod pressure;
mod sequencer;
mod socket;
mod sse;
mod trusted;
