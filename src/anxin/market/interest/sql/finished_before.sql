-- Before which transaction all are finished that may have told events. Those of the server's other databases (`others`, asked
-- for before) write none here; one that cannot be told from ours (another role's, a prepared one) counts as ours.
select coalesce(
    (select min(running.tx) from pg_snapshot_xip(at.snapshot) as running (tx) where running.tx::xid::text <> all(%(others)s::text[])),
    pg_snapshot_xmax(at.snapshot))::text as tx
from (select pg_current_snapshot() as snapshot) as at
