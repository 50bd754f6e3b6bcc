-- The newest posts that everybody may see, with their creators and how often they were liked, kept and commented on.
SELECT post.id, post.creator_id, post.kind, post.topics, post.published_at, COALESCE(reaction.count, 0)::bigint AS reactions,
       ARRAY(SELECT DISTINCT card.category FROM content_anchor AS anchor
               JOIN catalog_public_card AS card ON card.id = anchor.product_id
              WHERE %(with_categories)s AND anchor.post_id = post.id) AS categories
  FROM (SELECT id, creator_id, kind, topics, published_at
          FROM content_public_post
         ORDER BY published_at DESC, id DESC
         LIMIT %(newest)s) AS post
  LEFT JOIN LATERAL (
       SELECT sum(count) AS count FROM infra_tally
        WHERE subject = post.id AND kind IN ('likes', 'favourites', 'comments')) AS reaction ON true
