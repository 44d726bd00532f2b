-- KEYS: the profiles. ARGV: a user id, and a text that no mark had before.
redis.call('HDEL', KEYS[1], ARGV[1])
local mark = redis.call('HGET', KEYS[1], '') or '0'
redis.call('HSET', KEYS[1], '', string.match(mark, '^%d+') .. ':' .. ARGV[2])
