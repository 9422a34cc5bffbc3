use super::{Asked, Catalogue, Verdict, key, of_reference};

fn verdicts(line: &str) -> Vec<(String, Verdict)> {
    let found = Catalogue::new().find(&Asked::read(line).unwrap());
    found.into_iter().map(|endpoint| (key(&endpoint.method, &endpoint.path), endpoint.verdict)).collect()
}

const ITEM: &str = "api/v1/workspaces/{}/projects/{}/work-items";

#[test]
fn requests_and_lines_of_logs_are_recognised() {
    let path = "/api/v1/workspaces/acme/projects/3f2a/work-items/77aa/?expand=state";
    let lines = [
        format!("GET {path}"),
        format!("get https://plane.example.org{path}"),
        format!("203.0.113.9 - ada [22/Nov/2026:10:00:00 +0000] \"GET {path} HTTP/1.1\" 200 512 \"-\" \"python-requests/2.32\""),
        format!("{{\"method\":\"GET\",\"path\":\"{path}\",\"status\":200}}"),
    ];
    for line in lines {
        assert_eq!(verdicts(&line), [(format!("GET {ITEM}/{{}}"), Verdict::Covered)], "{line}");
    }
    let any: Vec<String> = verdicts(path).into_iter().map(|(found, _)| found).collect();
    assert_eq!(any, [format!("DELETE {ITEM}/{{}}"), format!("GET {ITEM}/{{}}"), format!("PATCH {ITEM}/{{}}")]);
}

#[test]
fn words_of_an_address_go_before_placeholders() {
    let found = verdicts("GET /api/v1/workspaces/acme/work-items/search");
    assert_eq!(found, [("GET api/v1/workspaces/{}/work-items/search".to_owned(), Verdict::Covered)]);
    assert_eq!(verdicts("GET /api/v1/workspaces/acme/work-items/ENG-4/")[0].0, "GET api/v1/workspaces/{}/work-items/{}");
}

#[test]
fn names_are_those_of_the_documentation_and_of_sdks() {
    assert_eq!(verdicts("list_work_items"), [(format!("GET {ITEM}"), Verdict::Covered)]);
    let paths = |name: &str| verdicts(name).into_iter().map(|(found, _)| found).collect::<Vec<_>>();
    for name in ["work_items.create", "workItems.create", "create_work_item"] {
        let created = paths(name);
        assert!(created.contains(&format!("POST {ITEM}")), "{name}: {created:?}");
        assert!(created.iter().all(|found| found.starts_with("POST") && found.ends_with("/work-items")), "{name}: {created:?}");
    }
    assert_eq!(paths("work_items.comments.update"), [format!("PATCH {ITEM}/{{}}/comments/{{}}")]);
    for name in ["initiatives", "initiative", "Initiatives.list", "create_initiative"] {
        let found = verdicts(name);
        assert!(!found.is_empty() && found.iter().all(|(path, _)| path.contains("/initiatives")), "{name}: {found:?}");
    }
}

#[test]
fn what_is_not_there_is_told_apart() {
    assert_eq!(verdicts("GET /api/v1/workspaces/acme/group-sync/config/")[0].1, Verdict::NotPlanned);
    assert_eq!(verdicts("GET /api/v1/workspaces/acme/initiatives/")[0].1, Verdict::Later);
    for unknown in ["GET /api/v1/workspaces/acme/teapots/", "PUT /api/v1/users/me/", "teapots"] {
        let found = verdicts(unknown);
        assert!(found.len() == 1 && found[0].1 == Verdict::Unknown, "{unknown}: {found:?}");
    }
}

#[test]
fn other_lines_ask_nothing() {
    for line in ["", "  ", "# a comment", "203.0.113.9 - - \"GET /favicon.ico HTTP/1.1\" 200 1", "GET /healthz"] {
        assert_eq!(Asked::read(line), None, "{line}");
    }
}

#[test]
fn no_endpoint_stands_twice_and_what_is_built_is_covered() {
    let catalogue = Catalogue::new();
    let mut keys: Vec<String> = catalogue.endpoints().iter().map(|endpoint| key(&endpoint.method, &endpoint.path)).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all);
    assert!(of_reference().count() > 400);
    let covered = catalogue.endpoints().iter().filter(|endpoint| endpoint.verdict == Verdict::Covered).count();
    assert!(covered > 60 && covered < all, "{covered} of {all}");
}
