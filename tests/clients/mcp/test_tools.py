"""`plane-mcp-server` lists its tools and works with projects, work items, states and labels."""

import pytest
from fastmcp.exceptions import ToolError


def test_the_tools_are_listed(tools):
    assert {"project", "workitem", "state", "label", "workitem_comment", "workitem_link", "workitem_attachment", "member"} <= tools.names()


def test_projects(tools, project, api):
    assert (project["name"], project["identifier"]) == ("Of an agent", "AGENT")
    assert "AGENT" in [one["identifier"] for one in tools.call("project", action="list")["results"]]
    changed = tools.call("project", action="update", project_id=project["id"], description="Made by tools")
    assert changed["description"] == "Made by tools"
    assert api.get(f"projects/{project['id']}/")["description"] == "Made by tools"
    assert tools.call("project", action="retrieve", project_id=project["id"])["identifier"] == "AGENT"

    other = tools.call("project", action="create", name="Short lived", identifier="SHORT")
    tools.call("project", action="archive", project_id=other["id"])
    assert api.get(f"projects/{other['id']}/")["archived_at"] is not None
    tools.call("project", action="unarchive", project_id=other["id"])
    tools.call("project", action="delete", project_id=other["id"])
    assert api.status(f"projects/{other['id']}/") == 404


def test_states(tools, project, api):
    at = {"project_id": project["id"]}
    made = tools.call("state", action="create", name="Waiting", color="#123456", group="started", **at)
    assert (made["name"], made["group"]) == ("Waiting", "started")
    assert "Waiting" in [one["name"] for one in tools.call("state", action="list", **at)["results"]]
    assert tools.call("state", action="update", state_id=made["id"], name="Held", **at)["name"] == "Held"
    assert tools.call("state", action="retrieve", state_id=made["id"], **at)["color"] == "#123456"
    tools.call("state", action="delete", state_id=made["id"], **at)
    assert api.status(f"projects/{project['id']}/states/{made['id']}/") == 404


def test_labels(tools, project, api):
    at = {"project_id": project["id"]}
    made = tools.call("label", action="create", name="agent", color="#abcdef", **at)
    assert [one["name"] for one in tools.call("label", action="list", **at)["results"]] == ["agent"]
    assert tools.call("label", action="update", label_id=made["id"], name="robot", **at)["name"] == "robot"
    assert api.get(f"projects/{project['id']}/labels/{made['id']}/")["name"] == "robot"
    assert tools.call("label", action="retrieve", label_id=made["id"], **at)["color"] == "#abcdef"
    tools.call("label", action="delete", label_id=made["id"], **at)
    assert api.get(f"projects/{project['id']}/labels/")["results"] == []


def test_work_items(tools, project, api):
    at = {"project_id": project["id"]}
    label = tools.call("label", action="create", name="by tools", **at)
    made = tools.call("workitem", action="create", name="Count the zebras", priority="low", description_stripped="All of them", **at)
    item = {"workitem_id": made["id"], **at}
    assert (made["name"], made["priority"]) == ("Count the zebras", "low")
    assert "All of them" in api.get(f"projects/{project['id']}/work-items/{made['id']}/")["description_html"]

    changed = tools.call("workitem", action="update", name="Count the striped zebras", target_date="2026-12-24", **item)
    assert (changed["name"], changed["target_date"], changed["priority"]) == ("Count the striped zebras", "2026-12-24", "low")
    tools.call("workitem", action="manage_label", add_label_id=label["id"], **item)
    assert api.get(f"projects/{project['id']}/work-items/{made['id']}/")["labels"] == [label["id"]]

    assert tools.call("workitem", action="retrieve", **item)["name"] == "Count the striped zebras"
    number = made["sequence_id"]
    assert tools.call("workitem", action="retrieve_by_identifier", workitem_identifier=f"AGENT-{number}")["id"] == made["id"]
    assert [one["id"] for one in tools.call("workitem", action="search", query="zebras")["issues"]] == [made["id"]]
    assert [one["id"] for one in tools.call("workitem", action="list", **at)["results"]] == [made["id"]]
    assert "not supported" in str(tools.call("workitem", action="list", pql='priority = "urgent"', **at))

    tools.call("workitem", action="delete", **item)
    assert api.status(f"projects/{project['id']}/work-items/{made['id']}/") == 404


def test_what_is_refused_is_told(tools, project):
    with pytest.raises(ToolError):
        tools.call("workitem", action="retrieve", project_id=project["id"], workitem_id="00000000-0000-4000-8000-000000000000")
