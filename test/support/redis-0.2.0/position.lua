-- Returns the ledger id and the watermark; false before the first rebuild.
local live, ledger = unpack(redis.call('HMGET', meta, 'live', 'ledger'))
if not live then return false end
return { ledger, string.match(redis.call('GET', key(live, 'covered')) or '', '^0%-(%d+)') or '0' }
