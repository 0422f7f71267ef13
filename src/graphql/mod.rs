//! The edge: GraphQL types over the use cases, one file a noun. No database here.

use std::sync::LazyLock;

use async_graphql::{MergedObject, MergedSubscription, Request, SDLExportOptions, ValidationMode};
use engine::{app::App, auth::Session, page};
use gate::Contract;

pub mod action;
pub mod action_input;
mod batch;
pub mod board_feed;
pub mod budget;
pub mod bulk;
pub mod checklist;
pub mod close_reason;
pub mod close_reason_mutation;
pub mod connection;
pub mod contained;
pub mod context;
pub mod deal;
pub mod deal_input;
pub mod deal_list;
pub mod deal_mutation;
pub mod deal_payload;
pub mod definition;
pub mod error;
pub mod event;
pub mod event_close;
pub mod event_state;
pub mod event_task;
mod event_text;
pub mod event_transfer;
pub mod file;
pub mod file_upload;
pub mod id;
pub mod impact;
pub mod inbox;
pub mod inbox_feed;
pub mod inbox_mutation;
pub mod introspection;
pub mod mail;
pub mod member;
pub mod member_mutation;
pub mod money;
pub mod mutate;
pub mod node;
pub mod note;
pub mod outcome;
pub mod permission;
pub mod preview;
pub mod process;
pub mod process_catalog;
pub mod process_change;
pub mod process_edit;
pub mod process_file;
pub mod process_input;
pub mod process_mutation;
pub mod process_payload;
pub mod process_save;
pub mod process_tree;
pub mod query;
pub mod refused;
pub mod saved_feed;
pub mod scalar;
pub mod settings;
pub mod stage;
pub mod subscription;
pub mod task;
pub mod task_list;
pub mod task_mutation;
pub mod template;
pub mod token;
pub mod transfer;
pub mod transfer_deals;
pub mod transfer_preview;
pub mod user_error;
pub mod view;

/// Everything that can be read. What the viewer may not see is as if it did not exist.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    query::NodeQuery,
    preview::PreviewQuery,
    template::TemplateQuery,
    process_file::FileQuery,
    transfer_preview::TransferQuery,
    task_list::TaskQuery,
    close_reason::CloseReasonQuery,
    mail::MailQuery,
);

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct Subscription(
    subscription::DealSubscription,
    board_feed::BoardSubscription,
    saved_feed::SavedSubscription,
    inbox_feed::InboxSubscription,
);

/// Everything that can be changed. Each mutation takes one `input` and answers with every object that a
/// screen must refresh; `userErrors` tells every reason why nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    process_mutation::ProcessMutation,
    process_catalog::CatalogMutation,
    process_save::SaveMutation,
    process_file::FileMutation,
    deal_mutation::DealMutation,
    transfer::TransferMutation,
    transfer_deals::TransferDealsMutation,
    bulk::BulkMutation,
    member_mutation::MemberMutation,
    token::TokenMutation,
    file_upload::UploadMutation,
    task_mutation::TaskMutation,
    close_reason_mutation::CloseReasonMutation,
    inbox_mutation::InboxMutation,
    mail::MailMutation,
);

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema over this application.
pub fn schema(app: App) -> Schema {
    builder().data(app).finish()
}

/// How deeply the library lets selections be nested; the front door says how deeply they may be.
const DEEPEST: usize = 64;

static SDL: LazyLock<String> = LazyLock::new(|| {
    let sdl = builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by());
    described(&sdl)
});

/// What the schema as a whole is, which the library has no place for.
const ABOUT: &str = "\"\"\"
Waypost: sales processes as data, the deals that go through them, and how far each of them is. Begin with `viewer`, which
says who you are, and `processes`. Mutations answer with `userErrors`: every reason why nothing was changed, each with
its place in the input. Subscriptions go on after the cursor of what came last.
\"\"\"
";

fn described(sdl: &str) -> String {
    sdl.replacen("\nschema {", &format!("\n{ABOUT}schema {{"), 1)
}

/// The schema as text, as `schema.graphql` keeps it.
pub fn sdl() -> String {
    SDL.clone()
}

/// What the front door must know of a schema of ours with this text.
pub fn contract(sdl: &str) -> Contract<'_> {
    Contract { sdl, page: page::DEFAULT as u64, check_scalar: scalar::check }
}

fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<node::Node>()
        .register_output_type::<user_error::UserError>()
        .register_output_type::<user_error::Blocker>()
        .register_output_type::<process_change::ProcessChange>()
        // Documents were validated at the front door.
        .validation_mode(ValidationMode::Fast)
        .limit_recursive_depth(DEEPEST)
        .extension(budget::Bounded)
}

/// A copy of a request that runs it again: only the operation and its variables are taken over.
pub fn again(request: &mut Request) -> Request {
    let mut again = Request::new("").variables(request.variables.clone());
    if let Ok(document) = request.parsed_query() {
        again.set_parsed_query(document.clone());
    }
    again
}

/// The request with everything that resolvers need: who is signed in, and one view for all its queries.
pub fn prepare(request: Request, app: &App, session: Session) -> Request {
    let view = view::View::new(app, &session);
    let request = request.data(session).data(view).data(budget::Budget::default());
    request.data(contained::Errors::default())
}
