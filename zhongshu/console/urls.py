"""Addresses of the screens that cross apps."""

from django.urls import path

from zhongshu.console.views import account, board, calls, desk, home, inbox, phone, phone_work, search

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("desk", desk.desk, name="desk"),
    path("desk/caller", desk.caller, name="desk_caller"),
    path("desk/reading", desk.reading, name="desk_reading"),
    path("board", board.board, name="board"),
    path("search", search.search, name="search"),
    path("accounts/<str:number>", account.account, name="account"),
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/reading", inbox.reading, name="inbox_reading"),
    path("m/", phone.phone_home, name="phone_home"),
    path("m/orders/<str:number>", phone.phone_order, name="phone_order"),
    path("m/pool", phone_work.phone_pool, name="phone_pool"),
    path("m/aid", phone_work.phone_aid, name="phone_aid"),
    path("m/calls", calls.calls_to_make, name="calls_to_make"),
    path("m/report", phone.phone_report, name="phone_report"),
    path("m/report/reading", phone.phone_reading, name="phone_reading"),
    path("m/inbox", phone.phone_inbox, name="phone_inbox"),
    path("m/me", phone.phone_me, name="phone_me"),
    path("m/me/type", phone.phone_type, name="phone_type"),
]
