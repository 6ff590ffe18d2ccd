-- Some of the charges that would be made, in the order of the accounts.
SELECT account.number, account.id, place.label, place.id, judged.quantity, judged.unit_price, judged.amount, judged.since,
       judged.until
FROM judged
JOIN estate_account account ON account.id = judged.account_id
LEFT JOIN estate_place place ON place.id = judged.place_id
WHERE NOT stands AND reason IS NULL AND NOT is_elsewhere AND amount > 0
ORDER BY account.id, place.id
LIMIT %(limit)s OFFSET %(offset)s
