"""What our commands share: who acts, and how people, sites and passwords are named on the command line."""

import sys

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound

EVERYWHERE = "all"


def operator() -> Actor:
    """Whoever may run commands on this machine."""
    return system_actor(Origin.COMMAND)


def add_role_arguments(parser: CommandParser) -> None:
    parser.add_argument("--role", required=True, choices=[str(role) for role in Role])
    parser.add_argument("--site", required=True, metavar="CODE", help=f"code of the site, or {EVERYWHERE}")


def site_of(code: str) -> Site | None:
    """The site of that code; None for `all`. Raises NotFound."""
    if code == EVERYWHERE:
        return None
    site = Site.objects.filter(code=code).first()
    if site is None:
        raise NotFound(_("没有编号为 %(code)s 的项目。") % {"code": code}, field="site")
    return site


def user_of(username: str) -> User:
    """Raises NotFound."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(_("没有用户名为 %(name)s 的用户。") % {"name": username}, field="username")
    return user


def password_from_stdin() -> str:
    """The first line."""
    return sys.stdin.readline().rstrip("\n")
