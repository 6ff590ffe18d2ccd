-- What the bank says of the lines of a batch; only lines it has not answered about.
UPDATE remittance_debitline AS line
SET state = said.state, failure = said.failure, code = said.code, message = said.message,
    collected = said.collected, collected_on = said.collected_on
FROM unnest(
    %(sequences)s::int[], %(states)s::text[], %(failures)s::text[], %(codes)s::text[], %(messages)s::text[],
    %(collected)s::numeric[], %(days)s::date[]
) AS said (sequence, state, failure, code, message, collected, collected_on)
WHERE line.batch_id = %(batch)s AND line.sequence = said.sequence AND line.state IN ('asked', 'unknown')
