-- KEYS: meta, the marker of a data loss, the claimed keys. ARGV: seconds, the fingerprint of each claimed key. Returns for each the stored
-- fingerprint if there is one; otherwise 1 if this is certainly the first claim, 0 if an earlier one may have been lost: no leaderboard yet, or
-- the marker is set.
local new = 1
-- GET instead of EXISTS: it counts as a use, so a full Redis evicts the marker last.
local ranking, released = unpack(redis.call('HMGET', KEYS[1], 'ranking', 'live')) -- of this version and of 0.2.0
if not (ranking or released) or redis.call('GET', KEYS[2]) then new = 0 end
local answers = {}
for i = 3, #KEYS do
  answers[i - 2] = redis.call('SET', KEYS[i], ARGV[i - 1], 'NX', 'GET', 'EX', ARGV[1]) or new
end
return answers
