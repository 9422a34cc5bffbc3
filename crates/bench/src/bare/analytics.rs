//! Figures, counted by statements written by hand for one project that the caller sees whole, in UTC.

use aileron_kernel::StateGroup;
use aileron_tracker::analytics::{
    model::{Amount, Cell, Course, Distribution, HeatMap, Load, Percentiles, Step, Times, Totals},
    rules::{DAY, HOUR, day_of, weekday_and_hour},
};
use anyhow::Result;
use serde::Serialize;
use uuid::Uuid;

use super::{Asked, conn::Conn, reads::prove};

/// Which days, as instants: the first, and the first that is too late.
pub(super) type Within = (i64, i64);

/// The figures of this name.
pub(super) fn figures(conn: &mut Conn, asked: &Asked, name: &str, within: Within) -> Result<Option<Vec<u8>>> {
    let Some(proved) = prove(conn, asked)? else { return Ok(None) };
    let (workspace, project) = (proved.workspace, asked.project);
    Ok(match name {
        "totals" => Some(json(&totals(conn, workspace, project)?)),
        "distribution" => Some(json(&distribution(conn, workspace, project)?)),
        "created-resolved" => Some(json(&course(conn, workspace, project, within)?)),
        "workload" => Some(json(&workload(conn, workspace, project)?)),
        "times" => Some(json(&times(conn, workspace, project, within)?)),
        "heat-map" => Some(json(&heat_map(conn, workspace, project, within)?)),
        _ => None,
    })
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("it is JSON")
}

const LIVE: &str = "w.workspace_id = $1 AND w.project_id = $2 AND w.deleted_at IS NULL AND w.hidden IS NULL";
/// Whole numbers add up to a type that is no whole number on PostgreSQL.
const POINTS: &str = "CAST(sum(w.point) AS double precision)";
const STATE: &str = "JOIN states s ON s.workspace_id = w.workspace_id AND s.id = w.state_id AND s.deleted_at IS NULL";

fn totals(conn: &mut Conn, workspace: Uuid, project: Uuid) -> Result<Totals> {
    // Each database has its own way to ask this of all items at once.
    let (join, unassigned) = match conn {
        Conn::Sqlite(_) => {
            ("", "NOT EXISTS (SELECT 1 FROM work_item_assignees a WHERE a.workspace_id = w.workspace_id AND a.item_id = w.id)")
        }
        Conn::Postgres(_) => (
            "LEFT JOIN (SELECT DISTINCT item_id FROM work_item_assignees WHERE workspace_id = $1) a ON a.item_id = w.id",
            "a.item_id IS NULL",
        ),
    };
    let sql = format!(
        "SELECT s.group_name, count(*), {POINTS}, sum(CASE WHEN w.target_date < CURRENT_DATE THEN 1 ELSE 0 END), \
         sum(CASE WHEN {unassigned} THEN 1 ELSE 0 END) FROM work_items w {STATE} {join} WHERE {LIVE} GROUP BY s.group_name"
    );
    let mut totals = Totals::default();
    conn.each(&sql, &[&workspace, &project], |row| {
        let group = StateGroup::parse(&row.get::<String>(0)).expect("a group");
        let (issues, points) = (row.get(1), row.get(2));
        totals.total.add(issues, points);
        let of_group = match group {
            StateGroup::Backlog | StateGroup::Triage => &mut totals.backlog,
            StateGroup::Unstarted => &mut totals.unstarted,
            StateGroup::Started => &mut totals.started,
            StateGroup::Completed => &mut totals.completed,
            StateGroup::Cancelled => &mut totals.cancelled,
        };
        of_group.add(issues, points);
        if !group.is_closed() {
            totals.open_issues += issues;
            totals.overdue_issues += row.get::<i64>(3);
            totals.unassigned_issues += row.get::<i64>(4);
        }
    })?;
    Ok(totals)
}

fn distribution(conn: &mut Conn, workspace: Uuid, project: Uuid) -> Result<Distribution> {
    let sql = format!(
        "SELECT s.group_name, w.priority, count(*) AS items, {POINTS} FROM work_items w {STATE} WHERE {LIVE} \
         GROUP BY s.group_name, w.priority ORDER BY items DESC, s.group_name, w.priority"
    );
    let cells = conn.all(&sql, &[&workspace, &project], |row| {
        let amount = Amount { issues: row.get(2), points: row.get::<Option<f64>>(3).unwrap_or(0.0) };
        Cell { key: row.get(0), name: None, and_key: row.get(1), and_name: None, amount }
    })?;
    Ok(Distribution { cells })
}

