from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions
from zhongshu.identity.commands import add_role_arguments, operator, password_from_stdin, site_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Creates a user with a first role; tells the first password unless one is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--phone", default="")
        add_role_arguments(parser)
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        given = password_from_stdin() if options["password_stdin"] else None
        user, initial = actions.create_user(
            actor=operator(),
            at=now(),
            username=options["username"],
            name=options["name"],
            phone=options["phone"],
            role=Role(options["role"]),
            site=site_of(options["site"]),
            password=given,
        )
        told = {} if given is not None else {"password": initial}
        self.answer({"id": user.pk, "username": user.username} | told, json=options["json"])
