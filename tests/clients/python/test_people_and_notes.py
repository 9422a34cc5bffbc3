"""Members, types and stickies through `plane-sdk`."""

import pytest
from people import WORKSPACE, client_of
from plane.errors import HttpError
from plane.models.stickies import CreateSticky, UpdateSticky


def refused(status, call, *arguments):
    with pytest.raises(HttpError) as error:
        call(*arguments)
    assert error.value.status_code == status


def test_the_members_of_a_workspace(client):
    members = {member.email: member for member in client.workspaces.get_members(WORKSPACE)}
    assert {"admin@clients.test", "member@clients.test", "guest@clients.test"} <= set(members)
    assert (members["admin@clients.test"].role, members["guest@clients.test"].role) == (20, 5)
    refused(403, client_of("OTHER").workspaces.get_members, WORKSPACE)


def test_work_item_types(client, project):
    assert client.work_item_types.list(WORKSPACE, project.id) == []


def test_notes_of_ones_own(client):
    made = client.stickies.create(WORKSPACE, CreateSticky(name="Release", description_html="<p>Ask Ada</p>", color="#ffcc00"))
    assert (made.name, made.description_html, made.color, made.owner) == (
        "Release",
        "<p>Ask Ada</p>",
        "#ffcc00",
        client.users.get_me().id,
    )
    changed = client.stickies.update(WORKSPACE, made.id, UpdateSticky(name="The release"))
    assert (changed.id, changed.name, changed.description_html) == (made.id, "The release", "<p>Ask Ada</p>")
    assert client.stickies.retrieve(WORKSPACE, made.id).name == "The release"
    assert [one.id for one in client.stickies.list(WORKSPACE).results] == [made.id]
    assert client_of("MEMBER").stickies.list(WORKSPACE).results == []
    refused(404, client_of("MEMBER").stickies.retrieve, WORKSPACE, made.id)
    client.stickies.delete(WORKSPACE, made.id)
    refused(404, client.stickies.retrieve, WORKSPACE, made.id)
