//! The languages that people read.

use sea_orm::{EnumIter, entity::prelude::*};
use serde::{Deserialize, Serialize};

/// A language that the program writes to people in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Language {
    /// English: what is written to whoever did not ask for another one that there is.
    #[default]
    #[sea_orm(string_value = "ENGLISH")]
    English,
    /// Polish.
    #[sea_orm(string_value = "POLISH")]
    Polish,
}

impl Language {
    /// All that there are.
    pub const ALL: [Self; 2] = [Self::English, Self::Polish];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Polish => "pl",
        }
    }

    /// The language of a tag, whatever region or script it names beside: `pl-PL` is Polish.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(primary))
    }
}