fn course(conn: &mut Conn, workspace: Uuid, project: Uuid, (from, before): Within) -> Result<Course> {
    let day = |number: i64| day_of(number).expect("a day");
    let mut steps: Vec<Step> =
        (from / DAY..before / DAY).map(|number| Step { date: day(number), created_issues: 0, completed_issues: 0 }).collect();
    for (column, is_creation) in [("created_at", true), ("completed_at", false)] {
        let sql = format!(
            "SELECT w.{column} / {DAY}, count(*) FROM work_items w WHERE {LIVE} AND w.{column} IS NOT NULL AND w.{column} >= $3 \
             AND w.{column} < $4 GROUP BY 1"
        );
        conn.each(&sql, &[&workspace, &project, &from, &before], |row| {
            let step = &mut steps[usize::try_from(row.get::<i64>(0) - from / DAY).expect("within")];
            if is_creation { step.created_issues = row.get(1) } else { step.completed_issues = row.get(1) }
        })?;
    }
    Ok(Course { timezone: "UTC".to_owned(), steps })
}

fn workload(conn: &mut Conn, workspace: Uuid, project: Uuid) -> Result<Vec<Load>> {
    let sql = format!(
        "SELECT a.member_id, u.display_name, count(*) AS items, {POINTS}, sum(CASE WHEN s.group_name = 'started' THEN 1 ELSE 0 END), \
         CAST(sum(CASE WHEN s.group_name = 'started' THEN w.point END) AS double precision), \
         sum(CASE WHEN w.target_date < CURRENT_DATE THEN 1 ELSE 0 END) \
         FROM work_items w {STATE} LEFT JOIN work_item_assignees a ON a.workspace_id = w.workspace_id AND a.item_id = w.id \
         LEFT JOIN users u ON u.id = a.member_id WHERE {LIVE} AND s.group_name IN ('backlog', 'unstarted', 'started') \
         GROUP BY a.member_id, u.display_name ORDER BY items DESC, u.display_name, a.member_id"
    );
    conn.all(&sql, &[&workspace, &project], |row| {
        let amount = |issues: i64, points: Option<f64>| Amount { issues, points: points.unwrap_or(0.0) };
        Load {
            member: row.get(0),
            name: row.get(1),
            open: amount(row.get(2), row.get(3)),
            started: amount(row.get(4), row.get(5)),
            overdue_issues: row.get(6),
        }
    })
}

fn times(conn: &mut Conn, workspace: Uuid, project: Uuid, within: Within) -> Result<Times> {
    let mut since = |column: &str| percentiles(conn, workspace, project, within, column);
    Ok(Times { timezone: "UTC".to_owned(), lead: since("created_at")?, cycle: since("started_at")? })
}

fn percentiles(conn: &mut Conn, workspace: Uuid, project: Uuid, (from, before): Within, column: &str) -> Result<Percentiles> {
    let sql = format!(
        "SELECT place, total, span, mean FROM (SELECT span, row_number() OVER (ORDER BY span) AS place, count(*) OVER () AS total, \
         CAST(avg(span) OVER () AS double precision) AS mean FROM (SELECT w.completed_at - w.{column} AS span FROM work_items w WHERE {LIVE} \
         AND w.completed_at IS NOT NULL AND w.completed_at >= $3 AND w.completed_at < $4 AND w.{column} IS NOT NULL \
         AND w.{column} <= w.completed_at) spans) ranked \
         WHERE place IN ((total * 50 + 99) / 100, (total * 75 + 99) / 100, (total * 85 + 99) / 100, (total * 95 + 99) / 100)"
    );
    let mut found = Percentiles::default();
    conn.each(&sql, &[&workspace, &project, &from, &before], |row| {
        let (place, total, span): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        (found.issues, found.mean) = (total, Some(row.get::<f64>(3) / 1e6));
        for (percent, rank) in [(50, &mut found.p50), (75, &mut found.p75), (85, &mut found.p85), (95, &mut found.p95)] {
            if place == (total * percent + 99) / 100 {
                *rank = Some(span as f64 / 1e6);
            }
        }
    })?;
    Ok(found)
}

fn heat_map(conn: &mut Conn, workspace: Uuid, project: Uuid, (from, before): Within) -> Result<HeatMap> {
    let sql = format!(
        "SELECT e.at / {HOUR} % 168, count(*) FROM events e WHERE e.workspace_id = $1 AND e.project_id = $2 AND e.at >= $3 AND e.at < $4 \
         AND e.subject_id IS NOT NULL AND e.entity <> 'subscription' AND EXISTS (SELECT 1 FROM work_items w WHERE {LIVE} AND w.id = e.subject_id) \
         GROUP BY 1"
    );
    let mut map = HeatMap { timezone: "UTC".to_owned(), total: 0, hours: [[0; 24]; 7] };
    conn.each(&sql, &[&workspace, &project, &from, &before], |row| {
        let (weekday, hour) = weekday_and_hour(row.get(0)).expect("an hour of the week");
        let count: i64 = row.get(1);
        map.hours[weekday][hour] += count;
        map.total += count;
    })?;
    Ok(map)
}
