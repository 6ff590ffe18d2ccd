from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from zhongshu.identity import actions
from zhongshu.identity.commands import add_role_arguments, operator, site_of, user_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Gives a user a role at a site (or at all), from a day until (exclusive) another."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        add_role_arguments(parser)
        parser.add_argument("--from", dest="starts_on", type=date.fromisoformat, metavar="DAY", help="default: today")
        parser.add_argument("--until", dest="ends_on", type=date.fromisoformat, metavar="DAY", help="exclusive")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        grant = actions.grant_role(
            actor=operator(),
            at=at,
            user=user_of(options["username"]),
            role=Role(options["role"]),
            site=site_of(options["site"]),
            starts_on=options["starts_on"] or day_of(at),
            ends_on=options["ends_on"],
        )
        answer = {
            "id": grant.pk,
            "username": options["username"],
            "role": grant.role,
            "site": options["site"],
            "starts_on": grant.starts_on,
            "ends_on": grant.ends_on,
        }
        self.answer(answer, json=options["json"])
