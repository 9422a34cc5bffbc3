//! The filter as query parameters: comma-separated lists, one parameter a field.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    Condition, Filter, MAX_VALUES, Reference,
    dates::{Comparison, Moment},
    values::Listed,
};
use crate::{Refusal, StateGroup, fields::NAME};

/// What a parameter of a known name means.
enum Parameter {
    List(Listed),
    Dates(Moment),
    Compared(Moment, Comparison),
    Kind,
    Name,
    Search,
}

impl Parameter {
    fn of_name(name: &str) -> Option<Self> {
        let reference = |field| Some(Self::List(Listed::Reference(field)));
        match name {
            "state" => reference(Reference::State),
            "assignees" => reference(Reference::Assignee),
            "labels" => reference(Reference::Label),
            "created_by" => reference(Reference::CreatedBy),
            "parent" => reference(Reference::Parent),
            "project" => reference(Reference::Project),
            "cycle" => reference(Reference::Cycle),
            "module" => reference(Reference::Module),
            "subscriber" => reference(Reference::Subscriber),
            "state_group" => Some(Self::List(Listed::StateGroup)),
            "priority" => Some(Self::List(Listed::Priority)),
            "type" => Some(Self::Kind),
            "name" => Some(Self::Name),
            "search" => Some(Self::Search),
            _ => match name.split_once("__") {
                None => Moment::of_name(name).map(Self::Dates),
                Some((field, suffix)) => Some(Self::Compared(Moment::of_name(field)?, Comparison::of_suffix(suffix)?)),
            },
        }
    }

    /// The conditions, all of which must hold.
    fn read(&self, value: &str, today: Date) -> Result<Vec<Condition>, String> {
        let entries = || value.split(',').map(str::trim).filter(|entry| !entry.is_empty() && *entry != "null");
        if entries().next().is_none() {
            return Ok(Vec::new());
        }
        Ok(match self {
            Self::List(field) => vec![listed(*field, entries())?],
            Self::Dates(field) => dates(*field, entries().collect(), today)?,
            Self::Compared(field, comparison) => vec![field.compared(*comparison, value)?],
            Self::Kind => kind(entries())?.into_iter().collect(),
            Self::Name => vec![Condition::Name(words(value)?)],
            Self::Search => vec![Condition::Search(words(value)?)],
        })
    }
}

impl Filter {
    /// Whether a list has a parameter of this name that says which items are wanted.
    pub fn has_parameter(name: &str) -> bool {
        Parameter::of_name(name).is_some()
    }

    /// Reads the query parameters of a list: the known ones as conditions that must all hold, `filters` as the JSON
    /// tree. Other parameters belong to somebody else and are not looked at. `today` is what relative dates refer to.
    pub fn of_query<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>, today: Date) -> Result<Self, Refusal> {
        let mut filter = Self::all();
        let mut written: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in parameters {
            match name {
                "pql" => return Err(Refusal::field("pql", "This query language is not supported. Use filters.")),
                "filters" if value.trim().is_empty() => {}
                "filters" => filter = filter.and(Self::of_json(value)?),
                // A parameter that is sent twice is one longer list.
                _ if Parameter::of_name(name).is_some() => {
                    let list = written.entry(name).or_default();
                    if !list.is_empty() {
                        list.push(',');
                    }
                    list.push_str(value);
                }
                _ => {}
            }
        }
        let mut errors = BTreeMap::new();
        for (name, value) in written {
            match Parameter::of_name(name).map(|parameter| parameter.read(&value, today)) {
                Some(Ok(conditions)) => conditions.into_iter().for_each(|condition| add(&mut filter, condition)),
                Some(Err(message)) => drop(errors.insert(name.to_owned(), vec![message])),
                None => {}
            }
        }
        if errors.is_empty() { Ok(filter) } else { Err(Refusal::fields(errors)) }
    }
}

fn add(filter: &mut Filter, condition: Condition) {
    *filter = std::mem::replace(filter, Filter::all()).and(Filter::Leaf(condition));
}

fn listed<'a>(field: Listed, entries: impl Iterator<Item = &'a str>) -> Result<Condition, String> {
    let values: Vec<_> = entries.map(|entry| Some(entry).filter(|entry| *entry != "None")).collect();
    field.any_of(&values)
}

fn dates(field: Moment, entries: Vec<&str>, today: Date) -> Result<Vec<Condition>, String> {
    if entries == ["None"] {
        return Ok(vec![field.empty()]);
    }
    if entries.len() > MAX_VALUES {
        return Err(format!("Ensure this field has no more than {MAX_VALUES} elements."));
    }
    entries.into_iter().map(|entry| field.entry(entry, today)).collect()
}

/// The tabs of the compatible app (all, active, backlog), or ids of types.
fn kind<'a>(entries: impl Iterator<Item = &'a str>) -> Result<Option<Condition>, String> {
    let entries: Vec<_> = entries.collect();
    Ok(match entries.as_slice() {
        ["all"] => None,
        ["active"] => Some(Condition::StateGroups(vec![StateGroup::Unstarted, StateGroup::Started])),
        ["backlog"] => Some(Condition::StateGroups(vec![StateGroup::Backlog])),
        ids => Some(listed(Listed::Reference(Reference::Type), ids.iter().copied())?),
    })
}

