"""bin/zhongshu site add CODE NAME | site list."""

from typing import Any

from django.core.management.base import CommandParser

from zhongshu.estate.actions import add_site
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import OperatingModel, Site
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Adds a site, or lists the sites there are."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="a new site")
        add.add_argument("code")
        add.add_argument("name")
        add.add_argument("--model", choices=[str(model) for model in OperatingModel], default=OperatingModel.CENTRE)
        listing = verbs.add_parser("list", help="the sites there are")
        for verb in (add, listing):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self.answer([_described(site) for site in Site.objects.all()], json=options["json"])
            return
        site = add_site(
            actor=system_actor(Origin.COMMAND),
            at=now(),
            code=options["code"],
            name=options["name"],
            operating_model=options["model"],
        )
        self.answer(_described(site), json=options["json"], text=f"已建立项目 {site.code} {site.name}")


def _described(site: Site) -> dict[str, str]:
    return {"code": site.code, "name": site.name, "model": site.operating_model}
