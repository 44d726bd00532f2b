-- Returns the ledger's id and the watermark; false while cold.
local live, ledger = unpack(redis.call('HMGET', meta, 'live', 'ledger'))
if not live then return false end
return { ledger, string.match(redis.call('GET', key(live, 'covered')) or '', '^0%-(%d+)') or '0' }
