-- ARGV: prefix, packed ids. Returns for each the stored value and, if ranked, the number of users ranked before and the negated score.
-- Returns false before the first rebuild.
local live, users = unpack(redis.call('HMGET', meta, 'ranking', 'rankingUsers'))
if not live then return false end
local order, places, at = key(live, 'order'), {}, 1
while at <= #ARGV[2] do
  local user
  user, at = struct.unpack('>Bc0', ARGV[2], at)
  local ranked, value = find(live, users, user)
  places[#places + 1] = value and { value, ranked and redis.call('ZRANK', order, ranked), ranked and redis.call('ZSCORE', order, ranked) } or false
end
return places
