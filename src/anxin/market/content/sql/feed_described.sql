-- What is known of some public posts before anybody saw them, in the order asked for: words, topics, who, which goods, and reactions so far.
SELECT post.id, post.creator_id, post.shop_id, post.kind, post.published_at, post.topics,
       COALESCE(post.pictures[1], NULLIF(post.cover_key, ''), media.poster, '') AS picture,
       concat_ws(' ', post.title, post.title_en, post.caption, post.caption_en) AS text,
       (SELECT COALESCE(array_agg(anchor.product_id ORDER BY anchor.place), '{}')
          FROM content_anchor AS anchor WHERE anchor.post_id = post.id) AS product_ids,
       (SELECT COALESCE(sum(count), 0)::bigint FROM infra_tally
         WHERE subject = post.id AND kind IN ('likes', 'favourites', 'comments')) AS reactions
  FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS asked (id, place)
  JOIN content_post AS post ON post.id = asked.id AND post.state = 'public' AND post.visibility = 'public'
  LEFT JOIN content_media AS media ON media.id = post.media_id
 ORDER BY asked.place
