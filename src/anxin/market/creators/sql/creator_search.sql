-- Creators whose names or words about themselves match, best first.
SELECT id, score
  FROM (SELECT id, (1000000 * ts_rank('{0.05, 0.1, 0.4, 1.0}', words, asked.query))::bigint AS score
          FROM creators_creator
         CROSS JOIN (SELECT %(literal)s::tsquery && plainto_tsquery('english', %(english)s) AS query) AS asked
         WHERE state = 'open' AND words @@ asked.query) AS matched
 WHERE (score, id) < (%(after_score)s, %(after_id)s::uuid)
 ORDER BY score DESC, id DESC
 LIMIT %(rows)s
