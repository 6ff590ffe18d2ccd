"""Addresses of identity."""

from django.urls import path

from zhongshu.identity.views import door, history, jobs, me, security, sites, tokens, users

app_name = "identity"
urlpatterns = [
    path("sign-in", door.sign_in, name="sign_in"),
    path("sign-in/code", door.code, name="sign_in_code"),
    path("sign-out", door.sign_out, name="sign_out"),
    path("language", door.language, name="language"),
    path("me", me.me, name="me"),
    path("me/password", door.password, name="password"),
    path("me/password/check", door.password_check, name="password_check"),
    path("me/security", security.security, name="security"),
    path("me/second-factor", security.second_factor, name="second_factor"),
    path("me/second-factor/leaving", security.leaving, name="second_factor_leaving"),
    path("me/recovery-codes", security.recovery_codes, name="recovery_codes"),
    path("me/sessions/ending", security.other_sessions_ending, name="other_sessions_ending"),
    path("me/sessions/<slug:handle>/ending", security.session_ending, name="session_ending"),
    path("me/site", me.choose_site, name="choose_site"),
    path("phones/reveal", me.reveal_phone, name="reveal_phone"),
    path("admin/users", users.users, name="users"),
    path("admin/users/new", users.new_user, name="new_user"),
    path("admin/users/<int:user_id>", users.user, name="user"),
    path("admin/users/<int:user_id>/grants", users.grants, name="grants"),
    path("admin/users/<int:user_id>/password", users.password_reset, name="password_reset"),
    path("admin/users/<int:user_id>/deactivation", users.deactivation, name="deactivation"),
    path("admin/users/<int:user_id>/activation", users.activation, name="activation"),
    path("admin/users/<int:user_id>/second-factor", users.second_factor_removal, name="second_factor_removal"),
    path("admin/users/<int:user_id>/sessions/ending", users.sessions_ending, name="sessions_ending"),
    path("admin/second-factor", users.second_factor_roles, name="second_factor_roles"),
    path("admin/grants/<int:grant_id>/end", users.grant_end, name="grant_end"),
    path("admin/sites", sites.sites, name="sites"),
    path("admin/sites/<str:code>/operating-model", sites.operating_model, name="operating_model"),
    path("admin/tokens", tokens.tokens, name="tokens"),
    path("admin/tokens/new", tokens.new_token, name="new_token"),
    path("admin/tokens/<int:token_id>/revocation", tokens.revocation, name="revocation"),
    path("admin/audit", history.history, name="audit"),
    path("admin/jobs", jobs.jobs, name="jobs"),
    path("admin/jobs/health", jobs.health, name="health"),
    path("admin/jobs/<int:job_id>/retry", jobs.retry, name="job_retry"),
    path("admin/events/<int:event_id>/delivery", jobs.delivery, name="event_delivery"),
]
