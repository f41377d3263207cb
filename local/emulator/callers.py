"""Who may call the emulator: programs of this machine, and pages that were served from it.

The emulator asks for no credentials, and it holds the provider's key and all
documents. It listens on loopback, but every browser on the machine reaches
loopback, too, for any page that it shows. Three headers, which no page can
forge, tell such a call:

- Origin names the page. A page from elsewhere is refused, also for writes
  whose answer it could not read.
- Host names the machine that the page believes to talk to. A name that a
  stranger made resolve to 127.0.0.1 (DNS rebinding) makes the page and the
  emulator one origin, but the name is still the stranger's.
- Sec-Fetch-Site tells a call of another site that has no Origin: an image, a
  script, a link. A link may lead to a file by a presigned address.
"""

import ipaddress
import json
import uuid
from urllib.parse import parse_qs, urlsplit


def is_of_this_machine(host: str) -> bool:
    """Whether it is a loopback address or a name that browsers resolve to one."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(value: str, scheme: str = "http") -> str:
    try:
        return urlsplit(value if "://" in value else f"{scheme}://{value}").hostname or ""
    except ValueError:
        return ""


def objection(headers: dict[str, str], query: str = "") -> str | None:
    """The sentence to refuse a call with, or None.

    headers: by their names in lower case.
    """
    host, origin = headers.get("host"), headers.get("origin")
    if host is not None and not is_of_this_machine(host_of(host)):
        return (
            f"This emulator answers on 127.0.0.1 and localhost only, not as {host[:100]}. "
            "Use the address that `npm start` prints."
        )
    if origin is not None:
        if is_of_this_machine(host_of(origin) if "://" in origin else ""):
            return None
        return (
            f"Pages of {origin[:100]} may not call this emulator. Only pages that this machine "
            "serves may, such as the console."
        )
    if headers.get("sec-fetch-site") != "cross-site":
        return None
    follows_link = headers.get("sec-fetch-mode") == "navigate"
    if follows_link and "X-Amz-Signature" in parse_qs(query):
        return None
    return "Pages of other sites may not call this emulator. Open the console on this machine."


def guarded(app):
    """The ASGI application, behind the check of each call."""

    async def checked(scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        sentence = objection(headers, scope.get("query_string", b"").decode("latin-1"))
        if sentence is None:
            return await app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        answer = {"error": sentence, "code": "forbidden", "request_id": str(uuid.uuid4())}
        body = json.dumps(answer).encode()
        await send(
            {
                "type": "http.response.start",
                "status": 403,
                "headers": [
                    (b"content-type", b"application/json"),
                    (b"content-length", str(len(body)).encode()),
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return checked
