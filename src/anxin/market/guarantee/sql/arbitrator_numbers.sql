-- What each arbitrator decided first in a period: how fast, for whom, and how much of it an appeal changed.
SELECT
    first_judge_id AS person_id,
    count(*) AS decided,
    count(*) FILTER (WHERE coalesce(first_verdict, verdict) ->> 'kind' = 'no_support') AS for_merchant,
    count(*) FILTER (WHERE coalesce(first_verdict, verdict) ->> 'kind' IN ('partial_refund', 'compensation')) AS partial,
    count(*) FILTER (WHERE appealed_by <> '') AS appealed,
    count(*) FILTER (WHERE overturned) AS overturned,
    sum(overdue) AS overdue,
    coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY first_response_s), 0) AS median_seconds
FROM guarantee_dispute
WHERE first_decided_at >= %(since)s AND first_decided_at < %(until)s AND first_judge_id IS NOT NULL
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT %(limit)s
