"""Pages of projects and of the workspace through `plane-sdk`."""

import pytest
from people import WORKSPACE, client_of
from plane.errors import HttpError
from plane.models.pages import CreatePage, UpdatePage


def refused(status, call, *arguments):
    with pytest.raises(HttpError) as error:
        call(*arguments)
    assert error.value.status_code == status


def test_pages_of_a_project(client, project):
    place = (WORKSPACE, project.id)
    made = client.pages.create_project_page(*place, CreatePage(name="Guide", description_html="<p>How to <b>sail</b></p>"))
    assert (made.name, made.description_html, made.description_stripped) == (
        "Guide",
        "<p>How to <b>sail</b></p>",
        "How to sail",
    )
    assert (made.owned_by, made.access, made.is_locked, made.archived_at) == (client.users.get_me().id, 0, False, None)
    below = client.pages.create_project_page(
        *place, CreatePage(name="Knots", description_html="<p>Bowline</p>", parent_id=made.id)
    )
    assert below.parent_id == made.id
    changed = client.pages.update_project_page(*place, made.id, UpdatePage(name="The guide"))
    assert (changed.id, changed.name, changed.description_html) == (made.id, "The guide", made.description_html)
    assert client.pages.retrieve_project_page(*place, made.id).name == "The guide"
    assert {page.id for page in client.pages.list_project_pages(*place).results} == {made.id, below.id}
    refused(403, client_of("OTHER").pages.list_project_pages, *place)
    client.pages.archive_project_page(*place, made.id)
    assert client.pages.retrieve_project_page(*place, made.id).archived_at
    client.pages.unarchive_project_page(*place, made.id)
    assert client.pages.retrieve_project_page(*place, made.id).archived_at is None
    client.pages.archive_project_page(*place, made.id)
    client.pages.delete_project_page(*place, made.id)
    refused(404, client.pages.retrieve_project_page, *place, made.id)


def test_pages_of_the_workspace(client):
    pages = client.pages
    made = pages.create_workspace_page(WORKSPACE, CreatePage(name="House rules", description_html="<p>Be kind</p>"))
    assert (made.name, made.description_html) == ("House rules", "<p>Be kind</p>")
    assert pages.update_workspace_page(WORKSPACE, made.id, UpdatePage(name="Rules")).name == "Rules"
    assert pages.retrieve_workspace_page(WORKSPACE, made.id).name == "Rules"
    assert made.id in {page.id for page in pages.list_workspace_pages(WORKSPACE).results}
    pages.archive_workspace_page(WORKSPACE, made.id)
    pages.unarchive_workspace_page(WORKSPACE, made.id)
    pages.archive_workspace_page(WORKSPACE, made.id)
    pages.delete_workspace_page(WORKSPACE, made.id)
    refused(404, pages.retrieve_workspace_page, WORKSPACE, made.id)
