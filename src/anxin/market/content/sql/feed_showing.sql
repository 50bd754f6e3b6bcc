-- The newest posts that everybody may see and that show a product.
SELECT post.id
  FROM content_anchor AS anchor
  JOIN content_public_post AS post ON post.id = anchor.post_id
 WHERE anchor.product_id = %(product_id)s
 ORDER BY post.published_at DESC, post.id DESC
 LIMIT %(rows)s
