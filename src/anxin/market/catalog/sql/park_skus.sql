-- Free the codes and options of SKUs that are about to be written, so that two may swap theirs.
update catalog_sku set code = '', options = array[id::text] where id = any(%(sku_ids)s::uuid[])
