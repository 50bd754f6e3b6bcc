-- Counters of likes, favourites, comments and replies that differ from the rows there are.
WITH counted AS (
     SELECT post_id AS id, 'likes' AS kind, count(*) AS count FROM content_like GROUP BY post_id
      UNION ALL
     SELECT comment_id, 'likes', count(*) FROM content_commentlike GROUP BY comment_id
      UNION ALL
     SELECT post_id, 'favourites', count(*) FROM content_favourite GROUP BY post_id
      UNION ALL
     SELECT post_id, 'shares', count(*) FROM content_share GROUP BY post_id
      UNION ALL
     SELECT post_id, 'comments', count(*) FROM content_comment WHERE state = 'shown' GROUP BY post_id
      UNION ALL
     SELECT thread_id, 'replies', count(*) FROM content_comment
      WHERE state = 'shown' AND thread_id IS NOT NULL GROUP BY thread_id
), told AS (
     SELECT subject AS id, kind, sum(count)::bigint AS count
       FROM (SELECT subject, kind, count FROM infra_tally UNION ALL SELECT subject, kind, step FROM infra_tallychange) AS part
      WHERE kind IN ('likes', 'favourites', 'shares', 'comments', 'replies')
      GROUP BY subject, kind
)
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE COALESCE(counted.count, 0) <> COALESCE(told.count, 0)) AS wrong,
       min(COALESCE(counted.id, told.id)::text)
           FILTER (WHERE COALESCE(counted.count, 0) <> COALESCE(told.count, 0)) AS example
  FROM counted FULL JOIN told ON told.id = counted.id AND told.kind = counted.kind
