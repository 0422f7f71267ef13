//! The transport: thin, and nothing of the domain.

use std::sync::Arc;

use async_graphql::Executor;
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use engine::{app::App, traces::Traces};
use gate::Door;
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

use crate::graphql as api;

mod accept;
mod accept_language;
mod access;
mod asset;
mod body;
mod cache;
mod client;
mod cors;
mod expiry;
mod explorer;
mod field;
mod files;
pub(crate) mod forwarded;
mod graphql;
mod headers;
mod health;
mod json;
mod leaving;
mod listener;
mod live;
mod metrics;
pub mod origin;
mod params;
pub mod rates;
mod reading;
mod rejection;
mod run;
mod seats;
pub mod server;
pub mod settings;
mod shell;
pub mod socket;
mod spell;
mod sse;
mod web;

use client::Proxies;
pub use metrics::router as metrics_router;
use rates::Rates;
use seats::Seats;
pub use settings::Settings;
use shell::{Gate, Observers};

/// What every route holds.
#[derive(Clone)]
pub(crate) struct Edge<E> {
    app: App,
    schema: E,
    door: Arc<Door>,
    settings: Arc<Settings>,
    rates: Arc<Rates>,
    seats: Seats,
    turns: Seats,
    health: health::Health,
}

/// All routes of the server.
pub fn router(app: App, settings: Settings) -> Router {
    let schema = api::schema(app.clone());
    router_with(app, schema, &api::sdl(), settings)
}

/// All routes of a server of this schema, which the SDL describes.
pub fn router_with<E: Executor>(app: App, schema: E, sdl: &str, settings: Settings) -> Router {
    let documents = with_own(settings.documents.clone());
    let door = Arc::new(Door::new(api::contract(sdl), documents));
    let origins = settings.origins.clone().with(&app.settings().public_url);
    let settings = Arc::new(Settings { origins, ..settings });
    let rates = Arc::new(Rates::new(settings.limits.rates));
    let connections = settings.connections;
    let proxies = Proxies::new(connections.trusted_proxies, connections.proxy_header);
    let gate = Gate { rates: rates.clone(), proxies };
    let cors = cors::layer(settings.clone());
    let seats = Seats::new(settings.sockets.each);
    let (turns, health) = (Seats::new(seats::OPERATIONS), health::Health::default());
    let (bus, meters) = (app.bus().clone(), settings.meters.clone());
    let told = Observers { meters, traces: Traces::of(&app).clone() };
    let edge = Edge { app, schema, door, settings, rates, seats, turns, health };
    let api = post(graphql::by_post).get(graphql::by_get);
    Router::new()
        .route("/graphql", api.clone())
        // as some clients complete a URL
        .route("/graphql/", api)
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        // Files are sent as they are: most of them are compressed already.
        .route("/files/{id}", get(files::get::<E>).put(files::put::<E>))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready::<E>))
        .route("/metrics", get(metrics::for_administrators::<E>))
        .with_state(edge)
        .merge(web::routes())
        .merge(explorer::routes())
        .layer(from_fn_with_state(bus, shell::open))
        .layer(from_fn(shell::explained))
        .layer(from_fn_with_state(gate, shell::limited))
        .layer(cors)
        .layer(from_fn(cors::only_listed))
        .layer(from_fn_with_state(told, shell::named))
}

/// The documents of the screen run by their hashes wherever it is served.
fn with_own(mut documents: gate::Settings) -> gate::Settings {
    documents.trusted = documents.trusted.with_own(web::documents());
    documents
}

/// A stream of events is sent as it happens, and of a few bytes compressing makes more.
fn worth_compressing() -> impl Predicate {
    SizeAbove::new(1024).and(NotForContentType::const_new("text/event-stream"))
}
