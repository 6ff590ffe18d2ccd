"""The only writers of community: one verb per use case."""

from zhongshu.community.actions.ruling import change_rule
from zhongshu.community.actions.surveying import answer_by_link, send_survey, sum_up, type_answer
from zhongshu.community.actions.visiting import draw_visits, record_visit

__all__ = ["answer_by_link", "change_rule", "draw_visits", "record_visit", "send_survey", "sum_up", "type_answer"]
