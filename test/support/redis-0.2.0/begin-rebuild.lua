-- ARGV: prefix, new generation, its ledger id, lease in ms. Returns 1, or false while another rebuild holds its lease.
local abandoned, lease = unpack(redis.call('HMGET', meta, 'next', 'lease'))
local now = milliseconds()
if abandoned and now <= tonumber(lease) then return false end
if abandoned then drop(abandoned) end
redis.call('HSET', meta, 'next', ARGV[2], 'nextLedger', ARGV[3], 'lease', string.format('%.0f', now + ARGV[4]))
return 1
