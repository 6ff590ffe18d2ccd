"""Addresses of people."""

from django.urls import path

from zhongshu.people.views import absences, rosters, staff, teams

app_name = "people"
urlpatterns = [
    path("staff", staff.staff_list, name="staff"),
    path("staff/new", staff.hire, name="hire"),
    path("staff/<str:employee_no>", staff.person, name="person"),
    path("staff/<str:employee_no>/arrangement", staff.arrangement, name="arrangement"),
    path("staff/<str:employee_no>/departure", staff.departure, name="departure"),
    path("staff/<str:employee_no>/absences", absences.absence, name="absence"),
    path("staff/<str:employee_no>/absences/<int:pk>/return", absences.return_, name="return"),
    path("teams", teams.teams, name="teams"),
    path("teams/<slug:code>/lead", teams.lead, name="lead"),
    path("rosters", rosters.rosters, name="rosters"),
    path("rosters/repetition", rosters.repetition, name="repetition"),
    path("rosters/<int:pk>/cancellation", rosters.strike, name="strike"),
    path("on-duty", rosters.on_duty, name="on_duty"),
]
