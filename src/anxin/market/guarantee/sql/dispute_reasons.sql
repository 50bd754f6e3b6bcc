-- The reasons that verdicts of a period rested on, the commonest first.
SELECT verdict_reason AS reason, count(*) AS cases
FROM guarantee_dispute
WHERE ended_at >= %(since)s AND ended_at < %(until)s AND verdict_reason <> ''
    AND outcome IN ('buyer', 'partial', 'merchant')
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT %(limit)s
