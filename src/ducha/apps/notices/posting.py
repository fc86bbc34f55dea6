"""Posting into chat groups: to known hosts alone, without following anybody elsewhere."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ducha.domain.errors import DuchaError, Invalid, Sentence, sentence

# Where the robots of each kind of group listen.
ROBOTS = {
    "wecom": ("https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    "dingtalk": ("https://oapi.dingtalk.com", "/robot/send"),
}
SECONDS = 5
# An answer is a line of JSON; more is not read.
ANSWER = 10_000


class NotDelivered(DuchaError):
    """The message did not arrive, as a sentence without the address."""


def require_allowed(kind: str, address: str, own: Iterable[str] = ()) -> None:
    """Invalid for an address that is no robot's; `own` are origins that the system administrator allowed besides."""
    origin, path = _parts(address)
    known, at = ROBOTS[kind]
    if (origin, path) == (known, at) or origin in own:
        return
    text = "The address must begin with %(known)s, or with an origin named in DUCHA_GROUP_HOSTS."
    raise Invalid([sentence(text, known=f"{known}{at}")])


def _parts(address: str) -> tuple[str, str]:
    """Scheme, host and port; and the path. Nothing else may stand before the path."""
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        raise Invalid([sentence("This is no address of a robot.")])
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise Invalid([sentence("This is no address of a robot.")]) from None
    if "@" in parts.netloc or not parts.hostname:
        raise Invalid([sentence("This is no address of a robot.")])
    return f"{parts.scheme}://{parts.hostname}{port}", parts.path


def body(kind: str, title: str, markdown: str) -> dict[str, Any]:
    """A message as each kind of group wants it."""
    if kind == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": markdown}}
    return {"msgtype": "markdown", "markdown": {"title": title, "text": markdown}}


def signed(address: str, secret: str, milliseconds: int) -> str:
    """DingTalk's 加签: the address with the moment and its HMAC-SHA256."""
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}"


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Whoever answers with another address gets no second request: it could be one inside our own network."""


def post(address: str, message: dict[str, Any]) -> None:
    """Post a message; NotDelivered where it was not taken."""
    content = json.dumps(message, ensure_ascii=False).encode()
    request = Request(address, content, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with build_opener(_Stays).open(request, timeout=SECONDS) as answer:
            told = json.loads(answer.read(ANSWER))
    except HTTPError as error:
        error.close()
        raise NotDelivered(sentence("The server answered with status %(status)s.", status=error.code)) from None
    except (OSError, HTTPException) as error:
        # Of the error its kind alone: its words may hold the address.
        reason = getattr(error, "reason", error)
        kind = type(reason if isinstance(reason, Exception) else error).__name__
        raise NotDelivered(sentence("The server could not be reached (%(kind)s).", kind=kind)) from None
    except ValueError:
        raise NotDelivered(sentence("The server's answer is no robot's.")) from None
    if refusal := _refusal(told):
        raise NotDelivered(refusal)


def _refusal(told: Any) -> Sentence | None:
    if not isinstance(told, dict) or not isinstance(told.get("errcode"), int):
        return sentence("The server's answer is no robot's.")
    if told["errcode"] != 0:
        return sentence("The group refused the message (errcode %(code)s).", code=told["errcode"])
    return None
