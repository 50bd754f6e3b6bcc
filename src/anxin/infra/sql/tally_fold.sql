-- Take up to a batch of steps that nobody else folds and add their sums to the counters, in the order of subjects.
WITH taken AS (
     DELETE FROM infra_tallychange
      WHERE id IN (SELECT id FROM infra_tallychange ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
  RETURNING subject, kind, step
), summed AS (
     SELECT subject, kind, sum(step) AS step, count(*) AS steps FROM taken GROUP BY subject, kind
), folded AS (
     INSERT INTO infra_tally (subject, kind, count)
     SELECT subject, kind, step FROM summed ORDER BY subject, kind
         ON CONFLICT (subject, kind) DO UPDATE SET count = infra_tally.count + excluded.count
  RETURNING 1
)
SELECT COALESCE((SELECT sum(steps) FROM summed), 0)::bigint AS steps, (SELECT count(*) FROM folded) AS counters
