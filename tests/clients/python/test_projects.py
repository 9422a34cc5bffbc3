"""Users, projects, states and labels through `plane-sdk`."""

import pytest
from people import WORKSPACE, client_of
from plane.errors import HttpError
from plane.models.labels import CreateLabel, UpdateLabel
from plane.models.projects import CreateProject, UpdateProject
from plane.models.query_params import PaginatedQueryParams, ProjectLiteListQueryParams
from plane.models.states import CreateState, UpdateState



def refused(status, call, *arguments):
    with pytest.raises(HttpError) as error:
        call(*arguments)
    assert error.value.status_code == status
    return error.value.response


def test_the_current_user(client):
    me = client.users.get_me()
    assert (me.email, me.first_name, me.display_name) == ("admin@clients.test", "Ada", "ada")
    assert client_of("MEMBER").users.get_me().id != me.id


def test_a_project_from_its_making_to_its_end(client, api):
    made = client.projects.create(WORKSPACE, CreateProject(name="Rockets", identifier="rock", description="To the moon", cycle_view=False))
    assert (made.name, made.identifier, made.description, made.cycle_view) == ("Rockets", "ROCK", "To the moon", False)
    assert (made.is_member, made.member_role, made.total_members) == (True, 20, 1)

    changed = client.projects.update(WORKSPACE, made.id, UpdateProject(name="Big rockets", timezone="Europe/Berlin"))
    assert (changed.id, changed.name, changed.timezone, changed.description) == (made.id, "Big rockets", "Europe/Berlin", "To the moon")
    assert client.projects.retrieve(WORKSPACE, made.id).name == "Big rockets"
    assert api.get(f"projects/{made.id}/")["name"] == "Big rockets"

    found = client.projects.list(WORKSPACE, PaginatedQueryParams(per_page=1))
    assert (found.count, len(found.results)) == (1, 1)
    assert found.total_results == client.projects.list(WORKSPACE).total_results

    client.projects.archive(WORKSPACE, made.id)
    assert client.projects.retrieve(WORKSPACE, made.id).archived_at is not None
    lite = [project.id for project in client.projects.list_lite(WORKSPACE).results]
    assert made.id not in lite
    everything = client.projects.list_lite(WORKSPACE, ProjectLiteListQueryParams(include_archived=True))
    assert made.id in [project.id for project in everything.results]
    client.projects.unarchive(WORKSPACE, made.id)
    assert client.projects.retrieve(WORKSPACE, made.id).archived_at is None

    client.projects.delete(WORKSPACE, made.id)
    refused(404, client.projects.retrieve, WORKSPACE, made.id)
    assert api.status(f"projects/{made.id}/") == 404


def test_a_taken_identifier_is_a_conflict(client, project):
    said = refused(409, client.projects.create, WORKSPACE, CreateProject(name="Another", identifier=project.identifier))
    assert "taken" in str(said)


def test_the_members_of_a_project(client, project):
    members = client.projects.get_members(WORKSPACE, project.id)
    assert [(one.email, one.first_name) for one in members] == [("admin@clients.test", "Ada")]


def test_a_stranger_is_refused(project):
    other = client_of("OTHER")
    assert refused(403, other.projects.list, WORKSPACE)["detail"].startswith("You do not have permission")
    refused(403, other.projects.retrieve, WORKSPACE, project.id)


def test_states(client, project, api):
    states = client.states.list(WORKSPACE, project.id)
    assert [state.group for state in states.results if state.default] == ["backlog"]
    made = client.states.create(WORKSPACE, project.id, CreateState(name="In review", color="#8844ff", group="started", sequence=42000))
    assert (made.name, made.color, made.group, made.sequence, made.default) == ("In review", "#8844ff", "started", 42000, False)
    assert made.project == project.id

    changed = client.states.update(WORKSPACE, project.id, made.id, UpdateState(name="Reviewed", group="completed"))
    assert (changed.id, changed.name, changed.group, changed.color) == (made.id, "Reviewed", "completed", "#8844ff")
    assert client.states.retrieve(WORKSPACE, project.id, made.id).name == "Reviewed"
    assert client.states.list(WORKSPACE, project.id).total_results == states.total_results + 1

    refused(409, client.states.create, WORKSPACE, project.id, CreateState(name="Reviewed", color="#000000"))
    client.states.delete(WORKSPACE, project.id, made.id)
    refused(404, client.states.retrieve, WORKSPACE, project.id, made.id)
    assert api.get(f"projects/{project.id}/states/")["total_results"] == states.total_results


def test_labels(client, project, api):
    parent = client.labels.create(WORKSPACE, project.id, CreateLabel(name="area", color="#112233"))
    made = client.labels.create(WORKSPACE, project.id, CreateLabel(name="area: web", color="#ff0000", parent=parent.id, external_id="7", external_source="old"))
    assert (made.name, made.color, made.parent, made.external_id, made.external_source) == ("area: web", "#ff0000", parent.id, "7", "old")

    changed = client.labels.update(WORKSPACE, project.id, made.id, UpdateLabel(name="web", description="The browser"))
    assert (changed.id, changed.name, changed.description, changed.parent) == (made.id, "web", "The browser", parent.id)
    assert client.labels.retrieve(WORKSPACE, project.id, made.id).name == "web"
    assert {label.name for label in client.labels.list(WORKSPACE, project.id).results} == {"area", "web"}

    assert refused(409, client.labels.create, WORKSPACE, project.id, CreateLabel(name="web"))["id"] == made.id
    client.labels.delete(WORKSPACE, project.id, made.id)
    assert [label["name"] for label in api.get(f"projects/{project.id}/labels/")["results"]] == ["area"]
