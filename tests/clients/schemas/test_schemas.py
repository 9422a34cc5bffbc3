"""Requests generated from `openapi.json`: no answer is a failure of the server's, and every one is as the document says."""

import itertools
import os
import random
import re

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

# Fields whose values are given away once.
UNIQUE = {"name", "slug", "identifier", "email", "display_name", "label"}

places = {}
numbers = itertools.count()


def place_for(operation, role):
    """A place of its own for what takes rows away, so that others find theirs."""
    takes_away = operation.method == "delete" or operation.path.endswith("/archive/")
    key = (operation.label, role) if takes_away else None
    if key not in places:
        places[key] = Place()
    return places[key]


def example_of(operation):
    """A request body that is carried out, as the document shows it; ids in it are those of nobody and left out."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("schema", {})
    body = schema.raw_schema["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], body)
    fields = {name: field["example"] for name, field in body.get("properties", {}).items() if "example" in field}
    example = content.get("example") or body.get("example") or fields
    return {name: numbered(name, value) for name, value in example.items() if not is_id(value)}


def is_id(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)


def numbered(name, value):
    if name not in UNIQUE or not isinstance(value, str):
        return value
    local, at, domain = value.partition("@")
    return f"{local}{next(numbers)}{at}{domain}"


def put_in_place(case, place):
    """Most of the time, ids of rows that are there instead of generated ones, and some generated fields in a good body."""
    chance = random.Random(repr((case.path_parameters, case.body)))
    for name in case.path_parameters:
        if name in place.ids and chance.random() < 0.9:
            case.path_parameters[name] = place.ids[name]
    if isinstance(case.body, dict) and chance.random() < 0.6:
        kept = {name: value for name, value in case.body.items() if chance.random() < 0.2}
        case.body = {**example_of(case.operation), **kept}


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
