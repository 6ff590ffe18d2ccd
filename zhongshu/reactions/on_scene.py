"""When somebody called for help on the scene."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.cases.actions import add_note
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to
from zhongshu.scene.events import AssistanceMoved
from zhongshu.scene.lifecycle import AssistanceState
from zhongshu.scene.models import Assistance


@reacts_to(AssistanceMoved, when=lambda happened: happened.to_state in (AssistanceState.CALLING, AssistanceState.OVER))
def note_on_its_case(happened: AssistanceMoved, *, at: datetime) -> None:
    """The case of the order knows of it; what it was about is for those concerned."""
    call = Assistance.objects.filter(pk=happened.assistance_id).first()
    if call is None or call.case_id is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        is_over = happened.to_state == AssistanceState.OVER
        sentence = _("现场求助已解除：%(number)s") if is_over else _("处理人员在现场求助：%(number)s")
        text = sentence % {"number": call.number}
    add_note(actor=system_actor(), at=at, case_id=call.case_id, text=text)
