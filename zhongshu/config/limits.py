"""What is dear, by its address, and the limit it is counted under (`identity.policies.rates`, docs/limits.md).

`METHOD address`. Whatever is not here: a call of the API counts as reading or writing, a stranger's request by the
address it comes from, and a signed-in person's page not at all. A list taken along (`?export=`) is an export.
"""

ADDRESSES = {
    "POST estate:imports": "upload",
    "POST api:send_import": "upload",
    "GET estate:export": "export",
    "GET api:get_export": "export",
    "GET console:search": "search",
    "GET console:desk_caller": "search",
    "GET api:list_hits": "search",
    "POST console:desk_reading": "classify",
    "POST console:phone_reading": "classify",
    "POST api:suggest": "classify",
    "POST api:resolve": "classify",
    "POST identity:password": "secret",
    "POST identity:second_factor": "secret",
    "POST identity:second_factor_leaving": "secret",
    "POST identity:recovery_codes": "secret",
    "POST identity:password_check": "check",
    "POST remittance:code_orders": "pay",
    "GET community:answer": "check",
    "POST community:answer": "check",
    "GET care:own": "check",
    "POST care:own": "check",
    "GET care:own_copy": "check",
    "POST care:own_reviews": "check",
}
