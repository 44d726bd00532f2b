-- KEYS: hash of one quota: w = number of its window, u = used in it; the marker of what takes. ARGV: amount, limit, window in ms, ms to add to the
-- clock (for tests, otherwise 0). Returns 1 if it is taken, otherwise 0; the used amount; the ms until the next window.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
local amount, limit, length = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local window = math.floor(now / length)
local held = redis.call('HMGET', KEYS[1], 'w', 'u')
local used = tonumber(held[1] or -1) == window and tonumber(held[2]) or 0
local reset = (window + 1) * length - now
if redis.call('EXISTS', KEYS[2]) == 1 then return { 1, used, reset } end
if amount > limit - used then return { 0, used, reset } end
used = used + amount
-- %d: Lua would write large numbers in a shorter, rounded form.
redis.call('HSET', KEYS[1], 'w', window, 'u', string.format('%d', used))
redis.call('PEXPIRE', KEYS[1], reset)
redis.call('SET', KEYS[2], '1', 'PX', 86400000)
return { 1, used, reset }
