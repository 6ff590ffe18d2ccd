"""The life of a version of an article: its states and the one table of legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class VersionState(StrEnum):
    """`published` says that the text is settled; from which day until which it counts, its period says."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


STATE_LABELS = {
    VersionState.DRAFT: _("草稿"),
    VersionState.IN_REVIEW: _("待审核"),
    VersionState.PUBLISHED: _("已发布"),
    VersionState.RETIRED: _("已停用"),
}

UNSETTLED = frozenset({VersionState.DRAFT, VersionState.IN_REVIEW})

MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.IN_REVIEW, VersionState.RETIRED}),
    VersionState.IN_REVIEW: frozenset({VersionState.DRAFT, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.RETIRED}),
    VersionState.RETIRED: frozenset(),
}
