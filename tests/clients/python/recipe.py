from gql import Client
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport


def open_http(url, token):
    """Queries and mutations."""
    transport = AIOHTTPTransport(url=url, headers={"Authorization": f"Bearer {token}"})
    return Client(transport=transport, fetch_schema_from_transport=True)


def open_socket(url, token):
    """Subscriptions too, over one socket: the token goes with its request, or as init_payload."""
    transport = WebsocketsTransport(url=url, headers={"Authorization": f"Bearer {token}"})
    return Client(transport=transport, fetch_schema_from_transport=True)
