//! The edge: GraphQL types over the use cases, one file a noun. No database here.

use async_graphql::{MergedObject, Request, SDLExportOptions};

use crate::{app::App, auth::Session};

pub mod action;
mod batch;
pub mod checklist;
pub mod connection;
pub mod context;
pub mod deal;
pub mod deal_input;
pub mod deal_list;
pub mod deal_mutation;
pub mod deal_payload;
pub mod definition;
pub mod error;
pub mod event;
pub mod event_state;
mod event_text;
pub mod id;
pub mod member;
pub mod mutate;
pub mod note;
pub mod permission;
pub mod process;
pub mod process_edit;
pub mod process_input;
pub mod process_mutation;
pub mod process_payload;
pub mod query;
pub mod refused;
pub mod scalar;
pub mod settings;
pub mod stage;
pub mod subscription;
pub mod user_error;
pub mod view;

/// Everything that can be changed. Each mutation takes one `input` and answers with every object that a
/// screen must refresh; `userErrors` tells every reason why nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(process_mutation::ProcessMutation, deal_mutation::DealMutation);

/// The executable schema.
pub type Schema = async_graphql::Schema<query::Query, Mutation, subscription::Subscription>;

/// The schema over this application.
pub fn schema(app: App) -> Schema {
    builder().data(app).finish()
}

/// The schema as text, as `schema.graphql` keeps it.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

fn builder() -> async_graphql::SchemaBuilder<query::Query, Mutation, subscription::Subscription> {
    Schema::build(query::Query, Mutation::default(), subscription::Subscription)
        .register_output_type::<query::Node>()
        .register_output_type::<user_error::UserError>()
        .register_output_type::<user_error::Blocker>()
}

/// The request with everything that resolvers need: who is signed in, and one view for all its queries.
pub fn prepare(request: Request, app: &App, session: Session) -> Request {
    let view = view::View::new(app, &session);
    request.data(session).data(view)
}
