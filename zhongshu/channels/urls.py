"""Addresses of the channels: nouns; writing is POST."""

from django.urls import path

from zhongshu.channels.views import alarms, beside, calls, hotline, letters, load, settings, wechat

app_name = "channels"
urlpatterns = [
    path("ringing", calls.ringing, name="ringing"),
    path("calls", calls.calls, name="calls"),
    path("calls/<int:pk>", calls.call, name="call"),
    path("calls/<int:pk>/recording", calls.recording, name="recording"),
    path("call-backs", calls.call_backs, name="call_backs"),
    path("call-backs/<int:pk>/tries", calls.tries, name="tries"),
    path("m/call-backs", calls.phone_call_backs, name="phone_call_backs"),
    path("hotline", hotline.sheets, name="sheets"),
    path("hotline/new", hotline.new_sheet, name="new_sheet"),
    path("hotline/import", hotline.sheet_import, name="sheet_import"),
    path("hotline/<int:pk>", hotline.sheet, name="sheet"),
    path("hotline/<int:pk>/<slug:step>", hotline.sheet_step, name="sheet_step"),
    path("alarms", alarms.alarms, name="alarms"),
    path("devices", alarms.devices, name="devices"),
    path("letters", letters.letters, name="letters"),
    path("letters/new", letters.new_letter, name="new_letter"),
    path("letters/<int:pk>", letters.letter, name="letter"),
    path("letters/<int:pk>/reply", letters.letter_reply, name="letter_reply"),
    path("letter-pages/<int:pk>", letters.letter_page, name="letter_page"),
    path("load", load.load, name="load"),
    path("load/angry-contacts", load.angers, name="angers"),
    path("load/<int:staff_id>/relief", load.relief, name="relief"),
    path("cases/<str:number>", beside.beside, name="beside"),
    path("settings", settings.settings, name="settings"),
    path("settings/extensions", settings.extensions, name="extensions"),
    path("settings/extensions/<str:number>/release", settings.release, name="release"),
    path("settings/secrets", settings.secrets, name="secrets"),
    path("settings/limits", settings.limits, name="limits"),
    path("wechat/<str:site_code>", wechat.wechat, name="wechat"),
]
