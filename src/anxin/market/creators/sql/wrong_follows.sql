-- Counters of followers that differ from the follows there are.
WITH counted AS (
     SELECT creator_id AS id, count(*) AS count FROM creators_follow GROUP BY creator_id
), told AS (
     SELECT subject AS id, sum(count)::bigint AS count
       FROM (SELECT subject, count FROM infra_tally WHERE kind = 'followers'
              UNION ALL
             SELECT subject, step FROM infra_tallychange WHERE kind = 'followers') AS part
      GROUP BY subject
)
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE COALESCE(counted.count, 0) <> COALESCE(told.count, 0)) AS wrong,
       min(COALESCE(counted.id, told.id)::text)
           FILTER (WHERE COALESCE(counted.count, 0) <> COALESCE(told.count, 0)) AS example
  FROM counted FULL JOIN told ON told.id = counted.id
