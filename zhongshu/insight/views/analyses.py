"""The periodic analysis: sentences written from figures, each leading to its matters."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.insight.engine import papers
from zhongshu.insight.engine.wording import matters_url
from zhongshu.insight.kinds import RHYTHM_LABELS
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.policies.analysis import Part, Sentence, Tone
from zhongshu.insight.queries import reports
from zhongshu.insight.views._looking import Looking, looking
from zhongshu.web import paper

TONES = {
    Tone.BETTER: ("green", _("变好")),
    Tone.WORSE: ("red-soft", _("变差")),
    Tone.FACT: ("grey", _("情况")),
    Tone.PROPOSAL: ("blue", _("建议")),
}


@page(SEE_REPORTS)
def analysis(request: SignedInRequest) -> HttpResponse:
    """On the page or, with `export=pdf`, on paper."""
    seen = looking(request)
    shown = reports.report(seen.scope, seen.period, at=seen.at)
    if request.GET.get("export") == "pdf":
        name = f"analysis-{seen.scope.code}-{seen.period.rhythm}-{seen.period.starts_on}"
        return paper.download(name, papers.analysis_pdf(shown))
    said = papers.sentences_of(shown)
    context = {
        "seen": seen,
        "scope": seen.scope,
        "period": seen.period,
        "rhythm_labels": RHYTHM_LABELS,
        "report": shown,
        "parts": [
            (papers.part_labels()[part], [_shown(one, seen) for one in said if one.part is part]) for part in Part
        ],
    }
    return render(request, "insight/analysis.html", context)


def _shown(sentence: Sentence, seen: Looking) -> dict[str, Any]:
    colour, word = TONES[sentence.tone]
    url = matters_url(sentence.figure, seen.scope, seen.period, **sentence.narrowed)
    return {"text": sentence.text, "url": url, "colour": colour, "word": word, "rule": sentence.rule}
