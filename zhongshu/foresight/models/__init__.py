"""Tables of foresight: what was learned, whether it is used, what it said."""

from zhongshu.foresight.models.forecasts import Forecast
from zhongshu.foresight.models.learning import Learning, Switch

__all__ = ["Forecast", "Learning", "Switch"]
