"""The words of community: how a visit was made, what a survey asks, how an answer came."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class VisitManner(StrEnum):
    """Only a visit at the door counts towards the coverage."""

    DOOR = "door"
    TELEPHONE = "telephone"


MANNER_LABELS = {VisitManner.DOOR: _("上门"), VisitManner.TELEPHONE: _("电话")}


class Mood(StrEnum):
    """What the customer made of it."""

    CONTENT = "content"
    MIXED = "mixed"
    NOT_CONTENT = "not_content"


MOOD_LABELS = {Mood.CONTENT: _("满意"), Mood.MIXED: _("还可以"), Mood.NOT_CONTENT: _("不满意")}


class Question(StrEnum):
    """What a survey asks, 1 (very bad) to 5 (very good) each."""

    KEEPER = "keeper"
    REPAIRS = "repairs"
    CLEANING = "cleaning"
    SAFETY = "safety"
    GREEN = "green"
    OVERALL = "overall"


QUESTION_LABELS = {
    Question.KEEPER: _("管家服务"),
    Question.REPAIRS: _("维修服务"),
    Question.CLEANING: _("环境保洁"),
    Question.SAFETY: _("秩序安全"),
    Question.GREEN: _("绿化养护"),
    Question.OVERALL: _("总体评价"),
}

MARK_LABELS = {5: _("非常满意"), 4: _("满意"), 3: _("还可以"), 2: _("不满意"), 1: _("非常不满意")}


class AnswerWay(StrEnum):
    LINK = "link"
    PAPER = "paper"


ANSWER_WAY_LABELS = {AnswerWay.LINK: _("扫码或链接"), AnswerWay.PAPER: _("纸质问卷")}
