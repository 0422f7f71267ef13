//! Everything that can be read.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use domain::text;
use engine::{
    error::{Error, Result},
    member::find as members,
    page::Request,
    process::find as processes,
};

use crate::graphql::{
    connection::{self, Connection},
    context::semanticNonNull,
    deal::{
        list::{self, DealConnection, DealFilter, DealOrder},
        listed::{self, Listed},
    },
    error::{Field, field, maybe},
    input::parse,
    kept::numbered::AsRead,
    member::{Member, Viewer},
    node::{Node, node, nodes},
    process::{self, Process},
    scalar::Cursor,
    view::View,
};

/// Everything that can be read.
#[derive(Default)]
pub(crate) struct NodeQuery;

/// Everything that can be read. What the viewer may not see is as if it did not exist.
#[Object]
impl NodeQuery {
    /// Who is signed in.
    #[graphql(directive = semanticNonNull::apply())]
    async fn viewer(&self, context: &Context<'_>) -> Field<Viewer> {
        field(View::of(context).map(Viewer))
    }

    /// Anything by its id; null when it does not exist or may not be seen.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "The id of a member, token, process, version, stage, action, deal, checklist item, completion, note, file, task, close reason, notification, mail, audit entry, webhook, webhook delivery or event."
        )]
        id: ID,
    ) -> Field<Node> {
        match View::of(context) {
            Ok(view) => maybe(node(&view, &id).await.map_err(|error| error.at("id"))),
            Err(error) => field(Err(error)),
        }
    }

    /// Several things by their ids, in the same order; null where one does not exist or may not be seen.
    #[graphql(directive = semanticNonNull::apply())]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Up to 100 ids.")] ids: Vec<ID>,
    ) -> Field<Vec<Option<Node>>> {
        match View::of(context) {
            Ok(view) => field(nodes(&view, &ids).await),
            Err(error) => field(Err(error)),
        }
    }

    /// A process; null when it does not exist.
    async fn process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] id: ID,
    ) -> Field<AsRead<Process>> {
        maybe(one_process(context, &id).await)
    }

    /// The processes, the oldest first.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn processes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whether archived ones come too.", default)] include_archived: bool,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Process>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(process_page(context, include_archived, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// The members, by name as the language sorts.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn members(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only active ones, or only deactivated ones; all when left out.")]
        active: Option<bool>,
        #[graphql(
            desc = "Part of the name or of the e-mail address, whatever its case and diacritics."
        )]
        text: Option<String>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Member>> {
        let filter = member_filter(active, text);
        match filter.and_then(|it| Ok((it, connection::request(first, after, last, before)?))) {
            Ok((filter, page)) => field(member_page(context, &filter, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// A deal; null when it does not exist or may not be seen.
    async fn deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a deal.")] id: ID,
    ) -> Field<Listed> {
        maybe(one_deal(context, &id).await)
    }

    /// The deals that the viewer may see.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deals; all when left out.")] filter: Option<DealFilter>,
        #[graphql(desc = "In which order; the newest first when left out.")] order_by: Option<
            Vec<DealOrder>,
        >,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<DealConnection> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(deal_page(context, filter, order_by, &page).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn one_process(context: &Context<'_>, id: &ID) -> Result<Option<AsRead<Process>>> {
    process::numbered::find(context, &View::of(context)?, parse(id, "id")?).await
}

async fn one_deal(context: &Context<'_>, id: &ID) -> Result<Option<Listed>> {
    listed::find(context, &View::of(context)?, parse(id, "id")?).await
}

async fn process_page(
    context: &Context<'_>,
    include_archived: bool,
    page: &Request,
) -> Result<Connection<Process>> {
    let view = View::of(context)?;
    let page = processes::page(view.snapshot(), include_archived, page).await?;
    let rows = page.rows.iter().map(|(_, row)| row.clone()).collect();
    let current = view.with_versions(rows).await?;
    let total = match connection::asked(context, "totalCount") {
        true => Some(processes::count(view.snapshot(), include_archived).await?),
        false => None,
    };
    let found = page.try_map(|row| current.get(&row.id).cloned());
    let found = found.ok_or_else(|| Error::bug("a process has no version"))?;
    Ok(Connection::new(found, total, |current| Process::new(&view, current)))
}

fn member_filter(active: Option<bool>, text: Option<String>) -> Result<members::Filter> {
    let text = text.as_deref().map(text::search).transpose();
    Ok(members::Filter { active, text: text.map_err(|refusal| refusal.at("text"))? })
}

async fn member_page(
    context: &Context<'_>,
    filter: &members::Filter,
    page: &Request,
) -> Result<Connection<Member>> {
    let view = View::of(context)?;
    let page = members::page(view.snapshot(), filter, page).await?;
    let total = match connection::asked(context, "totalCount") {
        true => Some(members::count(view.snapshot(), filter).await?),
        false => None,
    };
    view.expect_people(page.rows.iter().map(|(_, row)| row.id));
    Ok(Connection::new(page, total, |row| Member::new(&view, Arc::new(row))))
}

async fn deal_page(
    context: &Context<'_>,
    filter: Option<DealFilter>,
    order_by: Option<Vec<DealOrder>>,
    page: &Request,
) -> Result<DealConnection> {
    let view = View::of(context)?;
    let filter = list::filter(filter).map_err(|error| error.at("filter"))?;
    list::page(context, &view, &filter, &list::order(order_by), page).await
}
