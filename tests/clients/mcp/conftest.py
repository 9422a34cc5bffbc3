"""The MCP server as a process of its own, spoken to as an agent does."""

import asyncio
import os
import sys

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from people import URL, WORKSPACE, token_of


class Tools:
    """The tools of the MCP server, called one after the other."""

    def __init__(self, runner, client):
        self.runner, self.client = runner, client

    def names(self):
        return {tool.name for tool in self.runner.run(self.client.list_tools())}

    def call(self, tool, **arguments):
        """What the tool answers; a tool that fails raises."""
        answer = self.runner.run(self.client.call_tool(tool, arguments)).structured_content
        return answer.get("result", answer) if answer is not None else None


@pytest.fixture(scope="session")
def tools():
    settings = {"PLANE_BASE_URL": URL, "PLANE_API_KEY": token_of("ADMIN"), "PLANE_WORKSPACE_SLUG": WORKSPACE}
    transport = StdioTransport(sys.executable, ["-m", "plane_mcp", "stdio"], env={**os.environ, **settings})
    with asyncio.Runner() as runner:
        client = Client(transport)
        runner.run(client.__aenter__())
        yield Tools(runner, client)
        runner.run(client.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def project(tools):
    return tools.call("project", action="create", name="Of an agent", identifier="AGENT")
