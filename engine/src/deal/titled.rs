//! A text in titles, looked up before the deals are: SQLite cannot weigh whether to look it up or to look through the deals
//! in their order, as PostgreSQL does by itself.

use domain::text;
use entity::ids::DealId;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{error::Result, tx::Snapshot};

/// The index holds each three characters that follow one another.
const SHORTEST: usize = 3;
/// If more deals have the text than this, some of them are soon met in any order. A board names them once for each of its
/// columns, within the parameters that a statement may have.
const MOST: usize = 250;

const SQL: &str = "SELECT deal_id FROM deal_text_number WHERE number IN \
    (SELECT rowid FROM deal_text WHERE deal_text MATCH ? LIMIT ?)";

/// The deals with this text in the title, where they are few: among these are all that a filter with it lets through.
pub async fn few(snapshot: &Snapshot, text: &str) -> Result<Option<Vec<DealId>>> {
    let (key, backend) = (text::search_key(text), snapshot.base().db().backend());
    if backend != DbBackend::Sqlite || key.chars().count() < SHORTEST {
        return Ok(None);
    }
    let found = having(snapshot, &key).await?;
    Ok((found.len() <= MOST).then_some(found))
}

/// The deals whose titles have this text, and one more than are wanted where there are many: whether the viewer may see
/// them is seen to by whoever reads them.
async fn having(snapshot: &Snapshot, key: &str) -> Result<Vec<DealId>> {
    let phrase = format!("\"{}\"", key.replace('"', "\"\""));
    let values = [phrase.into(), (MOST as u64 + 1).into()];
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, SQL, values);
    let rows = snapshot.conn().await?.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get("", "deal_id")).collect::<Result<_, _>>()?)
}
