"""The life of a version of an article: its states and the one table of legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """`published` says that the text is settled; from which day until which it counts, its period says."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


STATE_LABELS = {
    State.DRAFT: _("草稿"),
    State.IN_REVIEW: _("待审核"),
    State.PUBLISHED: _("已发布"),
    State.RETIRED: _("已停用"),
}

UNSETTLED = frozenset({State.DRAFT, State.IN_REVIEW})

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_REVIEW, State.RETIRED}),
    State.IN_REVIEW: frozenset({State.DRAFT, State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.RETIRED}),
    State.RETIRED: frozenset(),
}
