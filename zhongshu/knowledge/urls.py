"""Addresses of knowledge: nouns; writing is POST."""

from django.urls import path

from zhongshu.knowledge.views import nouns, reading, requests, writing

app_name = "knowledge"
urlpatterns = [
    path("", reading.articles, name="articles"),
    path("beside", reading.beside, name="beside"),
    path("m", reading.phone, name="phone"),
    path("m/<int:article_id>", reading.phone_article, name="phone_article"),
    path("new", writing.new, name="new"),
    path("desk", writing.desk, name="desk"),
    path("missed", requests.missed, name="missed"),
    path("missed/<int:missed_id>", requests.settled, name="settled"),
    path("readings", requests.readings, name="readings"),
    path("readings/<int:request_id>", requests.reading, name="reading"),
    path("readings/<int:request_id>/end", requests.end, name="end"),
    path("articles/<int:article_id>", reading.article, name="article"),
    path("articles/<int:article_id>/draft", writing.draft, name="draft"),
    path("articles/<int:article_id>/versions", writing.versions, name="versions"),
    path("articles/<int:article_id>/own", writing.own, name="own"),
    path("articles/<int:article_id>/readings", requests.ask, name="ask"),
    path("articles/<int:article_id>/receipt", reading.receipt, name="receipt"),
    path("articles/<int:article_id>/feedback", reading.feedback, name="feedback"),
    path("articles/<int:article_id>/versions/<int:number>/difference", writing.difference, name="difference"),
    *(
        path(f"articles/<int:article_id>/versions/<int:number>/{noun}", nouns.doing, {"noun": noun}, name=noun)
        for noun in nouns.NOUNS
    ),
]
