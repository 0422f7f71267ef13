//! The edge: GraphQL types over the use cases, a folder a noun. No database here.

use std::sync::LazyLock;

use async_graphql::{MergedObject, MergedSubscription, Request, SDLExportOptions, ValidationMode};
use engine::{app::App, auth::Session, measures::Measures, page};
use gate::Contract;

mod audit;
mod batch;
mod budget;
mod close_reason;
mod connection;
mod contained;
pub mod context;
mod deal;
pub(crate) mod error;
mod event;
mod feed;
mod file;
mod inbox;
mod input;
mod introspection;
pub(crate) mod kept;
mod mail;
mod member;
mod money;
mod mutate;
mod node;
mod note;
pub(crate) mod outcome;
mod permission;
mod process;
mod query;
mod refused;
mod scalar;
mod task;
mod user_error;
mod view;
pub mod webhook;
pub(crate) mod written;

/// Everything that can be read. What the viewer may not see is as if it did not exist.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    query::NodeQuery,
    process::preview::PreviewQuery,
    process::template::TemplateQuery,
    process::file::FileQuery,
    deal::transfer_preview::TransferQuery,
    task::list::TaskQuery,
    close_reason::CloseReasonQuery,
    mail::MailQuery,
    audit::AuditQuery,
    webhook::WebhookQuery,
);

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct Subscription(
    feed::deal::DealSubscription,
    feed::board::BoardSubscription,
    feed::saved::SavedSubscription,
    feed::inbox::InboxSubscription,
    webhook::document::WebhookSubscription,
);

/// Everything that can be changed. Each mutation takes one `input` and answers with every object that a
/// screen must refresh; `userErrors` tells every reason why nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    process::mutation::ProcessMutation,
    process::catalog::CatalogMutation,
    process::save::SaveMutation,
    process::file::FileMutation,
    deal::mutation::DealMutation,
    deal::transfer::TransferMutation,
    deal::hand_over::TransferDealsMutation,
    deal::bulk::BulkMutation,
    member::mutation::MemberMutation,
    member::token::TokenMutation,
    file::upload::UploadMutation,
    task::mutation::TaskMutation,
    note::mutation::NoteMutation,
    close_reason::mutation::CloseReasonMutation,
    inbox::mutation::InboxMutation,
    mail::MailMutation,
    webhook::mutation::WebhookMutation,
    webhook::mutation::trial::TrialMutation,
);

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema over this application.
pub fn schema(app: App) -> Schema {
    let kept = kept::Fragments::counted(Measures::of(&app));
    with_what_is_kept(builder().data(app), kept)
}

fn with_what_is_kept(schema: Builder, kept: kept::Fragments) -> Schema {
    schema.data(feed::shared::Answers::default()).data(kept).finish()
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

type Builder = async_graphql::SchemaBuilder<Query, Mutation, Subscription>;

fn builder() -> Builder {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<node::Node>()
        .register_output_type::<user_error::UserError>()
        .register_output_type::<user_error::Blocker>()
        .register_output_type::<process::change::ProcessChange>()
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
    request.data(contained::Errors::default()).data(kept::Keys::default())
}
