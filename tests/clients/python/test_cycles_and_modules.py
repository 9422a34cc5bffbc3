"""Cycles and modules through `plane-sdk`."""

from datetime import date, timedelta

import pytest
from people import WORKSPACE
from plane.errors import HttpError
from plane.models.cycles import CreateCycle, TransferCycleWorkItemsRequest, UpdateCycle
from plane.models.modules import CreateModule, UpdateModule
from plane.models.projects import UpdateProject
from plane.models.query_params import CycleListQueryParams, CycleLiteListQueryParams, WorkItemQueryParams
from plane.models.work_items import CreateWorkItem


def refused(status, call, *arguments):
    with pytest.raises(HttpError) as error:
        call(*arguments)
    assert error.value.status_code == status


def day(days):
    """A date so many days from now."""
    return (date.today() + timedelta(days=days)).isoformat()


@pytest.fixture(scope="module", autouse=True)
def switched_on(client, project):
    client.projects.update(WORKSPACE, project.id, UpdateProject(cycle_view=True, module_view=True))


def new_cycle(client, project, name, first=None, last=None):
    me = client.users.get_me().id
    wanted = CreateCycle(name=name, owned_by=me, project_id=project.id, start_date=first, end_date=last)
    return client.cycles.create(WORKSPACE, project.id, wanted)


def test_a_cycle_from_its_making_to_its_end(client, project, api):
    made = new_cycle(client, project, "Sprint 1", day(-3), day(10))
    assert (made.name, made.project, made.owned_by, made.total_issues) == ("Sprint 1", project.id, client.users.get_me().id, 0)
    assert made.start_date.startswith(day(-3)) and made.archived_at is None

    changed = client.cycles.update(WORKSPACE, project.id, made.id, UpdateCycle(name="Sprint one", description="The first"))
    assert (changed.id, changed.name, changed.description) == (made.id, "Sprint one", "The first")
    assert client.cycles.retrieve(WORKSPACE, project.id, made.id).name == "Sprint one"

    client.cycles.delete(WORKSPACE, project.id, made.id)
    refused(404, client.cycles.retrieve, WORKSPACE, project.id, made.id)
    assert api.status(f"projects/{project.id}/cycles/{made.id}/") == 404


def test_lists_of_cycles(client, project):
    cycles = {
        "completed": new_cycle(client, project, "Over", day(-40), day(-30)).id,
        "current": new_cycle(client, project, "Now", day(-2), day(2)).id,
        "upcoming": new_cycle(client, project, "Next", day(20), day(30)).id,
        "draft": new_cycle(client, project, "Some day").id,
    }
    assert {cycle.id for cycle in client.cycles.list(WORKSPACE, project.id).results} == set(cycles.values())
    for status, cycle in cycles.items():
        lite = client.cycles.list_lite(WORKSPACE, project.id, CycleLiteListQueryParams(status=status))
        assert [one.id for one in lite.results] == [cycle], status
        for parameters in [CycleListQueryParams(status=status), CycleListQueryParams(cycle_view=status)]:
            found = client.cycles.list(WORKSPACE, project.id, parameters)
            # What runs now comes as a plain list, as the SDK expects.
            assert [one.id for one in (found if status == "current" else found.results)] == [cycle], status
    for cycle in cycles.values():
        client.cycles.delete(WORKSPACE, project.id, cycle)


def test_items_of_a_cycle(client, project, item):
    cycle = new_cycle(client, project, "With items", day(40), day(50))
    other = client.work_items.create(WORKSPACE, project.id, CreateWorkItem(name="Another", priority="urgent"))
    client.cycles.add_work_items(WORKSPACE, project.id, cycle.id, [item.id, other.id])
    listed = client.cycles.list_work_items(WORKSPACE, project.id, cycle.id)
    assert {one.id for one in listed.results} == {item.id, other.id}
    urgent = client.cycles.list_work_items(WORKSPACE, project.id, cycle.id, WorkItemQueryParams(filters={"priority": "urgent"}))
    assert [one.id for one in urgent.results] == [other.id]
    assert client.cycles.retrieve(WORKSPACE, project.id, cycle.id).total_issues == 2
    client.cycles.remove_work_item(WORKSPACE, project.id, cycle.id, other.id)
    assert [one.id for one in client.cycles.list_work_items(WORKSPACE, project.id, cycle.id).results] == [item.id]
    client.cycles.delete(WORKSPACE, project.id, cycle.id)


def test_what_is_left_is_transferred_and_the_rest_archived(client, project, item):
    over, upcoming = new_cycle(client, project, "Done", day(-20), day(-10)), new_cycle(client, project, "To do", day(60), day(70))
    refused(400, client.cycles.add_work_items, WORKSPACE, project.id, over.id, [item.id])
    client.cycles.transfer_work_items(WORKSPACE, project.id, over.id, TransferCycleWorkItemsRequest(new_cycle_id=upcoming.id))
    assert client.cycles.archive(WORKSPACE, project.id, over.id)
    archived = client.cycles.list_archived(WORKSPACE, project.id)
    assert [(one.id, one.archived_at is not None) for one in archived.results] == [(over.id, True)]
    refused(404, client.cycles.retrieve, WORKSPACE, project.id, over.id)
    assert client.cycles.unarchive(WORKSPACE, project.id, over.id)
    assert client.cycles.list_archived(WORKSPACE, project.id).results == []


def test_a_module_from_its_making_to_its_end(client, project):
    me = client.users.get_me().id
    wanted = CreateModule(name="Hull", status="planned", lead=me, members=[me], start_date=day(0), target_date=day(30))
    made = client.modules.create(WORKSPACE, project.id, wanted)
    assert (made.name, made.status, made.lead, made.project, made.total_issues) == ("Hull", "planned", me, project.id, 0)
    changed = client.modules.update(WORKSPACE, project.id, made.id, UpdateModule(name="The hull", status="in-progress"))
    assert (changed.id, changed.name, changed.status) == (made.id, "The hull", "in-progress")
    assert client.modules.retrieve(WORKSPACE, project.id, made.id).target_date == day(30)
    assert [one.id for one in client.modules.list(WORKSPACE, project.id).results] == [made.id]
    (lite,) = client.modules.list_lite(WORKSPACE, project.id).results
    assert (lite.id, lite.name, lite.members) == (made.id, "The hull", [me])

    refused(400, client.modules.archive, WORKSPACE, project.id, made.id)
    client.modules.update(WORKSPACE, project.id, made.id, UpdateModule(status="completed"))
    client.modules.archive(WORKSPACE, project.id, made.id)
    assert [one.id for one in client.modules.list_archived(WORKSPACE, project.id).results] == [made.id]
    client.modules.unarchive(WORKSPACE, project.id, made.id)
    client.modules.delete(WORKSPACE, project.id, made.id)
    refused(404, client.modules.retrieve, WORKSPACE, project.id, made.id)


def test_items_of_a_module(client, project, item):
    module = client.modules.create(WORKSPACE, project.id, CreateModule(name="With items"))
    client.modules.add_work_items(WORKSPACE, project.id, module.id, [item.id])
    assert [one.id for one in client.modules.list_work_items(WORKSPACE, project.id, module.id).results] == [item.id]
    assert client.modules.retrieve(WORKSPACE, project.id, module.id).total_issues == 1
    client.modules.remove_work_item(WORKSPACE, project.id, module.id, item.id)
    assert client.modules.list_work_items(WORKSPACE, project.id, module.id).results == []
