-- Write events beside the change that made them true. (No NOTIFY: it serialises commits; the worker looks often instead.)
insert into infra_outboxevent
    (id, kind, version, shop_id, payload, recorded_at, done, attempts, next_try_at, last_error)
select id, kind, version, shop_id, payload, %(now)s, '[]', 0, %(now)s, ''
from jsonb_to_recordset(%(events)s::jsonb)
    as event (id uuid, kind text, version smallint, shop_id uuid, payload jsonb)
