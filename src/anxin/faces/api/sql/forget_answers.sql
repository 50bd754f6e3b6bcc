-- Delete answers that are too old to be asked for again.
DELETE FROM api_storedanswer WHERE answered_at < %(before)s
