//! The forty deals of the invented team, and those that come in while you watch.

use entity::deal::Visibility;

use super::team::{AGNIESZKA, AMARA, LAN, MARTA, TOMASZ};

/// A deal to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Which process it goes through.
    pub kind: Kind,
    /// What it is called.
    pub title: &'static str,
    /// What it is worth, in whole units of a currency.
    pub value: Option<(u32, &'static str)>,
    /// The place of its owner in the team.
    pub owner: usize,
    /// Who else takes part.
    pub with: &'static [usize],
    /// Which salespeople see it.
    pub visibility: Visibility,
    /// When it began.
    pub days_ago: i64,
    /// What became of it.
    pub course: Course,
}

/// Which process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The long one.
    NewCustomer,
    /// The short one.
    Renewal,
}

/// What became of a deal; the number is how many actions were done, in process order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// It runs.
    Done(usize),
    /// It runs, and the last action was undone.
    Undone(usize),
    /// It runs, and was moved by hand to the stage at this place, or to none.
    Moved(usize, Option<usize>),
    /// It was won; after the first actions only mandatory ones were done.
    Won(usize),
    /// It was lost.
    Lost(usize, &'static str),
    /// It is no longer of interest.
    Outdated(usize, &'static str),
    /// It was lost, and goes on nevertheless.
    Reopened(usize, &'static str),
}

impl Course {
    /// Whether the deal still runs.
    pub(crate) fn is_open(self) -> bool {
        !matches!(self, Self::Won(_) | Self::Lost(..) | Self::Outdated(..))
    }
}

const fn new(title: &'static str, owner: usize, days_ago: i64, course: Course) -> Plan {
    let (kind, visibility) = (Kind::NewCustomer, Visibility::Everyone);
    Plan { kind, title, value: None, owner, with: &[], visibility, days_ago, course }
}

const fn renewal(title: &'static str, owner: usize, days_ago: i64, course: Course) -> Plan {
    Plan { kind: Kind::Renewal, ..new(title, owner, days_ago, course) }
}

impl Plan {
    const fn worth(self, amount: u32, currency: &'static str) -> Self {
        Self { value: Some((amount, currency)), ..self }
    }

    const fn with(self, with: &'static [usize]) -> Self {
        Self { with, ..self }
    }

    const fn private(self) -> Self {
        Self { visibility: Visibility::Participants, ..self }
    }
}

use Course::*;

/// The deal that the trickle touches most, to be watched.
pub(crate) const STAR: usize = 0;

/// The forty deals.
pub(crate) const PLANS: [Plan; 40] = [
    new("Warehouse robots for Bałtyk Logistyka", AGNIESZKA, 30, Done(4))
        .worth(480_000, "PLN")
        .with(&[LAN]),
    new("Office fit-out for Nowak i Synowie", AGNIESZKA, 45, Done(7)).worth(96_500, "PLN"),
    new("Solar roof for Żywiec Dairy", AGNIESZKA, 12, Done(2)).worth(310_000, "PLN"),
    new("Fleet tracking for Kraków Couriers", AGNIESZKA, 20, Moved(3, Some(2)))
        .worth(54_000, "PLN"),
    new("Till systems for Cukiernia Łódzka", AGNIESZKA, 3, Done(0)).worth(18_900, "PLN"),
    new("Training for Gdańsk Shipyard", AGNIESZKA, 60, Won(14)).worth(75_000, "PLN"),
    new(
        "Cold storage for Mazury Fish",
        AGNIESZKA,
        50,
        Lost(6, "They chose a vendor from the region."),
    )
    .worth(220_000, "PLN"),
    new(
        "Intranet for Wrocław Opera",
        AGNIESZKA,
        38,
        Outdated(3, "The budget was cut for this year."),
    )
    .worth(42_000, "PLN"),
    new("Packaging line for Słodki Świat", AGNIESZKA, 26, Reopened(8, "Too expensive."))
        .worth(640_000, "PLN")
        .with(&[LAN, MARTA]),
    new("Data centre move for Poznań Fair", AGNIESZKA, 41, Done(10))
        .worth(890_000, "PLN")
        .with(&[TOMASZ, LAN])
        .private(),
    new("Lighting for Szczecin Airport", TOMASZ, 33, Done(9)).worth(150_000, "EUR").with(&[LAN]),
    new("Lab equipment for Universität Leipzig", TOMASZ, 28, Done(6)).worth(212_000, "EUR"),
    new("Bakery ovens for Müller & Töchter", TOMASZ, 9, Done(3)).worth(67_300, "EUR"),
    new("Access control for Praha Galerie", TOMASZ, 5, Done(1)).worth(1_250_000, "CZK"),
    new("Water meters for Brno", TOMASZ, 22, Undone(5)).worth(4_800_000, "CZK"),
    new("Ticketing for Teatro Lirico", TOMASZ, 2, Done(0)).worth(38_000, "EUR"),
    new("Greenhouse control for Van Dijk", TOMASZ, 55, Won(6)).worth(128_000, "EUR"),
    new(
        "Ferry booking for Öresund Line",
        TOMASZ,
        47,
        Lost(11, "Lost by 2 per cent in the tender."),
    )
    .worth(520_000, "SEK"),
    new("School tablets for Vilnius", TOMASZ, 36, Lost(2, "No answer to five calls."))
        .worth(83_000, "EUR"),
    new("Payroll for Ljubljana Clinics", TOMASZ, 18, Moved(8, Some(1))).worth(91_000, "EUR"),
    new("Mobile clinics for Lagos State", AMARA, 42, Done(12))
        .worth(1_400_000, "USD")
        .with(&[LAN, MARTA]),
    new("Point of sale for Accra Markets", AMARA, 24, Done(5)).worth(260_000, "USD"),
    new("Drip irrigation for Rift Valley Farms", AMARA, 16, Done(8)).worth(175_000, "USD"),
    new("Call centre for Kigali Energy", AMARA, 8, Done(4)).worth(88_000, "USD"),
    new("Ship chandlery portal for Tema Port", AMARA, 13, Moved(2, None)).worth(64_000, "USD"),
    new("School meals app for Nairobi", AMARA, 4, Done(1)),
    new("Hospital beds for St Mary’s", AMARA, 58, Won(14)).worth(310_000, "GBP"),
    new(
        "Bus shelters for Bristol",
        AMARA,
        34,
        Outdated(5, "The council postponed it until after the election."),
    )
    .worth(72_000, "GBP"),
    new("Museum guides for Leeds", AMARA, 27, Done(7)).worth(29_500, "GBP").private(),
    new("Acquisition of a competitor’s customers", MARTA, 31, Done(9))
        .worth(2_000_000, "EUR")
        .with(&[LAN])
        .private(),
    new("Framework contract for the city of Gdynia", MARTA, 53, Done(13))
        .worth(3_200_000, "PLN")
        .with(&[AGNIESZKA, LAN]),
    new("Pilot for a national bank", MARTA, 1, Done(0)).private(),
    new("Translation service for Hà Nội Trading", LAN, 19, Done(11)).worth(45_000, "USD"),
    new("Contract archive for Kancelaria Zięba", LAN, 6, Done(2)).worth(27_000, "PLN"),
    renewal("Renewal: Bałtyk Logistyka", AGNIESZKA, 40, Done(2)).worth(36_000, "PLN"),
    renewal("Renewal: Żabka Florists", TOMASZ, 21, Done(4)).worth(12_400, "EUR"),
    renewal("Renewal: Lagos State", AMARA, 35, Won(3)).worth(99_000, "USD"),
    renewal("Renewal: Ørsted Museum", LAN, 10, Done(0)).worth(8_000, "EUR"),
    renewal("Renewal: Hotel Tatry", AGNIESZKA, 44, Lost(3, "The hotel closed down."))
        .worth(15_000, "PLN"),
    renewal("Renewal: Café Čapek", TOMASZ, 29, Won(5)).worth(210_000, "CZK"),
];

/// Deals that come in while you watch, again and again.
pub(crate) const INCOMING: [Plan; 6] = [
    new("Enquiry from the web form", AGNIESZKA, 0, Done(0)),
    new("Parking sensors for Toruń", TOMASZ, 0, Done(0)).worth(140_000, "PLN"),
    new("Follow-up from the Hannover fair", AMARA, 0, Done(0)).worth(60_000, "EUR"),
    renewal("Renewal: Kraków Couriers", AGNIESZKA, 0, Done(0)).worth(9_600, "PLN"),
    new("Referral by Universität Leipzig", TOMASZ, 0, Done(0)).worth(35_000, "EUR"),
    new("Solar pumps for Kisumu", AMARA, 0, Done(0)).worth(110_000, "USD"),
];
