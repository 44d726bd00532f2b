-- ARGV: prefix, generation, lease in ms, then user ids and standings in turn. Returns 1, or false when the place was lost.
if redis.call('HGET', meta, 'next') ~= ARGV[2] then return false end
redis.call('HSET', meta, 'lease', string.format('%.0f', milliseconds() + ARGV[3]))
record(ARGV[2], 4)
return 1
