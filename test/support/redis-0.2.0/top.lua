-- ARGV: prefix, count. Returns the number of users ranked before the first entry (0), and the members with scores; false before the first rebuild.
local live = redis.call('HGET', meta, 'live')
if not live then return false end
return { 0, redis.call('ZRANGE', key(live, 'order'), 0, ARGV[2] - 1, 'WITHSCORES') }
