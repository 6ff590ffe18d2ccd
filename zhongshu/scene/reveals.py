"""The number of a witness can be revealed."""

from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, revealable
from zhongshu.scene.models import Entry
from zhongshu.scene.permissions import REVEAL_WITNESS
from zhongshu.scene.queries import calls_visible


def witness_of(actor: Actor, entry_id: int) -> Revealed | None:
    """The number of the witness of a line in a call that the actor may see."""
    entry = Entry.objects.filter(pk=entry_id, assistance__in=calls_visible(actor)).first()
    return Revealed(entry.facts["phone"], entry.site_id) if entry and entry.facts.get("phone") else None


revealable("scene.entry", witness_of, REVEAL_WITNESS)
