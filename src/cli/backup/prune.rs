//! Removing old backups where a new one was made.

use std::{fs, io, path::Path};

use engine::backup::Shelf;

use super::{Failure, named::older, target::Destination};

/// Removes the oldest backups of a folder until so many are left: their names. Where backups are not named with the time,
/// none goes.
pub(super) async fn prune(place: &Destination, keep: usize) -> Result<Vec<String>, Failure> {
    match place {
        Destination::Folder(folder) => Ok(of_folder(folder, keep)?),
        Destination::StoreFolder(url) => {
            let gone = of_store(url, keep).await;
            gone.map_err(|cause| Failure::Other(format!(
                "{url}: {cause}. There is a new backup, and older ones are still there: let this user list and delete what is there."
            )))
        }
        Destination::Stdout | Destination::File(_) | Destination::Store(_) => Ok(Vec::new()),
    }
}

fn of_folder(folder: &Path, keep: usize) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    let names = names.collect::<io::Result<Vec<_>>>()?;
    let names = names.into_iter().filter_map(|name| name.into_string().ok()).collect();
    let names = older(names, keep);
    for name in &names {
        fs::remove_file(folder.join(name))?;
    }
    Ok(names)
}

async fn of_store(url: &str, keep: usize) -> Result<Vec<String>, String> {
    let shelf = Shelf::at(url)?;
    let names = older(shelf.names().await?, keep);
    for name in &names {
        shelf.remove(name).await?;
    }
    Ok(names)
}
