"""Requests generated from `openapi.json`: no answer is a failure of the server's, and every one is as the document says."""

import os
import random

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from people import URL, token_of
from place import Place
from schemathesis.checks import CHECKS

ROLES = ["ADMIN", "MEMBER", "GUEST", None]
CASES = int(os.environ.get("AILERON_TEST_CASES", "2000"))
SEED = int(os.environ.get("AILERON_TEST_SEED", "1"))

schema = schemathesis.openapi.from_url(f"{URL}/api/v1/openapi.json")
schema.config.phases.coverage.enabled = False
OPERATIONS = sum(1 for _ in schema.get_all_operations())
EACH = max(1, -(-CASES // (OPERATIONS * len(ROLES))))

CONFORMING = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "content_type_conformance"])
SHAPED = CHECKS.get_by_names(["response_schema_conformance"])

places = {}


def place_for(operation, role):
    """A place of its own for what takes rows away, so that others find theirs."""
    takes_away = operation.method == "delete" or operation.path.endswith("/archive/")
    key = (operation.label, role) if takes_away else None
    if key not in places:
        places[key] = Place()
    return places[key]


def put_in_place(case, place):
    """Most of the time, ids of rows that are there instead of generated ones."""
    chance = random.Random(repr(case.path_parameters))
    for name in case.path_parameters:
        if name in place.ids and chance.random() < 0.9:
            case.path_parameters[name] = place.ids[name]


@pytest.mark.parametrize("role", ROLES, ids=[str(role).lower() for role in ROLES])
@schema.parametrize()
@seed(SEED)
@settings(max_examples=EACH, deadline=None, database=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case, role):
    put_in_place(case, place_for(case.operation, role))
    # Every other header is generated where the document names one; the key is the caller's.
    headers = {"X-Api-Key": token_of(role)} if role else {}
    shaped = bool({"fields", "expand"} & set(case.query or {}))
    case.call_and_validate(headers=headers, checks=CONFORMING if shaped else CONFORMING + SHAPED)
