//! Where files are, and which may be uploaded.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::file::sniff::Types;
use engine::file::{FileSettings, Room, storage::Storage};

use super::DatabaseUrl;

/// The folder of files, where nothing else is said.
const FOLDER: &str = "waypost-files";
/// What a file can have at the most, whatever the operator says, in bytes: 2 GiB.
const LARGEST: i64 = 2 * 1024 * 1024 * 1024 - 1;

/// Where files are.
#[derive(Args, Clone, Debug)]
pub struct PlaceArgs {
    /// Where uploaded files are: a folder (made when missing), or the URL of a store that this program
    /// was built for, such as s3://BUCKET/PATH [default: waypost-files beside the SQLite file, else in
    /// the current directory]
    #[arg(long, env = "WAYPOST_FILES", value_name = "FOLDER|URL")]
    pub files: Option<String>,
}

/// Flags about files.
#[derive(Args, Clone, Debug)]
pub struct FilesArgs {
    /// Where they are.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The largest file that may be uploaded: bytes, or with KiB, MiB or GiB
    #[arg(long, env = "WAYPOST_MAX_FILE_SIZE", value_name = "SIZE", default_value = "25MiB")]
    pub max_file_size: String,
    /// How many bytes the files that a member uploads may have together: bytes, or with KiB, MiB, GiB or TiB;
    /// none for any number
    #[arg(long, env = "WAYPOST_FILES_PER_MEMBER", value_name = "SIZE", default_value = "10GiB")]
    pub files_per_member: String,
    /// How many bytes the files of all members may have together; none for any number
    #[arg(long, env = "WAYPOST_FILES_IN_ALL", value_name = "SIZE", default_value = "none")]
    pub files_in_all: String,
    /// Which files may be uploaded: content types with commas between, such as application/pdf,image/*
    /// [default: documents, images, mail, archives, audio and text, but no pages, scripts or programs]
    #[arg(long, env = "WAYPOST_FILE_TYPES", value_name = "TYPES")]
    pub file_types: Option<String>,
}

/// Where files are, checked.
#[derive(Clone, Debug)]
pub struct FilesPlace(Option<Location>);

/// The configuration of files, checked.
#[derive(Clone, Debug)]
pub struct FilesConfig {
    place: FilesPlace,
    max_size: i64,
    types: Types,
    room: Room,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    Folder(PathBuf),
    Store(String),
}

impl PlaceArgs {
    /// Where they are, or what is wrong with it.
    pub fn check(&self) -> Result<FilesPlace, String> {
        self.files.as_deref().map(location).transpose().map(FilesPlace)
    }
}

impl FilesArgs {
    /// The configuration, or everything that is wrong with it.
    pub fn check(&self) -> Result<FilesConfig, Vec<String>> {
        let mut wrong = Vec::new();
        let mut keep = |problem| wrong.push(problem);
        let place = self.place.check().map_err(&mut keep);
        let max_size = size(&self.max_file_size).map_err(&mut keep);
        let types = self.file_types.as_deref().map_or_else(|| Ok(Types::default()), types);
        let types = types.map_err(&mut keep);
        let member = limit("--files-per-member", &self.files_per_member).map_err(&mut keep);
        let all = limit("--files-in-all", &self.files_in_all).map_err(&mut keep);
        match (place, max_size, types, member, all) {
            (Ok(place), Ok(max_size), Ok(types), Ok(member), Ok(all)) => {
                Ok(FilesConfig { place, max_size, types, room: Room { member, all } })
            }
            _ => Err(wrong),
        }
    }
}

impl FilesConfig {
    /// Opens the place where files are; a folder is made when it is missing.
    pub fn open(&self, database: &DatabaseUrl) -> Result<FileSettings, String> {
        let storage = self.place.open(database)?;
        let Self { max_size, types, room, .. } = self.clone();
        Ok(FileSettings { storage, max_size, types, room })
    }
}

impl FilesPlace {
    /// Opens it; a folder is made when it is missing.
    pub fn open(&self, database: &DatabaseUrl) -> Result<Storage, String> {
        let location = self.0.clone().unwrap_or_else(|| Location::Folder(beside(database)));
        match &location {
            Location::Folder(folder) => Storage::folder(folder.clone()).map_err(|cause| {
                let folder = folder.display();
                format!("--files: {folder} cannot be used: {cause}. Name another folder, or let this user write there.")
            }),
            Location::Store(url) => Storage::at(url).map_err(|cause| {
                format!("--files: {cause}. Name a folder, or use a Waypost that was built with the feature s3, gcs or azure.")
            }),
        }
    }
}

