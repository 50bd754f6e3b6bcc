-- About how many answers lie in each partition, from what the database knows of it without reading it; 8 a page where it knows nothing.
select substring(part.relname from '_([0-9]{8})$') as day,
       pages * coalesce(part.reltuples / nullif(part.relpages, 0) * (part.reltuples > 0)::int, 8) as answers
from pg_inherits as child
join pg_class as part on part.oid = child.inhrelid,
lateral (select ceil(pg_relation_size(part.oid) / current_setting('block_size')::float8) as pages) as size
where child.inhparent = 'interest_served'::regclass
