//! The invented people: who they are, and acting as one of them.

use domain::policy::{Actor, MemberActor};
use engine::{
    app::App,
    error::{Error, Result},
    member::token::CreateToken,
    member::{self, AddMember},
};
use entity::{
    ids::MemberId,
    member::Role::{self, Administrator, Manager, Salesperson},
};

/// On whose behalf the demo prepares and looks.
pub(crate) const DEMO: Actor = Actor::System("demo");

/// Places in the team; the administrator of the first start comes first.
pub(crate) const ZOFIA: usize = 0;
/// A manager.
pub(crate) const MARTA: usize = 2;
/// A salesperson.
pub(crate) const AGNIESZKA: usize = 4;
/// A salesperson.
pub(crate) const TOMASZ: usize = 5;
/// A salesperson.
pub(crate) const AMARA: usize = 6;
/// A salesperson who is also the only one to check contracts.
pub(crate) const LAN: usize = 7;

const OTHERS: [(&str, &str, Role); 7] = [
    ("Łukasz Żółtowski", "lukasz@waypost.example", Administrator),
    ("Marta Kowalczyk", "marta@waypost.example", Manager),
    ("Björn Lindqvist", "bjorn@waypost.example", Manager),
    ("Agnieszka Dąbrowska", "agnieszka@waypost.example", Salesperson),
    ("Tomasz Szczęsny", "tomasz@waypost.example", Salesperson),
    ("Amara Okafor", "amara@waypost.example", Salesperson),
    ("Nguyễn Thị Lan", "lan@waypost.example", Salesperson),
];

/// The team, in the order of the places.
#[derive(Clone, Debug)]
pub(crate) struct Team(Vec<MemberActor>);

impl Team {
    /// Adds the others to the administrator of the first start.
    pub(crate) async fn hire(app: &App) -> Result<Self> {
        let first = member::store::all(app.db().reader()).await?;
        let mut team: Vec<_> = first.iter().map(actor).collect();
        for (name, email, role) in OTHERS {
            let (email, name) = (email.to_owned(), name.to_owned());
            let added = app.write(DEMO, AddMember { new_id: None, email, name, role }).await?;
            team.push(actor(&added));
        }
        Ok(Self(team))
    }

    /// The member at this place.
    pub(crate) fn at(&self, place: usize) -> Result<&MemberActor> {
        self.0.get(place).ok_or_else(|| Error::bug("the demo's team is smaller than that"))
    }

    /// The member with this id as an actor.
    pub(crate) fn actor(&self, id: MemberId) -> Option<Actor> {
        self.0.iter().find(|member| member.id == id).cloned().map(Actor::Member)
    }

    /// Everybody, this member first.
    pub(crate) fn from(&self, first: MemberId) -> impl Iterator<Item = Actor> + '_ {
        let others = self.0.iter().filter(move |member| member.id != first);
        self.actor(first).into_iter().chain(others.cloned().map(Actor::Member))
    }

    /// A token that signs in the member at this place.
    pub(crate) async fn token(&self, app: &App, place: usize) -> Result<String> {
        let member_id = self.at(place)?.id;
        let name = "demo".to_owned();
        let command = CreateToken { member_id, name, expires_at: None, secret: None };
        let made = app.write(DEMO, command).await?;
        Ok(made.1)
    }
}

fn actor(member: &entity::member::Model) -> MemberActor {
    MemberActor { id: member.id, role: member.role, credential: None }
}