/// The settings of a folder, with the limits that are usual.
pub fn in_folder(folder: &Path) -> std::io::Result<FileSettings> {
    Ok(FileSettings { storage: Storage::folder(folder.to_owned())?, ..FileSettings::default() })
}

fn beside(database: &DatabaseUrl) -> PathBuf {
    let file = database.file();
    file.as_deref().and_then(Path::parent).map_or_else(|| FOLDER.into(), |at| at.join(FOLDER))
}

fn location(text: &str) -> Result<Location, String> {
    match text.split_once("://") {
        _ if text.trim().is_empty() => Err("--files: name a folder, such as files.".to_owned()),
        Some(("file", path)) if path.starts_with('/') => Ok(Location::Folder(path.into())),
        Some(("file", _)) => Err(format!(
            "--files: “{text}” names no folder. Say for example file:///var/lib/waypost/files."
        )),
        Some(_) => Ok(Location::Store(text.to_owned())),
        None => Ok(Location::Folder(text.into())),
    }
}

fn size(text: &str) -> Result<i64, String> {
    bytes(text).filter(|bytes| (1..=LARGEST).contains(bytes)).ok_or_else(|| {
        format!(
            "--max-file-size: “{text}” is no size of a file. Say for example 25MiB; less than 2GiB."
        )
    })
}

/// How many bytes there may be; none: any number.
fn limit(flag: &str, text: &str) -> Result<Option<i64>, String> {
    if matches!(text.trim().to_ascii_lowercase().as_str(), "none" | "0") {
        return Ok(None);
    }
    let bytes = bytes(text).filter(|bytes| *bytes > 0);
    bytes.map(Some).ok_or_else(|| {
        format!("{flag}: “{text}” is no number of bytes. Say for example 500MiB or 2TiB, or none for any number.")
    })
}

fn bytes(text: &str) -> Option<i64> {
    let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text.trim()[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "kib" => 1,
        "mib" => 2,
        "gib" => 3,
        "tib" => 4,
        _ => return None,
    };
    digits.trim().parse::<i64>().ok()?.checked_mul(1024_i64.pow(power))
}

fn types(text: &str) -> Result<Types, String> {
    Types::parse(text).map_err(|wrong| {
        format!(
            "--file-types: “{wrong}” is no content type. Say for example application/pdf,image/*."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("1", 1), ("25MiB", 26_214_400), ("3 kib", 3072), ("1GiB", 1 << 30)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "MiB", "0", "-1", "2GiB", "1.5MiB", "25MB", "9999999999999GiB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_have_units_and_there_may_be_none() {
        let limit = |text: &str| limit("--x", text);
        for none in ["none", " None ", "0"] {
            assert_eq!(limit(none), Ok(None), "{none}");
        }
        assert_eq!(limit("10GiB"), Ok(Some(10_737_418_240)));
        assert_eq!(limit("2 tib"), Ok(Some(2_199_023_255_552)));
        for wrong in ["", "-1", "0GiB", "lots", "1.5GiB", "9999999999999TiB"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_are_beside_the_database_or_where_the_operator_says() {
        let database = |url: &str| url.parse::<DatabaseUrl>().unwrap();
        assert_eq!(beside(&database("sqlite://data/w.db")), PathBuf::from("data/waypost-files"));
        assert_eq!(beside(&database("sqlite://w.db")), PathBuf::from("waypost-files"));
        assert_eq!(beside(&database("postgres://h/w")), PathBuf::from("waypost-files"));
        assert_eq!(location("file:///srv/f"), Ok(Location::Folder("/srv/f".into())));
        assert_eq!(location("s3://b/p"), Ok(Location::Store("s3://b/p".into())));
        for wrong in ["", " ", "file://srv"] {
            assert!(location(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_store_that_was_not_built_in_is_refused_with_what_to_do() {
        let args = FilesArgs {
            place: PlaceArgs { files: Some("nowhere://bucket".into()) },
            max_file_size: "1MiB".into(),
            files_per_member: "none".into(),
            files_in_all: "none".into(),
            file_types: None,
        };
        let database = "sqlite://w.db".parse().unwrap();
        let told = args.check().unwrap().open(&database).unwrap_err();
        assert!(told.starts_with("--files: ") && told.contains("feature"), "{told}");
        let args = FilesArgs { file_types: Some("pdf".into()), max_file_size: "x".into(), ..args };
        assert_eq!(args.check().unwrap_err().len(), 2);
    }
}
