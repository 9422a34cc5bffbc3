"""What the tests of the Python clients share."""

import pytest
from people import Api


@pytest.fixture(scope="session")
def api():
    return Api()
