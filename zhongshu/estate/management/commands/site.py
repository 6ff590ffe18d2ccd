"""bin/zhongshu site add CODE NAME | site list | site doors CODE [东=02 …]."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.actions import add_site, name_doors
from zhongshu.estate.queries import layout_of, site_by_code
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import OperatingModel, Site
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand

DOORS_HELP = "such as 东=02; 东= for the usual one"  # matter


class Command(ZhongshuCommand):
    help = "Adds a site, lists the sites there are, or says which door of a floor is meant by 东户."  # matter

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="a new site")
        add.add_argument("code")
        add.add_argument("name")
        add.add_argument("--model", choices=[str(model) for model in OperatingModel], default=OperatingModel.CENTRE)
        listing = verbs.add_parser("list", help="the sites there are")
        doors = verbs.add_parser("doors", help="which door a direction means on a site; usually east is 01, west is 02")
        doors.add_argument("code")
        doors.add_argument("doors", nargs="*", metavar="WORD=DOOR", help=DOORS_HELP)
        for verb in (add, listing, doors):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self.answer([_described(site) for site in Site.objects.all()], json=options["json"])
        elif options["verb"] == "doors":
            self._name_doors(options)
        else:
            self._add(options)

    def _name_doors(self, options: dict[str, Any]) -> None:
        site = site_by_code(options["code"])
        wanted = dict(_pair(text) for text in options["doors"])
        name_doors(actor=system_actor(Origin.COMMAND), at=now(), site=site, doors=wanted)
        self.answer(dict(layout_of(site.pk).doors), json=options["json"])

    def _add(self, options: dict[str, Any]) -> None:
        site = add_site(
            actor=system_actor(Origin.COMMAND),
            at=now(),
            code=options["code"],
            name=options["name"],
            operating_model=options["model"],
        )
        self.answer(
            _described(site),
            json=options["json"],
            text=_("已建立项目 %(code)s %(name)s") % {"code": site.code, "name": site.name},
        )


def _pair(text: str) -> tuple[str, str]:
    word, mark, door = text.partition("=")
    if not mark:
        raise CommandError(_("“%(text)s”应写成 东=02 这样。") % {"text": text})
    return word.strip(), door.strip().upper()


def _described(site: Site) -> dict[str, str]:
    return {"code": site.code, "name": site.name, "model": site.operating_model}
