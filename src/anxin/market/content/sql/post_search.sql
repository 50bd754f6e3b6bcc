-- Public posts that have all the words, best first; among the best-matching the newer ones, so that a page has an order.
SELECT id, score
  FROM (SELECT post.id, post.published_at,
               (1000000 * ts_rank('{0.05, 0.1, 0.4, 1.0}', post.words, asked.query))::bigint AS score
          FROM content_post AS post
         CROSS JOIN (SELECT %(literal)s::tsquery && plainto_tsquery('english', %(english)s) AS query) AS asked
         WHERE post.state = 'public' AND post.visibility = 'public' AND post.words @@ asked.query
           AND (%(kind)s = '' OR post.kind = %(kind)s)
         ORDER BY post.published_at DESC
         LIMIT %(candidates)s) AS matched
 WHERE (score, id) < (%(after_score)s, %(after_id)s::uuid)
 ORDER BY score DESC, id DESC
 LIMIT %(rows)s
