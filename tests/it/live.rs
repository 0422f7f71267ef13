//! What is seen live: the log's one order, the feed of a deal, and the sockets.

mod feed;
mod http;
mod sequencer;
mod socket;
