-- Take SKUs away for good; old orders and price histories still name them.
update catalog_sku set state = 'retired' where id = any(%(sku_ids)s::uuid[]) and state <> 'retired'
