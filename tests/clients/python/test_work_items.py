"""Work items and what hangs below them through `plane-sdk`."""

import pytest
from people import WORKSPACE
import requests
from plane.errors import HttpError
from plane.models.labels import CreateLabel
from plane.models.query_params import RetrieveQueryParams, WorkItemQueryParams
from plane.models.work_items import (
    CreateWorkItem,
    CreateWorkItemComment,
    CreateWorkItemLink,
    CreateWorkItemRelation,
    RemoveWorkItemRelation,
    UpdateWorkItem,
    UpdateWorkItemComment,
    UpdateWorkItemLink,
)



def refused(status, call, *arguments):
    with pytest.raises(HttpError) as error:
        call(*arguments)
    assert error.value.status_code == status


def test_a_work_item_from_its_making_to_its_end(client, project, api):
    me = client.users.get_me().id
    label = client.labels.create(WORKSPACE, project.id, CreateLabel(name="bug"))
    states = {state.name: state.id for state in client.states.list(WORKSPACE, project.id).results}
    made = client.work_items.create(
        WORKSPACE,
        project.id,
        CreateWorkItem(
            name="Repair the engine",
            description_html="<p>It <b>smokes</b>.</p>",
            priority="high",
            state=states["Todo"],
            assignees=[me],
            labels=[label.id],
            start_date="2026-03-01",
            target_date="2026-03-31",
        ),
    )
    assert (made.name, made.priority, made.state, made.project) == ("Repair the engine", "high", states["Todo"], project.id)
    assert (made.start_date, made.target_date, made.created_by) == ("2026-03-01", "2026-03-31", me)
    assert "<b>smokes</b>" in made.description_html

    changed = client.work_items.update(WORKSPACE, project.id, made.id, UpdateWorkItem(name="Replace the engine", state=states["Done"], labels=[]))
    assert (changed.name, changed.state, changed.priority) == ("Replace the engine", states["Done"], "high")
    assert changed.completed_at is not None
    stored = api.get(f"projects/{project.id}/work-items/{made.id}/")
    assert (stored["labels"], stored["assignees"], stored["name"]) == ([], [me], "Replace the engine")

    cleared = client.work_items.update(WORKSPACE, project.id, made.id, UpdateWorkItem(target_date=None))
    assert (cleared.target_date, cleared.start_date) == (None, "2026-03-01")

    client.work_items.delete(WORKSPACE, project.id, made.id)
    refused(404, client.work_items.retrieve, WORKSPACE, project.id, made.id)
    assert api.status(f"projects/{project.id}/work-items/{made.id}/") == 404


def test_expanding_and_choosing_fields(client, project, item):
    whole = client.work_items.retrieve(WORKSPACE, project.id, item.id, RetrieveQueryParams(expand="state,project,assignees"))
    assert (whole.state.name, whole.state.group, whole.project["identifier"]) == ("Backlog", "backlog", project.identifier)
    few = client.work_items.retrieve(WORKSPACE, project.id, item.id, RetrieveQueryParams(fields="id,name"))
    assert few.model_dump(exclude_unset=True) == {"id": item.id, "name": "An item"}


def test_lists_pages_and_filters(client, project):
    names = [f"Listed {number}" for number in range(5)]
    for name in names:
        priority = "urgent" if name.endswith("3") else "low"
        client.work_items.create(WORKSPACE, project.id, CreateWorkItem(name=name, priority=priority, external_id=name, external_source="lists"))
    seen, cursor = [], None
    while True:
        page = client.work_items.list(WORKSPACE, project.id, WorkItemQueryParams(per_page=2, cursor=cursor, order_by="created_at"))
        assert page.count == len(page.results) <= 2
        seen += [one.name for one in page.results]
        if not page.next_page_results:
            break
        cursor = page.next_cursor
    assert [name for name in seen if name in names] == names
    assert len(seen) == page.total_results

    urgent = client.work_items.list(WORKSPACE, project.id, WorkItemQueryParams(filters={"priority": "urgent"}))
    assert [one.name for one in urgent.results] == ["Listed 3"]
    refused(400, client.work_items.list, WORKSPACE, project.id, WorkItemQueryParams(pql='priority = "urgent"'))


def test_by_identifier_and_by_search(client, project, item):
    found = client.work_items.retrieve_by_identifier(WORKSPACE, project.identifier, item.sequence_id)
    assert (found.id, found.name) == (item.id, "An item")
    refused(404, client.work_items.retrieve_by_identifier, WORKSPACE, project.identifier, 99999)

    needle = client.work_items.create(WORKSPACE, project.id, CreateWorkItem(name="A haystack with a xylophone"))
    (hit,) = client.work_items.search(WORKSPACE, "xylophone").issues
    assert (hit.id, hit.sequence_id, hit.project_id) == (needle.id, needle.sequence_id, project.id)
    assert (hit.project__identifier, hit.workspace__slug) == (project.identifier, WORKSPACE)


