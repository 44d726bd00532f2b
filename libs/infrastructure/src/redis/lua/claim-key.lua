-- KEYS: meta, the claimed key, the mark of a loss. ARGV: fingerprint, seconds. Returns the fingerprint that stood there, else
-- 1 where it is surely the first, 0 where an earlier one may have been lost with the keys: no leaderboard yet, or the mark.
local first = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'GET', 'EX', ARGV[2])
if first then return first end
-- GET and not EXISTS: it counts as a use, so a full Redis throws the mark away last.
if redis.call('HEXISTS', KEYS[1], 'live') == 0 or redis.call('GET', KEYS[3]) then return 0 end
return 1
