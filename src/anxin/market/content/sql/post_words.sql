-- Write by which words a post is found.
UPDATE content_post
   SET words = %(literal)s::tsvector
               || setweight(to_tsvector('english', %(english_a)s), 'A')
               || setweight(to_tsvector('english', %(english_b)s), 'B')
               || setweight(to_tsvector('english', %(english_c)s), 'C')
 WHERE id = %(id)s
