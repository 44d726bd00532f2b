-- KEYS: the commands of one user and action, by the time they were taken, in ms. ARGV: command id, how many a minute, ms that pass
-- for now (for tests; else 0). Returns 0 where the command is in, else the ms until the next place is free.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
-- The place frees when the oldest of the newest `perMinute` leaves the minute.
local oldest = redis.call('ZRANGE', KEYS[1], -ARGV[2], -ARGV[2], 'WITHSCORES')
if oldest[2] and oldest[2] + 60000 > now then return oldest[2] + 60000 - now end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 86400000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], 86400000)
return 0
