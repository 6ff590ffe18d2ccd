"""What can be done to users, their roles, their tokens and themselves: the only writers of identity."""

from zhongshu.identity.actions.grants import end_grant, grant_role
from zhongshu.identity.actions.jobs import redeliver_event, retry_job
from zhongshu.identity.actions.me import change_password, choose_language, edit_me
from zhongshu.identity.actions.phones import reveal_phone
from zhongshu.identity.actions.second_factor import (
    choose_second_factor_roles,
    enrol_second_factor,
    leave_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)
from zhongshu.identity.actions.sessions import end_other_sessions, end_session, end_user_sessions
from zhongshu.identity.actions.sign_in import give_code, sign_in
from zhongshu.identity.actions.sites import switch_operating_model
from zhongshu.identity.actions.tokens import create_token, revoke_token, use_token
from zhongshu.identity.actions.users import (
    create_user,
    deactivate_user,
    edit_user,
    reactivate_user,
    reset_password,
)

__all__ = [
    "change_password",
    "choose_language",
    "choose_second_factor_roles",
    "create_token",
    "create_user",
    "deactivate_user",
    "edit_me",
    "edit_user",
    "end_grant",
    "end_other_sessions",
    "end_session",
    "end_user_sessions",
    "enrol_second_factor",
    "give_code",
    "grant_role",
    "leave_second_factor",
    "reactivate_user",
    "redeliver_event",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_password",
    "retry_job",
    "reveal_phone",
    "revoke_token",
    "sign_in",
    "switch_operating_model",
    "use_token",
]
