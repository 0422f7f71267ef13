//! Many deals, written by SQL: each like one that the server imported, with other values, and its work done.

use std::ops::Range;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, any::install_default_drivers, raw_sql};

use crate::{data::member, server::Result};

/// How SQL differs between the two.
struct Dialect {
    /// Numbers from the first to before the last, as a table `numbers(n)`.
    numbers: fn(&Range<usize>) -> String,
    /// A moment of so many milliseconds since 1970.
    moment: fn(&str) -> String,
    /// A new id of that moment: ids of the server sort by time, too.
    id: fn(&str) -> String,
    /// The type of an id.
    uuid: &'static str,
    /// What makes it fast, before and after. Checks of references are left out: every row refers to what a row does that
    /// was checked.
    before: &'static str,
    after: &'static str,
}

const SQLITE: Dialect = Dialect {
    numbers: |range| {
        format!(
            "WITH RECURSIVE numbers(n) AS (SELECT {} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {})",
            range.start, range.end
        )
    },
    moment: |ms| format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', ({ms}) / 1000.0, 'unixepoch')"),
    id: |ms| {
        format!(
            "unhex(printf('%012x', {ms}) || '7' || substr(hex(randomblob(2)), 1, 3) || '8' || substr(hex(randomblob(8)), 1, 15))"
        )
    },
    uuid: "BLOB",
    before: "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN",
    // The server never analyses a database of SQLite, so this does not either.
    after: "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)",
};

const POSTGRES: Dialect = Dialect {
    numbers: |range| {
        format!(
            "WITH numbers AS (SELECT generate_series({}, {})::bigint AS n)",
            range.start,
            range.end - 1
        )
    },
    moment: |ms| format!("to_timestamp(({ms}) / 1000.0)"),
    id: |ms| {
        format!(
            "(lpad(to_hex({ms}), 12, '0') || '7' || right(md5(random()::text), 3) || '8' || left(md5(random()::text), 15))::uuid"
        )
    },
    uuid: "UUID",
    before: "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'",
    // What autovacuum does sooner or later.
    after: "COMMIT; VACUUM ANALYZE",
};

/// Adds the deals of these numbers.
pub async fn grow(url: &str, range: Range<usize>) -> Result<()> {
    install_default_drivers();
    eprintln!("deals up to {} are written", range.end);
    let dialect = if url.starts_with("sqlite") { SQLITE } else { POSTGRES };
    let mut connection = AnyConnection::connect(url).await?;
    let mut script: Vec<_> = dialect.before.split("; ").map(str::to_owned).collect();
    script.extend(tables(&dialect, &range));
    script.push(deals(&dialect));
    script.extend(participants());
    script.push(completions(&dialect));
    script.extend(["grown", "seed", "owner", "reason"].map(|table| format!("DROP TABLE {table}")));
    script.extend(dialect.after.split("; ").map(str::to_owned));
    for sql in script {
        raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

/// A number below a bound that another factor draws anew, from the number of the deal.
fn draw(factor: u64, bound: u32) -> String {
    format!("(n * {factor} % 4294967296 * {bound} / 4294967296)")
}

/// What deals are made from: those that are there, who owns them, why they were closed; and what is drawn for each. They
/// begin a minute after one another; each last changed within ninety days of that.
fn tables(dialect: &Dialect, range: &Range<usize>) -> Vec<String> {
    let (numbers, uuid) = ((dialect.numbers)(range), dialect.uuid);
    let seller = member(39);
    let opened = format!("1640995200000 + n * 60000 + {} * 1000 + 1", draw(374_761_393, 60));
    let columns = [
        draw(2_654_435_761, 100),
        draw(2_246_822_519, 40),
        draw(3_266_489_917, 40),
        draw(668_265_263, 900_000),
        draw(2_024_237_689, 129_600),
    ];
    let id = (dialect.id)("opened");
    vec![
        format!("UPDATE member SET role = 'SALESPERSON' WHERE email = '{seller}'"),
        "CREATE TABLE seed AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM deal WHERE external_id IS NOT NULL".to_owned(),
        "CREATE TABLE owner AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM member".to_owned(),
        "CREATE TABLE reason AS SELECT id, status, row_number() OVER (PARTITION BY status ORDER BY id) - 1 AS place FROM close_reason".to_owned(),
        format!("CREATE TABLE grown (n BIGINT, id {uuid}, seed {uuid}, opened BIGINT, touched BIGINT, fate BIGINT, owner BIGINT, other BIGINT, amount BIGINT)"),
        format!(
            "INSERT INTO grown {numbers}, drawn AS (SELECT n, {opened} AS opened, {} AS fate, {} AS owner, {} AS other, {} AS amount, {} AS minutes FROM numbers) \
            SELECT n, {id}, seed.id, opened, opened + minutes * 60000, fate, owner, other, amount FROM drawn JOIN seed ON seed.place = n % {}",
            columns[0], columns[1], columns[2], columns[3], columns[4], super::SEED
        ),
    ]
}

/// Seven in ten are open. One in thirty has no value; three in ten are seen by who takes part.
fn deals(dialect: &Dialect) -> String {
    let (opened, touched) = ((dialect.moment)("g.opened"), (dialect.moment)("g.touched"));
    let title = "replace(d.title, 'Deal ', 'Customer ') || ' ' || g.n";
    let closed = |then: &str| format!("CASE WHEN fate >= 70 THEN {then} END");
    format!(
        "INSERT INTO deal (id, process_id, title, title_key, value_amount, value_currency, owner_id, visibility, status, version, \
        stage_id, stage_position, percent, done_weight, total_weight, closed_process_version, closed_at, created_at, updated_at, close_reason_id) \
        SELECT g.id, d.process_id, {title}, lower({title}), CASE WHEN amount >= 30000 THEN amount * 10000 END, \
        CASE WHEN amount >= 30000 THEN 'EUR' END, o.id, CASE WHEN amount % 10 < 3 THEN 'PARTICIPANTS' ELSE 'EVERYONE' END, \
        {STATUS}, d.version, d.stage_id, d.stage_position, d.percent, d.done_weight, d.total_weight, {}, {}, {opened}, {touched}, r.id \
        FROM grown g JOIN deal d ON d.id = g.seed JOIN owner o ON o.place = g.owner \
        LEFT JOIN reason r ON r.status = {STATUS} AND r.place = g.amount % 2 ORDER BY g.n",
        closed("1"),
        closed(&touched)
    )
}

const STATUS: &str = "CASE WHEN fate < 70 THEN 'OPEN' WHEN fate < 85 THEN 'WON' WHEN fate < 95 THEN 'LOST' ELSE 'OUTDATED' END";

/// The owner, and somebody else.
fn participants() -> [String; 2] {
    [("g.owner", "1 = 1"), ("g.other", "g.other <> g.owner")].map(|(who, when)| {
        format!(
            "INSERT INTO deal_participant (deal_id, member_id) \
            SELECT g.id, o.id FROM grown g JOIN owner o ON o.place = {who} WHERE {when} ORDER BY g.n"
        )
    })
}

fn completions(dialect: &Dialect) -> String {
    let (id, done) = ((dialect.id)("g.touched"), (dialect.moment)("g.touched"));
    format!(
        "INSERT INTO completion (id, deal_id, action_id, member_id, done_at, deal_version) \
        SELECT {id}, g.id, c.action_id, c.member_id, {done}, c.deal_version \
        FROM grown g JOIN completion c ON c.deal_id = g.seed ORDER BY g.n"
    )
}