def test_comments(client, project, item, api):
    comments = client.work_items.comments
    made = comments.create(WORKSPACE, project.id, item.id, CreateWorkItemComment(comment_html="<p>First</p>"))
    assert (made.comment_html, made.access, made.issue, made.actor) == ("<p>First</p>", "INTERNAL", item.id, client.users.get_me().id)
    changed = comments.update(WORKSPACE, project.id, item.id, made.id, UpdateWorkItemComment(comment_html="<p>Second</p>"))
    assert (changed.id, changed.comment_html) == (made.id, "<p>Second</p>")
    assert comments.retrieve(WORKSPACE, project.id, item.id, made.id).comment_html == "<p>Second</p>"
    assert [one.id for one in comments.list(WORKSPACE, project.id, item.id).results] == [made.id]
    comments.delete(WORKSPACE, project.id, item.id, made.id)
    assert api.get(f"projects/{project.id}/work-items/{item.id}/comments/")["results"] == []


def test_activities(client, project, item):
    client.work_items.update(WORKSPACE, project.id, item.id, UpdateWorkItem(priority="urgent"))
    activities = client.work_items.activities.list(WORKSPACE, project.id, item.id).results
    (change,) = [one for one in activities if one.field == "priority"]
    assert (change.verb, change.old_value, change.new_value, change.issue) == ("updated", "none", "urgent", item.id)
    assert client.work_items.activities.retrieve(WORKSPACE, project.id, item.id, change.id).new_value == "urgent"


def test_links(client, project, item, api):
    links = client.work_items.links
    made = links.create(WORKSPACE, project.id, item.id, CreateWorkItemLink(url="https://example.test/a", title="A page"))
    assert (made.url, made.title, made.issue) == ("https://example.test/a", "A page", item.id)
    changed = links.update(WORKSPACE, project.id, item.id, made.id, UpdateWorkItemLink(url="https://example.test/b"))
    assert (changed.id, changed.url) == (made.id, "https://example.test/b")
    assert links.retrieve(WORKSPACE, project.id, item.id, made.id).url == "https://example.test/b"
    assert [one.id for one in links.list(WORKSPACE, project.id, item.id).results] == [made.id]
    links.delete(WORKSPACE, project.id, item.id, made.id)
    assert api.get(f"projects/{project.id}/work-items/{item.id}/links/")["results"] == []


def test_relations(client, project, item, api):
    """The SDK reads ids where the reference's community edition, as recorded, answers objects: full lists are read without it."""
    relations = client.work_items.relations
    assert relations.list(WORKSPACE, project.id, item.id).blocking == []
    other = client.work_items.create(WORKSPACE, project.id, CreateWorkItem(name="Another"))
    (made,) = relations.create(WORKSPACE, project.id, item.id, CreateWorkItemRelation(relation_type="blocking", issues=[other.id]))
    # The kind is that of the stored row, whose two items may stand the other way round.
    assert (made["id"], made["name"], made["relation_type"]) == (other.id, "Another", "blocked_by")
    path = f"projects/{project.id}/work-items/{{}}/relations/"
    assert api.get(path.format(item.id))["blocking"] == [{"project_id": project.id, "issue_id": other.id}]
    assert api.get(path.format(other.id))["blocked_by"] == [{"project_id": project.id, "issue_id": item.id}]
    relations.delete(WORKSPACE, project.id, item.id, RemoveWorkItemRelation(related_issue=other.id))
    assert api.get(path.format(other.id))["blocked_by"] == []


def test_attachments(client, project, item):
    attachments = client.work_items.attachments
    content = "Zwölf Boxkämpfer\n".encode() * 1000
    made = attachments.upload_from_bytes(WORKSPACE, project.id, item.id, content, "notes.txt", "text/plain")
    (listed,) = attachments.list(WORKSPACE, project.id, item.id)
    assert (listed.id, listed.attributes["name"], listed.size, listed.is_uploaded) == (made.id, "notes.txt", len(content), True)
    assert listed.issue == item.id

    download = requests.get(attachments.get_download_url(WORKSPACE, project.id, item.id, made.id), timeout=30)
    assert (download.status_code, download.content) == (200, content)
    assert "attachment" in download.headers["content-disposition"]

    attachments.delete(WORKSPACE, project.id, item.id, made.id)
    assert attachments.list(WORKSPACE, project.id, item.id) == []