fn words(value: &str) -> Result<String, String> {
    if value.chars().count() > NAME {
        return Err(format!("Ensure this field has no more than {NAME} characters."));
    }
    if value.contains('\0') {
        return Err("Null characters are not allowed.".to_owned());
    }
    Ok(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::super::{DayField, Days, TimeField, Times};
    use super::*;
    use crate::{Priority, Time};

    const ID: &str = "0190f0c2-3a5b-7c11-8d22-6b1f0c9e4a77";

    fn read(parameters: &[(&str, &str)]) -> Result<Filter, Refusal> {
        Filter::of_query(parameters.iter().copied(), date(2026, 3, 10))
    }

    fn one(name: &str, value: &str) -> Condition {
        match read(&[(name, value)]).unwrap() {
            Filter::Leaf(condition) => condition,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_words_and_empty() {
        let id = Uuid::try_parse(ID).unwrap();
        assert_eq!(
            one("assignees", &format!("{ID},None,{ID}")),
            Condition::References { field: Reference::Assignee, ids: vec![id], or_empty: true }
        );
        assert_eq!(one("parent", "None"), Condition::References { field: Reference::Parent, ids: vec![], or_empty: true });
        assert_eq!(one("priority", "high,None"), Condition::Priorities(vec![Priority::High, Priority::None]));
        assert_eq!(one("type", "active"), Condition::StateGroups(vec![StateGroup::Unstarted, StateGroup::Started]));
        assert_eq!(one("type", ID), Condition::References { field: Reference::Type, ids: vec![id], or_empty: false });
        assert_eq!(one("search", " a,b "), Condition::Search("a,b".into()));
        assert_eq!(one("cycle", "None"), Condition::References { field: Reference::Cycle, ids: vec![], or_empty: true });
        assert_eq!(one("module", ID), Condition::References { field: Reference::Module, ids: vec![id], or_empty: false });
        let both = read(&[("priority", "high"), ("priority", "low"), ("per_page", "x"), ("state", "")]).unwrap();
        assert_eq!(both, Condition::Priorities(vec![Priority::High, Priority::Low]).into());
    }

    #[test]
    fn dates_include_their_day() {
        let day = |from: Option<Date>, to| Condition::Days(DayField::TargetDate, Days { from, to });
        let third = date(2026, 1, 3);
        assert_eq!(one("target_date", "2026-01-03;after"), day(Some(third), None));
        assert_eq!(one("target_date", "2026-01-03;before"), day(None, Some(third)));
        assert_eq!(one("target_date", "2026-01-03"), day(Some(third), Some(third)));
        assert_eq!(one("target_date", "2_weeks;after;fromnow"), day(Some(date(2026, 3, 24)), None));
        assert_eq!(one("target_date", "1_months;before;ago"), day(None, Some(date(2026, 2, 8))));
        assert_eq!(one("target_date__lt", "2026-01-03"), day(None, Some(date(2026, 1, 2))));
        assert_eq!(one("target_date", "None"), Condition::NoDay(DayField::TargetDate));
        assert_eq!(
            one("created_at", "2026-01-03;before"),
            Condition::Times(TimeField::CreatedAt, Times { from: None, before: Time::parse("2026-01-04") })
        );
        assert_eq!(
            one("updated_at__gt", "2026-01-03T00:00:00Z"),
            Condition::Times(TimeField::UpdatedAt, Times { from: Time::parse("2026-01-03T00:00:00.000001Z"), before: None })
        );
        assert_eq!(read(&[("target_date", "2026-01-03;after,2026-02-03;before")]).unwrap().conditions().len(), 2);
    }

    #[test]
    fn a_bad_value_names_its_parameter() {
        for (name, value) in [
            ("state", "x"),
            ("priority", "asap"),
            ("state_group", "Done"),
            ("target_date", "2026-02-30;after"),
            ("target_date", "2026-02-03;since"),
            ("target_date", "2_years;after;fromnow"),
            ("target_date", "99999_months;after;fromnow"),
            ("target_date", "2026-02-03;after;fromnow;x"),
            ("created_at__gte", "yesterday"),
            ("type", "open"),
            ("pql", "state = done"),
        ] {
            let body = read(&[(name, value)]).unwrap_err().body;
            assert!(body[name][0].is_string() && body.as_object().unwrap().len() == 1, "{name}={value}: {body}");
        }
        let two = read(&[("state", "x"), ("priority", "y")]).unwrap_err().body;
        assert_eq!(two["priority"], json!(["\"y\" is not a valid choice."]));
        assert!(two["state"].is_array());
        assert!(read(&[("state", &[ID; 201].join(","))]).is_err());
    }

    #[test]
    fn the_tree_and_the_parameters_both_hold() {
        let filter = read(&[("filters", r#"{"or":[{"priority":"high"},{"priority":"low"}]}"#), ("state_group", "started")]).unwrap();
        assert_eq!(filter.conditions().len(), 3);
        assert!(matches!(filter, Filter::And(_)));
        assert!(read(&[("filters", " ")]).unwrap().is_all());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(name in "(state|priority|type|target_date|created_at|created_at__gt|search|filters)", value in "\\PC{0,40}") {
            match read(&[(&name, &value)]) {
                Ok(_) => {}
                Err(refusal) => prop_assert!(!refusal.body[&name].is_null(), "{}", refusal.body),
            }
        }

        #[test]
        fn relative_dates_stay_in_the_calendar(number in any::<u32>(), unit in "(days|weeks|months)", offset in "(fromnow|ago)") {
            match read(&[("created_at", &format!("{number}_{unit};before;{offset}"))]) {
                Ok(filter) => prop_assert_eq!(filter.conditions().len(), 1),
                Err(refusal) => prop_assert!(!refusal.body["created_at"].is_null(), "{}", refusal.body),
            }
        }
    }
}
