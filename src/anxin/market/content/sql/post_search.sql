-- Public posts that have all the words, in one of three orders, of equal ones the newer first; best: of the newest that match.
SELECT id, score
  FROM (SELECT matched.id,
               CASE %(sort)s
               WHEN 'newest' THEN (1000000 * extract(epoch FROM matched.published_at))::bigint
               WHEN 'liked' THEN (
                    SELECT COALESCE(sum(part.count), 0)::bigint
                      FROM (SELECT count FROM infra_tally WHERE subject = matched.id AND kind = 'likes'
                             UNION ALL
                            SELECT step FROM infra_tallychange WHERE subject = matched.id AND kind = 'likes') AS part)
               ELSE matched.score END AS score
          FROM (SELECT post.id, post.published_at,
                       (1000000 * ts_rank('{0.05, 0.1, 0.4, 1.0}', post.words, asked.query))::bigint AS score
                  FROM content_post AS post
                 CROSS JOIN (SELECT %(literal)s::tsquery && plainto_tsquery('english', %(english)s) AS query) AS asked
                 WHERE post.state = 'public' AND post.visibility = 'public' AND post.words @@ asked.query
                   AND (%(kind)s = '' OR post.kind = %(kind)s)
                 ORDER BY post.published_at DESC
                 LIMIT %(candidates)s) AS matched) AS sorted
 WHERE (score, id) < (%(after_score)s, %(after_id)s::uuid)
 ORDER BY score DESC, id DESC
 LIMIT %(rows)s
