-- The newest posts that everybody may see, with their creators and how often they were liked, kept and commented on.
SELECT post.id, post.creator_id, post.kind, post.published_at, COALESCE(reaction.count, 0)::bigint AS reactions
  FROM (SELECT id, creator_id, kind, published_at
          FROM content_post
         WHERE state = 'public' AND visibility = 'public'
         ORDER BY published_at DESC, id DESC
         LIMIT %(newest)s) AS post
  LEFT JOIN LATERAL (
       SELECT sum(count) AS count FROM infra_tally
        WHERE subject = post.id AND kind IN ('likes', 'favourites', 'comments')) AS reaction ON true
