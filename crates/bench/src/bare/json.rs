//! What the bare server sends: the same bytes as ours, by serde.

use serde::{Serialize, Serializer};
use uuid::Uuid;

/// A work item.
#[derive(Serialize)]
pub(super) struct Item {
    pub(super) id: Uuid,
    pub(super) type_id: Option<Uuid>,
    pub(super) created_at: Micros,
    pub(super) updated_at: Micros,
    pub(super) deleted_at: Option<Micros>,
    pub(super) point: Option<i64>,
    pub(super) name: String,
    pub(super) description_html: String,
    pub(super) description_binary: Option<String>,
    pub(super) priority: String,
    pub(super) start_date: Option<String>,
    pub(super) target_date: Option<String>,
    pub(super) sequence_id: i64,
    pub(super) sort_order: f64,
    pub(super) completed_at: Option<Micros>,
    pub(super) archived_at: Option<String>,
    pub(super) is_draft: bool,
    pub(super) external_source: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) created_by: Option<Uuid>,
    pub(super) updated_by: Option<Uuid>,
    pub(super) project: Uuid,
    pub(super) workspace: Uuid,
    pub(super) parent: Option<Uuid>,
    pub(super) state: Uuid,
    pub(super) estimate_point: Option<Uuid>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Uuid>,
    pub(super) assignees: Vec<Uuid>,
    pub(super) labels: Vec<Uuid>,
}

/// A page of them.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) grouped_by: Option<()>,
    pub(super) sub_grouped_by: Option<()>,
    pub(super) total_count: i64,
    pub(super) next_cursor: String,
    pub(super) prev_cursor: String,
    pub(super) next_page_results: bool,
    pub(super) prev_page_results: bool,
    pub(super) count: usize,
    pub(super) total_pages: i64,
    pub(super) total_results: i64,
    pub(super) extra_stats: Option<()>,
    pub(super) results: Vec<Item>,
}

/// Microseconds since the epoch, written as RFC 3339 without a calendar library.
pub(super) struct Micros(pub(super) i64);

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (days, micros) = (self.0.div_euclid(86_400_000_000), self.0.rem_euclid(86_400_000_000));
        let (year, month, day) = civil(days);
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let mut put = |at: usize, length: usize, mut value: i64| {
            for place in (at..at + length).rev() {
                text[place] = b'0' + (value % 10) as u8;
                value /= 10;
            }
        };
        put(0, 4, year);
        put(5, 2, month);
        put(8, 2, day);
        put(11, 2, micros / 3_600_000_000);
        put(14, 2, micros / 60_000_000 % 60);
        put(17, 2, micros / 1_000_000 % 60);
        put(20, 6, micros % 1_000_000);
        serializer.serialize_str(std::str::from_utf8(&text).expect("digits"))
    }
}

/// Year, month and day of a day since the epoch, by counting years from March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_kernel_writes_them() {
        for micros in [0, 1, 951_782_400_000_000, 1_709_164_800_123_456, 1_790_000_000_000_001, 4_102_444_799_999_999] {
            let bare = serde_json::to_string(&Micros(micros)).unwrap();
            assert_eq!(bare, serde_json::to_string(&aileron_kernel::Time::from_micros(micros)).unwrap());
        }
    }
}
