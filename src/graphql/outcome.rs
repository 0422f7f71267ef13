//! What became of a mutation that a fault met: nobody is to believe that nothing was done when something was,
//! nor the other way round.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Context, PathSegment, Response, ServerError, Value, parser::types::OperationType,
};
use domain::refusal::Refusal;

use crate::graphql::{
    error::{code, is_code, outcome},
    refused::code_of,
};

/// What of a mutation was done: root fields, and items of lists of results, noted by each as it goes on to read
/// its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done(Arc<Mutex<BTreeSet<String>>>, Refusals);

/// The codes of the reasons why something was refused.
type Refusals = Arc<Mutex<Vec<String>>>;

impl Done {
    /// The change of the root field that runs in this context was made.
    pub(crate) fn note(context: &Context<'_>) {
        Self::insert(context, root(context).to_owned());
    }

    /// The change of this item of its `results` was made.
    pub(crate) fn note_result(context: &Context<'_>, number: usize) {
        Self::insert(context, format!("{}/results/{number}", root(context)));
    }

    /// The change, or one of several, was refused for these reasons.
    pub(crate) fn refused(context: &Context<'_>, reasons: &[Refusal]) {
        if let Some(Self(_, refusals)) = context.data_opt() {
            let codes = reasons.iter().map(code_of);
            refusals.lock().unwrap_or_else(PoisonError::into_inner).extend(codes);
        }
    }

    /// The codes of all the reasons why something was refused.
    pub(crate) fn refusals(&self) -> Vec<String> {
        std::mem::take(&mut *self.1.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn insert(context: &Context<'_>, place: String) {
        if let Some(Self(done, _)) = context.data_opt() {
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(place);
        }
    }

    /// Whether what is at this path is of something that was done.
    fn covers(&self, path: &[PathSegment]) -> bool {
        let done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (1..=path.len()).any(|length| done.contains(&written(&path[..length])))
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

fn root<'a>(context: &Context<'a>) -> &'a str {
    &context.item.node.response_key().node
}

fn written(path: &[PathSegment]) -> String {
    let segments = path.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The answer as its client is to understand it: each fault of a mutation says whether the change was made, and
/// an operation of which nothing at all could be done is refused as a whole.
pub(crate) fn settled(mut response: Response, kind: OperationType, done: &Done) -> Response {
    if kind == OperationType::Mutation {
        response.errors.iter_mut().for_each(|error| tell(error, done));
    }
    if done.is_empty() && is_in_vain(&response) {
        let error = response.errors.swap_remove(0);
        response.errors = vec![ServerError { path: Vec::new(), locations: Vec::new(), ..error }];
        response.data = Value::Null;
    }
    response
}

fn tell(error: &mut ServerError, done: &Done) {
    let passes = is_code(error, code::SERVICE_UNAVAILABLE);
    let is_fault = passes || is_code(error, code::INTERNAL_SERVER_ERROR);
    if !is_fault || outcome::is_told(error) {
        return;
    }
    if done.covers(&error.path) {
        outcome::tell(error, outcome::DONE);
    } else if passes && (!error.path.is_empty() || done.is_empty()) {
        outcome::tell(error, outcome::NOT_DONE);
    }
}

/// Whether every part of it failed for something that passes.
fn is_in_vain(response: &Response) -> bool {
    let nothing = match &response.data {
        Value::Object(fields) => fields.values().all(|value| *value == Value::Null),
        data => *data == Value::Null,
    };
    let passes = |error| is_code(error, code::SERVICE_UNAVAILABLE);
    nothing && response.is_err() && response.errors.iter().all(passes)
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, indexmap::IndexMap};
    use engine::error::Error;

    use super::*;
    use crate::graphql::error::of_request;

    fn at(root: &str, error: Error) -> ServerError {
        let path = vec![PathSegment::Field(root.to_owned()), PathSegment::Field("deal".to_owned())];
        ServerError { path, ..of_request(error) }
    }

    fn response(fields: &[(&str, Value)], errors: Vec<ServerError>) -> Response {
        let fields = fields.iter().map(|(name, value)| (Name::new(name), value.clone()));
        let data = Value::Object(fields.collect::<IndexMap<_, _>>());
        let mut response = Response::new(data);
        response.errors = errors;
        response
    }

    fn outcomes(response: &Response) -> Vec<Option<String>> {
        let outcome = |error: &ServerError| match error.extensions.as_ref()?.get("outcome")? {
            Value::Enum(name) => Some(name.to_string()),
            Value::String(name) => Some(name.clone()),
            _ => None,
        };
        response.errors.iter().map(outcome).collect()
    }

    fn done(names: &[&str]) -> Done {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Done(Arc::new(Mutex::new(names)), Refusals::default())
    }

    #[test]
    fn what_was_done_is_never_told_as_if_it_were_not() {
        let errors = vec![at("a", Error::overdue("x")), at("b", Error::overdue("x"))];
        let fields = [("a", Value::Null), ("b", Value::Null)];
        let told_of = settled(response(&fields, errors), OperationType::Mutation, &done(&["a"]));
        assert_eq!(outcomes(&told_of), [Some("DONE".into()), Some("NOT_DONE".into())]);
        assert!(told_of.errors[0].message.starts_with("This was done"));
        assert!(told_of.errors[1].message.ends_with("Nothing was changed."));
        assert_ne!(told_of.data, Value::Null, "what was done is beside data");
    }

    #[test]
    fn a_mutation_that_did_not_begin_is_told_as_not_done() {
        let error = of_request(Error::overdue("x"));
        let told_of = settled(
            Response::from_errors(vec![error.clone()]),
            OperationType::Mutation,
            &done(&[]),
        );
        assert_eq!(outcomes(&told_of), [Some("NOT_DONE".into())]);
        let query = settled(Response::from_errors(vec![error]), OperationType::Query, &done(&[]));
        assert_eq!(outcomes(&query), [None]);
    }

    #[test]
    fn what_nobody_knows_is_told_so() {
        let errors = vec![at("a", Error::Unsure("x".into()))];
        let told_of =
            settled(response(&[("a", Value::Null)], errors), OperationType::Mutation, &done(&[]));
        assert_eq!(outcomes(&told_of), [Some("UNKNOWN".into())]);
        assert!(!told_of.errors[0].message.contains("Nothing was changed"));
    }

    #[test]
    fn an_operation_of_which_nothing_could_be_done_is_refused_as_a_whole() {
        let failed = || vec![at("a", Error::Busy), at("b", Error::overdue("x"))];
        let none = [("a", Value::Null), ("b", Value::Null)];
        let told_of = settled(response(&none, failed()), OperationType::Query, &done(&[]));
        assert_eq!((told_of.data, told_of.errors.len()), (Value::Null, 1));
        assert!(told_of.errors[0].path.is_empty());
        let some = [("a", Value::Null), ("b", Value::from(1))];
        let told_of = settled(response(&some, failed()), OperationType::Query, &done(&[]));
        assert_eq!(told_of.errors.len(), 2);
        let mixed = vec![at("a", Error::Busy), at("b", Error::CursorInvalid)];
        let told_of = settled(response(&none, mixed), OperationType::Query, &done(&[]));
        assert_eq!(told_of.errors.len(), 2);
    }
}
