-- The most liked among the newest threads of a post; a page goes on behind a number of likes and an id.
SELECT id, likes
  FROM (SELECT comment.id,
               COALESCE((SELECT sum(part.count)
                           FROM (SELECT count FROM infra_tally WHERE subject = comment.id AND kind = 'likes'
                                  UNION ALL
                                 SELECT step FROM infra_tallychange
                                  WHERE subject = comment.id AND kind = 'likes') AS part), 0)::bigint AS likes
          FROM (SELECT id FROM content_comment
                 WHERE post_id = %(post_id)s AND thread_id IS NULL AND id IS DISTINCT FROM %(pinned)s::uuid
                 ORDER BY id DESC
                 LIMIT %(candidates)s) AS comment) AS counted
 WHERE (likes, id) < (%(after_likes)s, %(after_id)s::uuid)
 ORDER BY likes DESC, id DESC
 LIMIT %(rows)s
