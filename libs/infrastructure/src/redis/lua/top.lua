-- ARGV: prefix, count. Returns the places before the first and the members with their scores; false while cold.
local live = redis.call('HGET', meta, 'live')
if not live then return false end
return { 0, redis.call('ZRANGE', key(live, 'order'), 0, ARGV[2] - 1, 'WITHSCORES') }
