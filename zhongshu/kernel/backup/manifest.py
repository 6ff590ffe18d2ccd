"""What a backup says about itself."""

import dataclasses
import json
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from zhongshu.kernel.backup.errors import NotABackup

MANIFEST = "manifest.json"

# Apps that earlier versions had. What of theirs has run is in old backups, and no sign of a newer program.
FORMER_APPS = {"sessions"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Manifest:
    """The program and the server that made it, the migrations that had run, and the rows of every table.

    All of it is of one instant, the one of the dump. `dump_major` is that of pg_dump: the oldest pg_restore that
    can read it.
    """

    FORMAT: ClassVar[int] = 1

    program: str
    made_at: datetime
    postgres: str
    server_major: int
    dump_major: int
    migrations: dict[str, list[str]]
    rows: dict[str, int]

    def written(self) -> bytes:
        fields = {"format": self.FORMAT} | dataclasses.asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(fields, indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        fields: dict[str, Any] = json.loads(text)
        del fields["format"]
        return cls(**fields | {"made_at": datetime.fromisoformat(fields["made_at"])})

    def require_known(self) -> None:
        """A database of a newer program can't be taken back a step. Raises NotABackup with the first stranger."""
        known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {})
        ran = [(app, name) for app, names in self.migrations.items() if app not in FORMER_APPS for name in names]
        strangers = [f"{app}.{name}" for app, name in ran if (app, name) not in known]
        if strangers:
            raise NotABackup(
                _("这份备份由更新的版本 %(program)s 制作（含本程序没有的迁移 %(name)s），请先升级本程序。")
                % {"program": self.program, "name": strangers[0]}
            )

    def told(self) -> dict[str, Any]:
        """For the answer of a command."""
        return {
            "program": self.program,
            "made_at": self.made_at.isoformat(),
            "postgres": self.postgres,
            "tables": len(self.rows),
            "rows": sum(self.rows.values()),
        }
