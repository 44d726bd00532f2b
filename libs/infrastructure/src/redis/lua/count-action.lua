-- KEYS: sorted set of the counted commands of one user and action, by time in ms. ARGV: command id, limit per minute, ms to add to the
-- clock (for tests, otherwise 0). Returns 0 if the command is counted, otherwise the ms until the next one is allowed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
-- The next command is allowed when the oldest of the newest `perMinute` commands is a minute old.
local oldest = redis.call('ZRANGE', KEYS[1], -ARGV[2], -ARGV[2], 'WITHSCORES')
if oldest[2] and oldest[2] + 60000 > now then return oldest[2] + 60000 - now end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 86400000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], 86400000)
return 0
