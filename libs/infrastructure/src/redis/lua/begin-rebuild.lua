-- ARGV: prefix, new generation, its holder, lease in ms, ledger id. Returns the generation to fill and, if it is that of an interrupted rebuild,
-- `upTo`, `filled` and `after`; false while another rebuild holds its lease.
local live, rebuilt, ledger, lease = unpack(redis.call('HMGET', meta, 'live', 'next', 'nextLedger', 'lease'))
local now = milliseconds()
if rebuilt and now <= tonumber(lease) then return false end
-- A put either goes into the generation or drops it, so one that still exists has every standing put since its rebuild began.
local upTo, filled, after
if rebuilt and ledger == ARGV[5] then upTo, filled, after = progress(rebuilt) end
if not upTo then
  if rebuilt then drop_rebuild(rebuilt, live) end
  rebuilt = ARGV[2]
  redis.call('HSET', meta, 'next', rebuilt, 'nextLedger', ARGV[5])
end
redis.call('HSET', meta, 'holder', ARGV[3], 'lease', string.format('%.0f', now + ARGV[4]))
return { rebuilt, upTo, filled, after }
