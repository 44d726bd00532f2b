-- ARGV: prefix, user id, radius. Returns the number of users ranked before the first entry, and the members with scores; false before the first rebuild.
local live = redis.call('HGET', meta, 'live')
if not live then return false end
local standing = redis.call('HGET', key(live, 'standings'), ARGV[2])
local ranked = standing and member(ARGV[2], standing)
if not ranked then return { 0, {} } end
local before = redis.call('ZRANK', key(live, 'order'), ranked)
local first = math.max(before - ARGV[3], 0)
return { first, redis.call('ZRANGE', key(live, 'order'), first, before + ARGV[3], 'WITHSCORES') }
