"""What holds for every answer of the API: nothing of it is kept on the way, and what is too large is a problem too."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BY_NAME, problem


class NoStore:
    """Answers are about people: no browser and no proxy keeps them, none guesses at their type."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self.app(scope, receive, send_guarded)


class TooLargeAsProblem:
    """The framework says in plain text that a body is too large; here it is a problem like all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and _is_plain_too_large(message):
                is_replaced = True
                kind = BY_NAME["too-large"]
                await problem(kind, detail=kind.explanation)(scope, receive, send)
            elif not is_replaced:
                await send(message)

        await self.app(scope, receive, send_problem)


def _is_plain_too_large(message: Message) -> bool:
    headers = MutableHeaders(raw=message["headers"])
    return message["status"] == BY_NAME["too-large"].status and headers.get("content-type", "").startswith("text/plain")
