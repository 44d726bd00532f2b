-- ARGV: prefix, packed id, radius. Returns the number of users ranked before the first entry, and the members with scores; false before the first rebuild.
local live, users = unpack(redis.call('HMGET', meta, 'ranking', 'rankingUsers'))
if not live then return false end
local ranked = find(live, users, struct.unpack('>Bc0', ARGV[2]))
local before = ranked and redis.call('ZRANK', key(live, 'order'), ranked)
if not before then return { 0, {} } end
local first = math.max(before - ARGV[3], 0)
return { first, redis.call('ZRANGE', key(live, 'order'), first, before + ARGV[3], 'WITHSCORES') }
