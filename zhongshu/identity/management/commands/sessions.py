from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions, queries
from zhongshu.identity.browsers import browser_in_words
from zhongshu.identity.commands import operator, user_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Lists where a user is signed in; --end signs them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--end", action="store_true", help="sign the user out everywhere")

    def handle(self, *args: Any, **options: Any) -> None:
        at, user = now(), user_of(options["username"])
        if options["end"]:
            actions.end_user_sessions(actor=operator(), at=at, user_id=user.pk)
        answer = [
            {
                "browser": browser_in_words(session.browser),
                "ip": session.ip,
                "began_at": session.began_at,
                "last_seen_at": session.last_seen_at,
            }
            for session in queries.sessions_of(user, at=at)
        ]
        self.answer(answer, json=options["json"])
