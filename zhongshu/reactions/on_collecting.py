"""What collecting asks and a sibling knows."""

from collections.abc import Collection

from django.urls import reverse

from zhongshu.collecting.engine.pay_links import answered_by
from zhongshu.remittance.models import PayCode


@answered_by
def pay_pages(place_ids: Collection[int]) -> dict[int, str]:
    """The pages on which dwellings with a code pay. One statement."""
    codes = PayCode.objects.filter(place__in=place_ids, revoked_at=None).values_list("place_id", "token")
    return {place_id: reverse("remittance:code", args=[token]) for place_id, token in codes}
