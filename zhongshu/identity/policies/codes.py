"""One-time codes by the clock (RFC 6238): six digits, a new one every 30 seconds."""

from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP

NEIGHBOURS = 1
"""So many steps before and after the present one are taken, for clocks that disagree and slow fingers."""


def matching_step(secret: str, code: str, *, at: datetime, used_step: int | None) -> int | None:
    """The step whose code this is; None when it is none, or no later than the step last used: a code counts once.

    `secret` in base 32. A step further in the future than any that can be taken was used while the clock was wrong:
    it stands in nobody's way.
    """
    totp = TOTP(secret)
    present = totp.timecode(at)
    steps = range(max(present - NEIGHBOURS, 0), present + NEIGHBOURS + 1)
    if used_step is not None and used_step in range(steps.start, steps.stop):
        steps = range(used_step + 1, steps.stop)
    return next((step for step in steps if compare_digest(totp.generate_otp(step).encode(), code.encode())), None)
