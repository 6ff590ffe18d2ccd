-- How many charges are to be made, what they come to, how many are there already, how many notes were taken.
SELECT count(*) FILTER (WHERE is_new), coalesce(sum(amount) FILTER (WHERE is_new), 0.00),
       coalesce(sum(vat_amount) FILTER (WHERE is_new), 0.00), count(*) FILTER (WHERE stands), (SELECT count(*) FROM noted)
FROM (SELECT *, NOT stands AND reason IS NULL AND NOT is_elsewhere AND amount > 0 AS is_new FROM judged) told
