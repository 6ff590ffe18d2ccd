from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions
from zhongshu.identity.commands import operator, password_from_stdin, user_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Gives a user a new first password and tells it, unless one is given; old sessions die."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        given = password_from_stdin() if options["password_stdin"] else None
        user = user_of(options["username"])
        initial = actions.reset_password(actor=operator(), at=now(), user_id=user.pk, password=given)
        told = {} if given is not None else {"password": initial}
        self.answer({"username": user.username} | told, json=options["json"])
