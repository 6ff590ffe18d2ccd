"""`bin/zhongshu backup [FILE|DIRECTORY|-]`: everything in one file, made while everybody works on."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from zhongshu.config.whole import start_database
from zhongshu.kernel.backup import archive, making
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Writes database, uploads and secret key into one file, or checks such a file."
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", default=".", help="a new file; a directory (here): under a dated name; -: to stdout"
        )
        parser.add_argument("--check", action="store_true", help="read the file and compare every checksum")
        parser.add_argument("--keep", type=int, metavar="N", help="of the dated backups keep the newest N")

    def handle(self, *args: Any, **options: Any) -> None:
        self._require_sense(options)
        if options["check"]:
            self._check(Path(options["file"]), json=options["json"])
        elif options["file"] == "-":
            self._stream(json=options["json"])
        else:
            self._write(Path(options["file"]), options)

    def _require_sense(self, options: dict[str, Any]) -> None:
        keep = options["keep"]
        if keep is not None and (keep < 1 or options["check"] or not Path(options["file"]).is_dir()):
            raise CommandError(_("--keep 要一个不小于 1 的数，并且只用于目录。"))
        if options["file"] == "-" and not options["check"] and sys.stdout.isatty():
            raise CommandError(_("备份不能写到屏幕上；请给出文件名，或接到另一个程序。"))

    def _check(self, file: Path, *, json: bool) -> None:
        manifest = archive.verify(file)
        manifest.require_known()
        told = {"file": str(file), "sound": True} | manifest.told()
        self.answer(told, json=json, text=_("备份 %(file)s 完好：%(rows)s 行，制作于 %(made_at)s。") % told)

    def _stream(self, *, json: bool) -> None:
        """The backup goes to stdout, so what is said about it goes to stderr."""
        start_database()
        made = making.write(sys.stdout.buffer, at=now(), media=Path(settings.MEDIA_ROOT))
        self.stdout = self.stderr
        self.stdout.style_func = None
        self._tell(made, file="-", forgotten=[], json=json)

    def _write(self, place: Path, options: dict[str, Any]) -> None:
        at = now()
        file = place / making.dated_name(at) if place.is_dir() else place
        start_database()
        made = making.write_file(file, at=at, media=Path(settings.MEDIA_ROOT))
        forgotten = making.forget_old(place, keep=options["keep"]) if options["keep"] else []
        self._tell(made, file=str(file), forgotten=[str(old) for old in forgotten], json=options["json"])

    def _tell(self, made: making.Made, *, file: str, forgotten: list[str], json: bool) -> None:
        size = Path(file).stat().st_size if file != "-" else None
        told = {"file": file, "bytes": size, "uploads": made.uploads, "forgotten": forgotten} | made.manifest.told()
        text = _("已备份到 %(file)s：%(tables)s 张表共 %(rows)s 行，%(uploads)s 个上传文件。") % told
        warning = _("备份里有密钥和全部个人信息，只能放在别人读不到的地方。")
        self.answer(told, json=json, text=f"{text}\n{warning}")
