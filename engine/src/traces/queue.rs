//! Spans that have ended and wait to be sent. The SDK has a queue of its own, which does not tell how many it dropped.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::mpsc::Sender;

/// Takes spans as they end, as long as there is room, and never waits.
#[derive(Debug)]
pub(super) struct Queue {
    /// Where they wait.
    pub(super) room: Sender<SpanData>,
    /// Those for which there was none.
    pub(super) dropped: Counter,
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.room.try_send(span).is_err() {
            self.dropped.inc();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
