-- ARGV: prefix, then user ids. Returns for each its standing and the places before it, where it has one; false while cold.
local live = redis.call('HGET', meta, 'live')
if not live then return false end
local places = {}
for i = 2, #ARGV do
  local standing = redis.call('HGET', key(live, 'standings'), ARGV[i])
  local ranked = standing and member(ARGV[i], standing)
  places[i - 1] = standing and { standing, ranked and redis.call('ZRANK', key(live, 'order'), ranked) }
end
return places
