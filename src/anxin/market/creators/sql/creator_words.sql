-- Write by which words a creator is found.
UPDATE creators_creator
   SET words = %(literal)s::tsvector
               || setweight(to_tsvector('english', %(english_a)s), 'A')
               || setweight(to_tsvector('english', %(english_c)s), 'C')
 WHERE id = %(id)s
