-- ARGV: prefix, generation, lease in ms, then alternating user ids and standings. Returns 1, or false if another rebuild replaced this one.
if redis.call('HGET', meta, 'next') ~= ARGV[2] then return false end
redis.call('HSET', meta, 'lease', string.format('%.0f', milliseconds() + ARGV[3]))
record(ARGV[2], 4)
return 1
