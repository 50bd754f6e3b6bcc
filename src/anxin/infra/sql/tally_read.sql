-- Counters of some subjects as of now: what was folded and what was appended since, read in one statement.
SELECT subject, kind, sum(count)::bigint AS count
  FROM (SELECT subject, kind, count FROM infra_tally WHERE subject = ANY(%(subjects)s::uuid[])
         UNION ALL
        SELECT subject, kind, sum(step) FROM infra_tallychange WHERE subject = ANY(%(subjects)s::uuid[])
         GROUP BY subject, kind) AS part
 GROUP BY subject, kind
