"""Opens a case, is told what becomes of it, and ends when it is closed. See README.md."""

import argparse
import os
import queue
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from zhongshu_client import AuthenticatedClient
from zhongshu_client.api.cases import get_case, open_case
from zhongshu_client.api.webhooks import add_endpoint, delete_endpoint
from zhongshu_client.models import CaseIn, CaseOut, IntakeOut, NewEndpointIn, NewEndpointOut, Problem

ENDED = ("closed", "withdrawn")
LONGEST = 3600  # seconds to wait for the next word


class Inbox(ThreadingHTTPServer):
    """Takes webhooks: puts those whose signature is good into `messages`, each once."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Receiver)
        self.secret = ""
        self.messages: queue.Queue[Any] = queue.Queue()
        self.seen: set[str] = set()

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """The status to answer with."""
        try:
            message: Any = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return 401
        if message["id"] not in self.seen:
            self.seen.add(message["id"])
            self.messages.put(message)
        return 204


class Receiver(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.take(body, {name.lower(): value for name, value in self.headers.items()}))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The messages speak for themselves."""


def main() -> None:
    wanted = arguments()
    client = AuthenticatedClient(base_url=os.environ["ZHONGSHU_URL"], token=os.environ["ZHONGSHU_TOKEN"])
    inbox = Inbox(wanted.listen)
    threading.Thread(target=inbox.serve_forever, daemon=True).start()
    endpoint = subscribe(client, wanted.site, f"http://localhost:{inbox.server_port}/")
    inbox.secret = endpoint.secret
    try:
        number = report(client, wanted.site, wanted.text, wanted.place)
        say(f"{number} opened")
        follow(client, number, inbox)
    finally:
        delete_endpoint.sync_detailed(endpoint.endpoint_id, client=client)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--place", default="")
    parser.add_argument("--listen", type=int, default=8765, help="port for the webhooks; 0: any that is free")
    return parser.parse_args()


def subscribe(client: AuthenticatedClient, site: str, url: str) -> NewEndpointOut:
    body = NewEndpointIn(url=url, events=["cases", "work"], site=site, description="follow_a_case.py")
    return checked(add_endpoint.sync(client=client, body=body, idempotency_key=str(uuid.uuid4())))


def report(client: AuthenticatedClient, site: str, text: str, place: str) -> str:
    """The number of the case. Sent twice with one key it would still be one case."""
    body = CaseIn(site=site, text=text, place_text=place)
    intake: IntakeOut = checked(open_case.sync(client=client, body=body, idempotency_key=str(uuid.uuid4())))
    return intake.case.number


def follow(client: AuthenticatedClient, number: str, inbox: Inbox) -> None:
    """Every message is a reason to look; what is so is what the API says."""
    state = ""
    while state not in ENDED:
        message = inbox.messages.get(timeout=LONGEST)
        say(f"told {message['type']} {message['data']}")
        case: CaseOut = checked(get_case.sync(number, client=client))
        if case.state != state:
            state = case.state
            say(f"{number} is {state}: {', '.join(f'{order.number} {order.state}' for order in case.orders)}")


def checked(answer: Any) -> Any:
    if answer is None or isinstance(answer, Problem):
        sys.exit(f"refused: {answer.message if answer else 'no answer that makes sense'}")
    return answer


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
