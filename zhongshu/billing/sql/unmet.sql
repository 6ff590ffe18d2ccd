-- The same where nobody was charged for these months yet: the lines meet nothing.
met AS (
    SELECT line.*, 0 AS revision, false AS stands, false AS is_elsewhere FROM line
)
