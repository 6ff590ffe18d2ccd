"""Addresses of care: nouns; writing is POST."""

from django.urls import path

from zhongshu.care.views import (
    boards,
    contesting,
    elevations,
    flows,
    following,
    legal,
    morning,
    own,
    policies,
    tasks,
    why,
)

app_name = "care"
urlpatterns = [
    path("", morning.desk, name="morning"),
    path("m/", morning.phone, name="morning_on_phone"),
    path("bands", boards.board, name="bands"),
    path("accounts", boards.accounts, name="accounts"),
    path("flow", flows.flow, name="flow"),
    path("elevation", elevations.elevation, name="elevation"),
    path("accounts/<str:account_number>", why.why, name="why"),
    path("accounts/<str:account_number>/explanation", contesting.explanation, name="explanation"),
    path("accounts/<str:account_number>/explanation/slip", contesting.slip, name="explanation_slip"),
    path("accounts/<str:account_number>/explanation/message", contesting.message, name="explanation_message"),
    path("plans", following.plans, name="plans"),
    path("plans/<int:improvement_id>", following.plan, name="plan"),
    path("records", following.records, name="records"),
    path("records/<int:record_id>", following.record, name="record"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/<int:task_id>", tasks.task, name="task"),
    path("tasks/<int:task_id>/state", tasks.task_state, name="task_state"),
    path("tasks/<int:task_id>/lines/<int:line_id>", tasks.task_line, name="task_line"),
    path("tasks/<int:task_id>/lines/<int:line_id>/signature", tasks.task_signature, name="task_signature"),
    path("m/tasks/<int:task_id>", tasks.task_on_phone, name="task_on_phone"),
    path("legal", legal.legal, name="legal"),
    path("legal/<str:account_number>", legal.legal_case, name="legal_case"),
    path("policies", policies.policies, name="policies"),
    path("policies/new", policies.policy_form, name="policy_form"),
    path("policies/visits", policies.visits, name="visit_rules"),
    path("policies/<int:policy_id>", policies.policy, name="policy"),
    path("back-tests", policies.back_tests, name="back_tests"),
    path("back-tests/<int:test_id>", policies.back_test, name="back_test"),
    path("reviews", contesting.reviews, name="reviews"),
    path("reviews/<int:review_id>", contesting.review, name="review"),
    path("e/<str:token>", own.own, name="own"),
    path("e/<str:token>/copy", own.own_copy, name="own_copy"),
    path("e/<str:token>/reviews", own.own_reviews, name="own_reviews"),
]
