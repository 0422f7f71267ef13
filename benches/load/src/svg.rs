//! Charts as SVG, by hand: a few bars and dots need no library. Colours follow the reader's light or dark.

use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
/// Where bars begin: names stand before it.
const LEFT: f64 = 310.0;
/// The room of the longest bar; its number stands after it.
const ROOM: f64 = 350.0;
const ROW: f64 = 22.0;
const HEADING: f64 = 34.0;
/// What stands above the first row.
const TOP: f64 = 56.0;

const STYLE: &str = "<style>\
    text { font: 13px system-ui, sans-serif; fill: #1f2937 } .title { font-size: 17px; font-weight: 600 } \
    .group { font-weight: 600 } .soft { fill: #6b7280 } .grid { stroke: #d1d5db } \
    .ours { fill: #2563eb; stroke: #2563eb } .theirs { fill: #9ca3af; stroke: #9ca3af } \
    @media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .soft { fill: #9ca3af } .grid { stroke: #4b5563 } \
    .ours { fill: #60a5fa; stroke: #60a5fa } .theirs { fill: #6b7280; stroke: #6b7280 } }</style>";

/// One line of a chart.
pub struct Row {
    /// What it is about.
    pub name: String,
    /// How long the bar is, or where the first dot is.
    pub from: f64,
    /// Where the second dot is; none in a chart of bars.
    pub to: Option<f64>,
    /// Whether it is of what is measured, or beside it.
    pub ours: bool,
}

/// Lines that are compared with each other.
pub struct Group {
    /// What they have in common.
    pub name: String,
    /// The lines.
    pub rows: Vec<Row>,
}

/// Bars from nothing to their number.
pub fn bars(title: &str, note: &str, groups: &[Group]) -> String {
    let most = groups.iter().flat_map(|group| &group.rows).map(|row| row.from).fold(1.0, f64::max);
    let draw = |svg: &mut String, y: f64, row: &Row| {
        let (width, class) = ((row.from / most * ROOM).max(1.0), class(row));
        let _ = write!(
            svg,
            r#"<rect class="{class}" x="{LEFT}" y="{:.1}" width="{width:.1}" height="14" rx="2"/>"#,
            y - 11.0
        );
        text(svg, "soft", LEFT + width + 6.0, y, &grouped(row.from));
    };
    chart((title, note), groups, "", draw)
}

/// Two dots and a line between them, in milliseconds; each line upwards is ten times the one before.
pub fn spans(title: &str, note: &str, groups: &[Group]) -> String {
    let height = height_of(groups);
    let mut grid = String::new();
    let names = ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"];
    for (power, name) in (-1..).zip(names) {
        let x = place(10_f64.powi(power));
        let _ = write!(
            grid,
            r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{height}"/>"#
        );
        text(&mut grid, "soft", x - 14.0, height + 16.0, name);
    }
    let draw = |svg: &mut String, y: f64, row: &Row| {
        let (from, to) = (place(row.from), place(row.to.unwrap_or(row.from)));
        let (y, class) = (y - 4.0, class(row));
        let _ = write!(
            svg,
            r#"<line class="{class}" stroke-width="4" opacity="0.4" x1="{from:.1}" x2="{to:.1}" y1="{y:.1}" y2="{y:.1}"/>"#
        );
        for x in [from, to] {
            let _ = write!(svg, r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="4.5"/>"#);
        }
        let label = format!("{} – {}", short(row.from), short(row.to.unwrap_or(row.from)));
        text(svg, "soft", to + 10.0, y + 4.0, &label);
    };
    chart((title, note), groups, &grid, draw)
}

/// From a tenth of a millisecond to ten seconds: five times ten.
fn place(milliseconds: f64) -> f64 {
    LEFT + (milliseconds.clamp(0.1, 10_000.0).log10() + 1.0) / 5.0 * ROOM
}

fn height_of(groups: &[Group]) -> f64 {
    let rows: usize = groups.iter().map(|group| group.rows.len()).sum();
    TOP + rows as f64 * ROW + groups.len() as f64 * HEADING
}

fn chart(
    (title, note): (&str, &str),
    groups: &[Group],
    behind: &str,
    draw: impl Fn(&mut String, f64, &Row),
) -> String {
    let height = height_of(groups) + 28.0;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{}">{STYLE}"#,
        escaped(title)
    );
    text(&mut svg, "title", 8.0, 22.0, title);
    text(&mut svg, "soft", 8.0, 42.0, note);
    svg.push_str(behind);
    let mut y = TOP;
    for group in groups {
        y += HEADING;
        text(&mut svg, "group", 8.0, y - 8.0, &group.name);
        for row in &group.rows {
            y += ROW;
            text(&mut svg, "", 20.0, y - 8.0, &row.name);
            draw(&mut svg, y - 8.0, row);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn class(row: &Row) -> &'static str {
    if row.ours { "ours" } else { "theirs" }
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let _ = write!(svg, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escaped(text));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds to two digits or three.
fn short(milliseconds: f64) -> String {
    if milliseconds < 10.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}
