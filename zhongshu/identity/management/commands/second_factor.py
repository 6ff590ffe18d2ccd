from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions, queries
from zhongshu.identity.commands import operator, user_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Tells whether a user has a second factor; takes it away from somebody who lost telephone and codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--remove", action="store_true", help="the password alone opens again")
        parser.add_argument("--reason", default="", help="needed to remove; kept in the audit")

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_of(options["username"])
        if options["remove"]:
            actions.remove_second_factor(actor=operator(), at=now(), user_id=user.pk, reason=options["reason"])
        factor = queries.second_factor_of(user)
        answer = {"username": user.username, "second_factor": factor is not None}
        if factor is not None:
            answer |= {"enrolled_at": factor.enrolled_at, "codes_left": queries.recovery_codes_left(user)}
        self.answer(answer, json=options["json"])
