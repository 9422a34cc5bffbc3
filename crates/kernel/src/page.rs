//! Pages of lists, with the cursors of the compatible API: `value:page:is_prev`.

use serde::Serialize;

use crate::Refusal;

/// The largest page, and the size where none is asked for.
pub const MAX_PER_PAGE: i64 = crate::limits::PER_PAGE.count();

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows a page: 1 to [`MAX_PER_PAGE`].
    pub per_page: i64,
    /// Page number, from 0.
    pub page: i64,
}

impl PageRequest {
    /// Reads `per_page` and `cursor` as sent; `default` is the page size where none was sent.
    pub fn parse(per_page: Option<&str>, cursor: Option<&str>, default: i64) -> Result<Self, Refusal> {
        let per_page = match per_page {
            None => default,
            Some(text) => text.trim().parse().map_err(|_| Refusal::detail("Invalid per_page parameter."))?,
        };
        if per_page > MAX_PER_PAGE {
            return Err(Refusal::detail(format!("Invalid per_page value. Cannot exceed {MAX_PER_PAGE}.")));
        }
        if per_page < 1 {
            return Err(Refusal::detail("Invalid per_page value. Must be at least 1."));
        }
        let page = cursor.map_or(Ok(0), page_of)?;
        Ok(Self { per_page, page })
    }

    /// Rows before this page.
    pub const fn offset(&self) -> i64 {
        self.per_page.saturating_mul(self.page)
    }

    /// The answer around the rows of this page, of `total` in all.
    pub fn answer<T>(&self, results: Vec<T>, total: i64) -> Page<T> {
        let pages = total.div_euclid(self.per_page) + i64::from(total.rem_euclid(self.per_page) > 0);
        Page {
            grouped_by: None,
            sub_grouped_by: None,
            total_count: total,
            next_cursor: format!("{}:{}:0", self.per_page, self.page.saturating_add(1)),
            prev_cursor: format!("{}:{}:1", self.per_page, self.page - 1),
            next_page_results: self.offset().saturating_add(self.per_page) < total,
            prev_page_results: self.page > 0,
            count: results.len(),
            total_pages: pages,
            total_results: total,
            extra_stats: None,
            results,
        }
    }
}

/// The page number of a cursor. The first part (a page size of before) and the direction carry no meaning here.
fn page_of(cursor: &str) -> Result<i64, Refusal> {
    let invalid = || Refusal::detail("Invalid cursor parameter.");
    let parts: Vec<&str> = cursor.split(':').collect();
    let [value, page, direction] = parts.as_slice() else { return Err(invalid()) };
    value.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(invalid)?;
    direction.parse::<i64>().map_err(|_| invalid())?;
    let page: i64 = page.parse().map_err(|_| invalid())?;
    if !(0..=i64::MAX / MAX_PER_PAGE).contains(&page) {
        return Err(Refusal::detail("Error in parsing"));
    }
    Ok(page)
}

/// One page of a list, as on the wire.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are those of the wire; API.md explains them")]
pub struct Page<T> {
    pub grouped_by: Option<String>,
    pub sub_grouped_by: Option<String>,
    pub total_count: i64,
    pub next_cursor: String,
    pub prev_cursor: String,
    pub next_page_results: bool,
    pub prev_page_results: bool,
    pub count: usize,
    pub total_pages: i64,
    pub total_results: i64,
    pub extra_stats: Option<String>,
    pub results: Vec<T>,
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn with<U>(self, results: Vec<U>) -> Page<U> {
        Page {
            grouped_by: self.grouped_by,
            sub_grouped_by: self.sub_grouped_by,
            total_count: self.total_count,
            next_cursor: self.next_cursor,
            prev_cursor: self.prev_cursor,
            next_page_results: self.next_page_results,
            prev_page_results: self.prev_page_results,
            count: results.len(),
            total_pages: self.total_pages,
            total_results: self.total_results,
            extra_stats: self.extra_stats,
            results,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_number_of_a_cursor_counts() {
        let request = PageRequest::parse(Some("10"), Some("100:2:0"), 1000).unwrap();
        assert_eq!((request.per_page, request.offset()), (10, 20));
    }

    #[test]
    fn sizes_and_cursors_that_make_no_sense_are_refused() {
        for per_page in ["0", "-1", "1001", "ten", ""] {
            assert!(PageRequest::parse(Some(per_page), None, 1000).is_err(), "{per_page}");
        }
        for cursor in ["", "x", "1:2", "1:2:3:4", "1:x:0", "1:-1:0", "a:1:0", "1:1:x", "1:99999999999999999999:0"] {
            assert!(PageRequest::parse(None, Some(cursor), 1000).is_err(), "{cursor}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let request = PageRequest { per_page: 10, page: 1 };
        let page = request.answer(vec![0; 5], 15);
        assert!(!page.next_page_results && page.prev_page_results);
        assert_eq!((page.total_pages, page.next_cursor.as_str(), page.prev_cursor.as_str()), (2, "10:2:0", "10:0:1"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_page_or_refused(per_page in "\\PC{0,8}|-?[0-9]{1,20}", cursor in "\\PC{0,24}|[0-9.e+-]{0,9}:-?[0-9]{1,20}:[0-9-]{0,3}") {
            if let Ok(request) = PageRequest::parse(Some(&per_page), Some(&cursor), 1000) {
                proptest::prop_assert!((1..=MAX_PER_PAGE).contains(&request.per_page) && request.offset() >= 0, "{request:?}");
            }
        }

        #[test]
        fn cursors_lead_to_the_page_after(per_page in 1..=MAX_PER_PAGE, page in 0..1_000_000_i64, total in 0..i64::MAX) {
            let answer = PageRequest { per_page, page }.answer(Vec::<()>::new(), total);
            let next = PageRequest::parse(Some(&per_page.to_string()), Some(&answer.next_cursor), 1000);
            proptest::prop_assert_eq!(next, Ok(PageRequest { per_page, page: page + 1 }));
            proptest::prop_assert_eq!(answer.next_page_results, page + 1 < answer.total_pages);
        }
    }
}
