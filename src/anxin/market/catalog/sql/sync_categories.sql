-- Write the categories of the files; one that is in no file any more is retired, never deleted.
with written as (
    select * from jsonb_to_recordset(%(categories)s::jsonb) as category (
        code text, parent text, name text, name_en text, icon text, position integer, is_leaf boolean
    )
), retired as (
    update catalog_category set is_retired = true
    where not is_retired and code not in (select code from written)
)
insert into catalog_category (code, parent_id, name, name_en, icon, position, is_leaf, is_retired)
select code, parent, name, name_en, icon, position, is_leaf, false from written
on conflict (code) do update
set parent_id = excluded.parent_id,
    name = excluded.name,
    name_en = excluded.name_en,
    icon = excluded.icon,
    position = excluded.position,
    is_leaf = excluded.is_leaf,
    is_retired = false
