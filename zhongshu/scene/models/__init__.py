"""Tables of help on the scene."""

from zhongshu.scene.models.assistance import Assistance, Entry, Helper, Report
from zhongshu.scene.models.care import CareTask

__all__ = ["Assistance", "CareTask", "Entry", "Helper", "Report"]
