-- KEYS: meta, the claimed key, the mark of a loss. ARGV: fingerprint, seconds. Returns the fingerprint that stood there, else
-- 1 where it is surely the first, 0 where an earlier one may have been lost with the keys: no leaderboard yet, or the mark.
local first = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'GET', 'EX', ARGV[2])
if first then return first end
if redis.call('HEXISTS', KEYS[1], 'live') == 0 or redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
return 1
