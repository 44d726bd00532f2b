-- KEYS: meta, the claimed key, the marker of a data loss. ARGV: fingerprint, seconds. Returns the stored fingerprint if there is one;
-- otherwise 1 if this is certainly the first claim, 0 if an earlier one may have been lost: no leaderboard yet, or the marker is set.
local first = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'GET', 'EX', ARGV[2])
if first then return first end
-- GET instead of EXISTS: it counts as a use, so a full Redis evicts the marker last.
if redis.call('HEXISTS', KEYS[1], 'live') == 0 or redis.call('GET', KEYS[3]) then return 0 end
return 1
