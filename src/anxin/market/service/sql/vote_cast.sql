-- Count somebody's vote for a review once.
WITH cast_now AS (
    INSERT INTO service_helpfulvote (id, review_id, person_id, voted_at)
    VALUES (%(id)s, %(review_id)s, %(person_id)s, %(now)s)
        ON CONFLICT (review_id, person_id) DO NOTHING
 RETURNING review_id
)
UPDATE service_review SET helpful_count = helpful_count + 1 WHERE id IN (SELECT review_id FROM cast_now);
