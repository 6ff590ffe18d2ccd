"""`bin/zhongshu restore FILE`: everything from a backup, into an empty place or, if told so, in place of another."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.config.whole import start_database, use_directory
from zhongshu.kernel import database
from zhongshu.kernel.backup.restoring import Restored, restore
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Puts a backup back: database, uploads and secret key."
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--data", type=Path, help="data directory to restore into; else ZHONGSHU_DATA or var/data")
        parser.add_argument(
            "--replace", action="store_true", help="what is there goes; without it, nothing may be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["data"] is not None:
            use_directory(options["data"])
        data = database.data_dir()
        done = restore(options["file"], data=data, replace=options["replace"], start_database=start_database)
        self._tell(done, options["file"], data, json=options["json"])

    def _tell(self, done: Restored, file: Path, data: Path, *, json: bool) -> None:
        told = {
            "file": str(file),
            "data": str(data),
            "uploads": done.uploads,
            "replaced": {"tables": done.replaced.tables, "rows": done.replaced.rows, "uploads": done.replaced.uploads},
            "migrated": done.migrated,
            "put_back_jobs": done.put_back_jobs,
            "key_in_use": not _other_key(data),
        } | done.manifest.told()
        self.answer(told, json=json, text="\n".join(self._sentences(done, told)))

    def _sentences(self, done: Restored, told: dict[str, Any]) -> list[str]:
        sentences = [
            _("已恢复到 %(data)s：%(tables)s 张表共 %(rows)s 行，%(uploads)s 个上传文件，逐一核对无误。") % told,
            _("备份制作于 %(made_at)s；之后的事不在其中，当时有效的登录现在仍然有效。") % told,
        ]
        if done.replaced:
            sentences.append(
                _("原有的 %(tables)s 张表共 %(rows)s 行、%(uploads)s 个上传文件已被取代。") % told["replaced"]
            )
        if done.migrated:
            sentences.append(_("已升级到本版本：%(count)s 个迁移。") % {"count": len(done.migrated)})
        if not told["key_in_use"]:
            sentences.append(_("注意：环境变量 ZHONGSHU_SECRET_KEY 与备份里的密钥不同，登录和加密内容将失效。"))
        return sentences


def _other_key(data: Path) -> bool:
    """The environment's key goes before the restored one."""
    given = os.environ.get("ZHONGSHU_SECRET_KEY")
    return bool(given) and given != (data / "secret_key").read_text(encoding="ascii")
