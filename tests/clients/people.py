"""The server under test, and the people on it."""

import os

import requests
from plane import PlaneClient

WORKSPACE = "clients"
URL = os.environ["AILERON_TEST_URL"]


def token_of(role):
    """The token of somebody: ADMIN, MEMBER, GUEST, or OTHER, who is in another workspace."""
    return os.environ[f"AILERON_TEST_{role}"]


def client_of(role):
    """The SDK in the hands of somebody."""
    return PlaneClient(base_url=URL, api_key=token_of(role))


class Api:
    """The server without any client of others: what they did is looked up here."""

    def __init__(self):
        self.session = requests.Session()
        self.session.headers["X-Api-Key"] = token_of("ADMIN")

    def _send(self, path, query):
        return self.session.get(f"{URL}/api/v1/workspaces/{WORKSPACE}/{path}", params=query, timeout=30)

    def get(self, path, **query):
        answer = self._send(path, query)
        answer.raise_for_status()
        return answer.json()

    def status(self, path):
        return self._send(path, {}).status_code
