-- ARGV: prefix, new generation, its holder, lease in ms, ledger id. Returns the generation to fill and, if it is that of an interrupted rebuild,
-- `upTo`, `filled` and `after`; false while another rebuild holds its lease.
local generation, ledger, lease, progress = unpack(redis.call('HMGET', meta, 'rebuild', 'rebuildLedger', 'rebuildLease', 'rebuildProgress'))
local now = milliseconds()
if generation and now <= tonumber(lease) then return false end
-- A put either goes into the generation or drops it, so one that still exists has every standing put since its rebuild began.
local upTo, filled, after
if progress and ledger == ARGV[5] then upTo, filled, after = string.match(progress, '^(%d+):(%d+):(.+)$') end
if not upTo then
  if generation then drop_rebuild() end
  generation = ARGV[2]
  redis.call('HDEL', meta, 'rebuildRoom')
  redis.call('HSET', meta, 'rebuild', generation, 'rebuildUsers', 0, 'rebuildLedger', ARGV[5])
end
redis.call('HSET', meta, 'rebuildHolder', ARGV[3], 'rebuildLease', string.format('%.0f', now + ARGV[4]))
return { generation, upTo, filled, after }
