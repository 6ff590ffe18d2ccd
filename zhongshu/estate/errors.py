"""What the estate refuses."""

from zhongshu.kernel.errors import Invalid, Refusal


class SiteExists(Refusal):
    """There is a site with that code already."""

    code = "site_exists"


class PlaceExists(Refusal):
    """There is a place with that code already."""

    code = "place_exists"


class AccountOverlap(Refusal):
    """The dwelling has an account on one of these days already."""

    code = "account_overlap"


class MemberOverlap(Refusal):
    """The person belongs to the account on one of these days already."""

    code = "member_overlap"


class PlaceTaken(Refusal):
    """The place belongs to another account on one of these days."""

    code = "place_taken"


class BadPeriod(Invalid):
    """The days do not follow each other."""

    code = "bad_period"
