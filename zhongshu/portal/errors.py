"""Refusals of the residents' pages."""

from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal


class NothingToAnswer(Refusal):
    """The work is not done yet, or was answered about already."""

    code = "nothing_to_answer"

    def __init__(self) -> None:
        super().__init__(_("这件报事还没有处理完，或者您已经评价过了。"))
