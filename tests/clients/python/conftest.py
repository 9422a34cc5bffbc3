"""The SDK's client, and a project to work in."""

import pytest
from people import WORKSPACE, client_of
from plane.models.projects import CreateProject
from plane.models.work_items import CreateWorkItem


@pytest.fixture(scope="session")
def client():
    return client_of("ADMIN")


@pytest.fixture(scope="module")
def project(client, request):
    """A project for each file of tests."""
    name = request.module.__name__.removeprefix("test_").replace("_", " ")
    identifier = "P" + name.replace(" ", "")[:9].upper()
    return client.projects.create(WORKSPACE, CreateProject(name=f"Python {name}", identifier=identifier))


@pytest.fixture
def item(client, project):
    return client.work_items.create(WORKSPACE, project.id, CreateWorkItem(name="An item"))
