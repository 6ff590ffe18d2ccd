"""Tables of foresight: what was learned, whether it is used, what it said, who does not want it."""

from zhongshu.foresight.models.forecasts import Forecast
from zhongshu.foresight.models.learning import Learning, Switch
from zhongshu.foresight.models.objections import Objection

__all__ = ["Forecast", "Learning", "Objection", "Switch"]
