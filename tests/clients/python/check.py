"""Python's gql with its defaults, on every transport that it has: python check.py URL TOKEN"""

import asyncio
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportError
from gql.transport.httpx import HTTPXTransport
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.websockets import WebsocketsTransport

import recipe

URL, TOKEN = sys.argv[1:]
SOCKET = URL.replace("http", "ws", 1)
BEARER = {"Authorization": f"Bearer {TOKEN}"}
VIEWER = "{ viewer { feedCursor member { role } } }"
INBOX = "subscription($after: FeedCursor) { inboxChanged(after: $after) { caughtUp } }"


def viewer_of(name, answer):
    assert answer["viewer"]["member"]["role"] == "ADMINISTRATOR", (name, answer)
    print(name, "asks")
    return answer["viewer"]


def asks(name, transport):
    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        viewer_of(name, session.execute(gql(VIEWER)))
        assert "Deal" in session.client.schema.type_map, name


async def follows(name, client):
    async with client as session:
        viewer = viewer_of(name, await session.execute(gql(VIEWER)))
        assert "Deal" in session.client.schema.type_map, name
        inbox = gql(INBOX)
        inbox.variable_values = {"after": viewer["feedCursor"]}
        async for item in session.subscribe(inbox):
            assert item["inboxChanged"]["caughtUp"] is True, (name, item)
            print(name, "follows")
            return


async def is_told(name, transport, reason):
    try:
        async with Client(transport=transport):
            pass
    except TransportError as error:
        told = f"{error} {error.__cause__}"
        assert reason in told, (name, told)
        print(name, "is told")
        return
    raise AssertionError(f"{name} was welcome")


async def main():
    async with recipe.open_http(URL, TOKEN) as session:
        viewer_of("aiohttp", await session.execute(gql(VIEWER)))
    await follows("the recipe", recipe.open_socket(SOCKET, TOKEN))
    for name, transport in [
        ("websockets, introduced", WebsocketsTransport(url=SOCKET, init_payload=BEARER)),
        ("websockets, with pings", WebsocketsTransport(url=SOCKET, headers=BEARER, ping_interval=5, pong_timeout=5)),
        ("websockets, with a slash", WebsocketsTransport(url=SOCKET + "/", headers=BEARER)),
        ("aiohttp's sockets", AIOHTTPWebsocketsTransport(url=SOCKET, headers=BEARER)),
        ("aiohttp's sockets, introduced", AIOHTTPWebsocketsTransport(url=SOCKET, init_payload=BEARER)),
    ]:
        await follows(name, Client(transport=transport, fetch_schema_from_transport=True))
    old = [WebsocketsTransport.APOLLO_SUBPROTOCOL]
    for name, transport, reason in [
        ("nobody", WebsocketsTransport(url=SOCKET), "no token: send"),
        ("a token elsewhere", WebsocketsTransport(url=SOCKET, init_payload={"headers": BEARER}), "not at headers.Authorization"),
        ("an older protocol", WebsocketsTransport(url=SOCKET, headers=BEARER, subprotocols=old), "offer graphql-transport-ws"),
    ]:
        await is_told(name, transport, reason)


asks("requests", RequestsHTTPTransport(url=URL, headers=BEARER))
asks("requests, with a slash", RequestsHTTPTransport(url=URL + "/", headers=BEARER))
asks("httpx", HTTPXTransport(url=URL, headers=BEARER))
asyncio.run(main())
