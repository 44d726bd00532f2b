-- ARGV: prefix, count, first rank. Returns the number of users ranked before the first entry, and the members with scores; false before the first rebuild.
local live = redis.call('HGET', meta, 'ranking')
if not live then return false end
local before = tonumber(ARGV[3]) - 1
return { before, redis.call('ZRANGE', key(live, 'order'), string.format('%.0f', before), string.format('%.0f', before + ARGV[2] - 1), 'WITHSCORES') }
