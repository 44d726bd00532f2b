-- ARGV: prefix, generation, holder, lease in ms, how many users the generation will have. Adds the buckets for them while they are empty or nearly so,
-- because each bucket that is added later takes its users from another one. Returns 1 if more are to be added, otherwise 0; false if another rebuild
-- replaced this one.
local STEPS = 1000
if not renew() then return false end
local users, room = unpack(redis.call('HMGET', meta, 'rebuildUsers', 'rebuildRoom'))
local last, steps, expected = buckets(users), 0, tonumber(ARGV[5])
while last < buckets(expected) and steps < STEPS do
  last = last + 1
  -- A user takes as long as ten empty buckets.
  steps = steps + 1 + 10 * split(ARGV[2], last)
end
local housed = math.max(math.min(expected, last * USERS_PER_BUCKET - 1), users)
redis.call('HSET', meta, 'rebuildUsers', housed, 'rebuildRoom', (room or 0) + housed - users)
return last < buckets(expected) and 1 or 0
