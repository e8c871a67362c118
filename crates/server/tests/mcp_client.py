"""The reference client of MCP asks a server over stdio; what it heard is one line of JSON.

python mcp_client.py COMMAND [ARGUMENT …]
"""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


def plain(heard):
    return heard.model_dump(mode="json", by_alias=True, exclude_none=True)


async def main(command, *arguments):
    server = StdioServerParameters(command=command, args=list(arguments))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        hello = plain(await session.initialize())
        tools = plain(await session.list_tools())["tools"]
        # The client itself checks the answer against the tool's schema.
        counted = plain(await session.call_tool("count_words", {"text": "one two three"}))
        failed = plain(await session.call_tool("fail", {"text": "a"}))
        resources = plain(await session.list_resources())
        call = plain(await session.read_resource(resources["resources"][0]["uri"]))
        prompt = plain(await session.get_prompt("coach", {"call": "a"}))
    return {
        "server": hello["serverInfo"]["name"],
        "tools": [tool["name"] for tool in tools],
        "counted": counted["structuredContent"],
        "failed": [failed["isError"], failed["content"][0]["text"]],
        "call": call["contents"][0]["text"],
        "next": resources["nextCursor"],
        "prompt": prompt["messages"][0]["content"]["text"],
    }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
