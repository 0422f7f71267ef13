//! A span while it lasts: whoever holds a part of it may note something, and it ends when nobody does any more.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::{
    Context, KeyValue, Value,
    trace::{Span as _, SpanContext, Status, TraceContextExt},
};
use opentelemetry_sdk::trace::Span as Told;

/// A stretch of work that is told; where nobody wants to know, only of which trace it is.
#[derive(Clone, Debug, Default)]
pub struct Span {
    context: Option<SpanContext>,
    told: Option<Arc<Mutex<Told>>>,
}

impl Span {
    /// One that is told.
    pub(super) fn begun(told: Told) -> Self {
        let context = Some(told.span_context().clone());
        Self { context, told: Some(Arc::new(Mutex::new(told))) }
    }

    /// One that is not, of a caller's trace if there is one.
    pub(super) fn of_caller(context: &SpanContext) -> Self {
        let context = Some(context).filter(|context| context.is_valid());
        Self { context: context.cloned(), told: None }
    }

    /// What its parts belong to.
    pub(super) fn as_parent(&self) -> Context {
        let context = self.context.clone();
        context.map_or_else(Context::new, |of| Context::new().with_remote_span_context(of))
    }

    /// Of which trace it is.
    pub fn trace(&self) -> Option<String> {
        self.context.as_ref().map(|context| context.trace_id().to_string())
    }

    /// How others go on with it: the value of `traceparent`, where it is told.
    pub fn traceparent(&self) -> Option<String> {
        let context = self.context.as_ref().filter(|_| self.told.is_some())?;
        let (trace, span) = (context.trace_id(), context.span_id());
        let flags = u8::from(context.is_sampled());
        Some(format!("00-{trace}-{span}-{flags:02x}"))
    }

    /// Notes something that is known of it.
    pub fn note(&self, key: &'static str, value: impl Into<Value>) {
        self.with(|told| told.set_attribute(KeyValue::new(key, value)));
    }

    /// Its name is known now.
    pub fn is(&self, name: String) {
        self.with(|told| told.update_name(name));
    }

    /// It went wrong.
    pub fn fails(&self) {
        self.with(|told| told.set_status(Status::error("")));
    }

    fn with(&self, change: impl FnOnce(&mut Told)) {
        if let Some(told) = &self.told {
            change(&mut told.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}
