//! `waypost process list` and `export`: what there is, and what it says.

use std::{fmt::Write, path::Path};

use domain::text::one_line;
use engine::{
    app::App,
    error::Result as EngineResult,
    process::{apply, find, store, versions::Versions},
    tx::Snapshot,
};

use super::{COMMAND_LINE, write_out};
use crate::{
    cli::{Failure, hint},
    config::DatabaseUrl,
};

/// Prints the processes in use, a line each.
pub(crate) async fn list(app: &App, database: &DatabaseUrl) -> Result<u8, Failure> {
    let snapshot = app.read(COMMAND_LINE);
    let text = table(&snapshot).await.map_err(|error| Failure::of_database(&error, database))?;
    write_out(&text).map(|()| 0)
}

async fn table(snapshot: &Snapshot) -> EngineResult<String> {
    let rows = store::in_use(snapshot.conn().await?).await?;
    let keys = rows.iter().map(|row| (row.id, row.version)).collect();
    let versions = find::versions(snapshot, keys).await?;
    let mut lines = vec![["NAME", "VERSION", "STAGES", "ACTIONS", ""].map(str::to_owned)];
    for row in rows {
        let version = versions.get(&(row.id, row.version));
        let definition = version.map(|version| &version.definition);
        let stages = definition.map_or(0, |definition| definition.stages.len());
        let actions = definition.map_or(0, |definition| definition.actions().count());
        let default = if row.is_default { "default" } else { "" };
        let numbers = [row.version.to_string(), stages.to_string(), actions.to_string()];
        let [number, stages, actions] = numbers;
        lines.push([one_line(&row.name), number, stages, actions, default.to_owned()]);
    }
    Ok(aligned(&lines))
}

fn aligned(lines: &[[String; 5]]) -> String {
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..4).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut row = format!("{:width$}", line[0], width = widths[0]);
        for column in 1..4 {
            let _ = write!(row, "  {:>width$}", line[column], width = widths[column]);
        }
        let _ = writeln!(text, "{}", format!("{row}  {}", line[4]).trim_end());
    }
    text
}

/// Writes the process with this name.
pub(crate) async fn export(
    app: &App,
    database: &DatabaseUrl,
    name: &str,
    output: Option<&Path>,
) -> Result<u8, Failure> {
    let snapshot = app.read(COMMAND_LINE);
    let found = text(&snapshot, name).await;
    let text = found.map_err(|error| Failure::of_database(&error, database))?;
    let Some(text) = text else {
        return Err(Failure::Other(format!(
            "{database} has no process “{name}” in use. waypost process list names those it has."
        )));
    };
    let Some(path) = output else { return write_out(&text).map(|()| 0) };
    let written = std::fs::write(path, text);
    written.map_err(|cause| {
        Failure::Other(format!("{} cannot be written: {cause}.", path.display()))
    })?;
    hint(&format!("wrote {}", path.display()));
    Ok(0)
}

async fn text(snapshot: &Snapshot, name: &str) -> EngineResult<Option<String>> {
    let conn = snapshot.conn().await?;
    let Some(row) = store::find_by_name(conn, name).await? else { return Ok(None) };
    let versions = Versions::of(snapshot.base());
    let version = store::version(conn, versions, row.id, row.version).await?;
    apply::export(conn, &version.definition).await.map(Some)
}
