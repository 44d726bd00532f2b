-- ARGV: prefix, then user ids. Returns for each the standing and, if ranked, the number of users ranked before; false before the first rebuild.
local live = redis.call('HGET', meta, 'live')
if not live then return false end
local places = {}
for i = 2, #ARGV do
  local standing = redis.call('HGET', key(live, 'standings'), ARGV[i])
  local ranked = standing and member(ARGV[i], standing)
  places[i - 1] = standing and { standing, ranked and redis.call('ZRANK', key(live, 'order'), ranked) }
end
return places
