"""Estimates and intake through `plane-sdk`."""

import pytest
from people import WORKSPACE
from plane.errors import HttpError
from plane.models.estimates import CreateEstimate, CreateEstimatePoint, UpdateEstimate, UpdateEstimatePoint
from plane.models.intake import CreateIntakeWorkItem, UpdateIntakeWorkItem
from plane.models.projects import UpdateProject
from plane.models.work_items import UpdateWorkItem, WorkItemForIntakeRequest


def test_an_estimate_and_its_points(client, project, item):
    estimate = client.estimates.create(WORKSPACE, project.id, CreateEstimate(name="Points", type="points"))
    assert client.estimates.retrieve(WORKSPACE, project.id).id == estimate.id
    client.estimates.link_to_project(WORKSPACE, project.id, estimate.id)
    assert client.estimates.update(WORKSPACE, project.id, UpdateEstimate(name="Story points")).name == "Story points"
    points = client.estimates.create_points(
        WORKSPACE, project.id, estimate.id, [CreateEstimatePoint(value="1"), CreateEstimatePoint(value="2", key=2)]
    )
    assert [point.value for point in client.estimates.list_points(WORKSPACE, project.id, estimate.id)] == ["1", "2"]
    changed = client.estimates.update_point(WORKSPACE, project.id, estimate.id, points[1].id, UpdateEstimatePoint(value="3"))
    assert changed.value == "3"
    estimated = client.work_items.update(WORKSPACE, project.id, item.id, UpdateWorkItem(estimate_point=points[0].id))
    assert estimated.estimate_point == points[0].id
    client.estimates.delete_point(WORKSPACE, project.id, estimate.id, points[0].id)
    assert client.work_items.retrieve(WORKSPACE, project.id, item.id).estimate_point is None
    client.estimates.delete(WORKSPACE, project.id)
    with pytest.raises(HttpError) as error:
        client.estimates.retrieve(WORKSPACE, project.id)
    assert error.value.status_code == 404


def test_what_is_asked_for_is_accepted(client, project, item):
    client.projects.update(WORKSPACE, project.id, UpdateProject(intake_view=True))
    asked = client.intake.create(WORKSPACE, project.id, CreateIntakeWorkItem(issue=WorkItemForIntakeRequest(name="Asked for", priority="high")))
    assert (asked.status, asked.issue_detail.name) == (-2, "Asked for")
    assert [one.issue for one in client.intake.list(WORKSPACE, project.id).results] == [asked.issue]
    worded = client.intake.update(
        WORKSPACE, project.id, asked.issue, UpdateIntakeWorkItem(issue=WorkItemForIntakeRequest(name="Asked for twice"))
    )
    assert worded.issue_detail.name == "Asked for twice"
    duplicate = client.intake.update(WORKSPACE, project.id, asked.issue, UpdateIntakeWorkItem(status=2, duplicate_to=item.id))
    assert duplicate.duplicate_to == item.id
    accepted = client.intake.update(WORKSPACE, project.id, asked.issue, UpdateIntakeWorkItem(status=1))
    assert accepted.status == 1
    assert client.work_items.retrieve(WORKSPACE, project.id, asked.issue).name == "Asked for twice"
    client.intake.delete(WORKSPACE, project.id, asked.issue)
    with pytest.raises(HttpError) as error:
        client.intake.retrieve(WORKSPACE, project.id, asked.issue)
    assert error.value.status_code == 404
