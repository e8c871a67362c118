"""The reference client of MCP asks a server; what it heard is one line of JSON.

python mcp_client.py MODE COMMAND    over stdio; MODE is `legacy` (with a handshake), `auto` or a revision
python mcp_client.py MODE ADDRESS    over HTTP, with the key UPTURN_MCP_KEY
"""

import asyncio
import json
import os
import sys

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client


def plain(heard):
    return heard.model_dump(mode="json", by_alias=True, exclude_none=True)


def server(target):
    if not target.startswith("http://"):
        return StdioServerParameters(command=target)
    key = {"Authorization": f"Bearer {os.environ['UPTURN_MCP_KEY']}"}
    return streamable_http_client(target, http_client=httpx2.AsyncClient(headers=key))


async def main(mode, target):
    async with Client(server(target), mode=mode) as client:
        tools = plain(await client.list_tools())["tools"]
        # The client itself checks the answer against the tool's schema.
        counted = plain(await client.call_tool("count_words", {"text": "one two three"}))
        failed = plain(await client.call_tool("fail", {"text": "a"}))
        resources = plain(await client.list_resources())
        call = plain(await client.read_resource(resources["resources"][0]["uri"]))
        prompt = plain(await client.get_prompt("coach", {"call": "a"}))
        return {
            "revision": client.protocol_version,
            "server": client.server_info.name,
            "tools": [tool["name"] for tool in tools],
            "counted": counted["structuredContent"],
            "failed": [failed["isError"], failed["content"][0]["text"]],
            "call": call["contents"][0]["text"],
            "next": resources["nextCursor"],
            "prompt": prompt["messages"][0]["content"]["text"],
        }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
