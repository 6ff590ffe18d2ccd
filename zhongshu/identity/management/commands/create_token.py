from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions
from zhongshu.identity.actor import Origin
from zhongshu.identity.commands import operator, user_of
from zhongshu.identity.queries import actor_of
from zhongshu.identity.rights import REGISTRY
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Makes an API token for a user; its secret is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="api", help="what the token is for")
        parser.add_argument("--scope", action="append", metavar="RIGHT", help="a right; default: all the user holds")
        parser.add_argument("--expires", type=datetime.fromisoformat, metavar="INSTANT", help="default: never")

    def handle(self, *args: Any, **options: Any) -> None:
        at, user = now(), user_of(options["username"])
        holder = actor_of(user, at=at, origin=Origin.COMMAND)
        scopes = options["scope"] or [code for code, right in REGISTRY.items() if holder.may(right)]
        expires_at = options["expires"]
        if expires_at is not None and expires_at.tzinfo is None:
            expires_at = expires_at.replace(tzinfo=SITE_ZONE)
        token, secret = actions.create_token(
            actor=operator(), at=at, user=user, name=options["name"], scopes=scopes, expires_at=expires_at
        )
        answer = {"name": token.name, "username": user.username, "scopes": token.scopes, "secret": secret}
        self.answer(answer, json=options["json"])
