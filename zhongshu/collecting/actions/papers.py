"""The papers of an account leave the house: who took them is on record."""

from datetime import datetime

from django.db import transaction

from zhongshu.collecting.engine.court_file import court_file
from zhongshu.collecting.permissions import PURSUE
from zhongshu.collecting.queries.accounts import dossier
from zhongshu.estate.models import Account
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor


@transaction.atomic
def take_papers(*, actor: Actor, at: datetime, account: Account, home: str) -> bytes:
    """A ZIP of statement, history, notices with their evidence and signed plans. `home`: where our pages are, for the
    codes on the letters. Raises NotFound, NotAllowed."""
    actor.require(PURSUE, account.site_id)
    content = court_file(dossier(account, at=at), at=at, home=home)
    audit.record(actor=actor, at=at, verb="collecting.take_papers", target=account, after={"bytes": len(content)})
    return content
