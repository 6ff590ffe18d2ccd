"""Tables of help on the scene."""

from zhongshu.scene.models.assistance import Assistance, Entry, Helper, Report
from zhongshu.scene.models.care import CareTask
from zhongshu.scene.models.targets import ArrivalTarget

__all__ = ["ArrivalTarget", "Assistance", "CareTask", "Entry", "Helper", "Report"]
