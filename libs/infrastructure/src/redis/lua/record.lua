-- Writing standings into a generation. `role` is the field of meta that names it: `ranking` is read by readers, `rebuild` is being filled.

-- Reads one of the packed standings (packStandings in packed-standings.ts). Returns the user, the stored value, the member, the text of the
-- negated score or '' if the user is not ranked, the version, and where the next one begins.
local function unpack_standing(packed, at)
  local user, value, score, reached, version
  user, value, score, reached, version, at = struct.unpack('>Bc0Bc0Bc0c7d', packed, at)
  return user, value, reached .. user, score, version, at
end

-- The packed standings by user; the newest of each.
local function unpack_standings(packed)
  local newest, at = {}, 1
  while at <= #packed do
    local user, value, ranked, score, version
    user, value, ranked, score, version, at = unpack_standing(packed, at)
    if not newest[user] or newest[user].version < version then
      newest[user] = { value = value, member = score ~= '' and ranked, version = version, score = score }
    end
  end
  return newest
end

-- Adds bucket number `count` - 1, with the users of another bucket that belong there. Returns how many users that bucket had.
local function split(generation, count)
  local size = power(count)
  local source = standings(generation, count - 1 - size / 2)
  local entries, moved, left = redis.call('HGETALL', source), {}, {}
  for i = 1, #entries, 2 do
    if bucket(entries[i], count, size) == count - 1 then
      left[#left + 1] = entries[i]
      moved[#moved + 1] = entries[i]
      moved[#moved + 1] = entries[i + 1]
    end
  end
  if #left > 0 then
    redis.call('HSET', standings(generation, count - 1), unpack(moved))
    redis.call('HDEL', source, unpack(left))
  end
  return #entries / 2
end

-- Counts `new` users and adds the buckets that they need. `<role>Room` is for how many of them expect-rebuild.lua has added buckets before.
local function grow(role, new)
  if new == 0 then return end
  local generation, users, room = unpack(redis.call('HMGET', meta, role, role .. 'Users', role .. 'Room'))
  local housed = math.min(room or 0, new)
  for last = buckets(users) + 1, buckets(users + new - housed) do split(generation, last) end
  redis.call('HSET', meta, role .. 'Users', users + new - housed)
  if room then redis.call('HSET', meta, role .. 'Room', room - housed) end
end

-- Stores the standings, unless the stored one is as new or newer.
local function record(role, newest)
  local generation, users = unpack(redis.call('HMGET', meta, role, role .. 'Users'))
  local count, order, added, removed, new = buckets(users), key(generation, 'order'), {}, {}, 0
  local size = power(count)
  for user, standing in pairs(newest) do
    local hash = standings(generation, bucket(user, count, size))
    local held = redis.call('HGET', hash, user)
    local old, version = nil, -1
    if held then old, version = parse(user, held) else new = new + 1 end
    if version < standing.version then
      redis.call('HSET', hash, user, standing.value)
      if old and old ~= standing.member then removed[#removed + 1] = old end
      if standing.member then
        added[#added + 1] = standing.score
        added[#added + 1] = standing.member
      end
    end
  end
  if #removed > 0 then redis.call('ZREM', order, unpack(removed)) end
  if #added > 0 then redis.call('ZADD', order, unpack(added)) end
  grow(role, new)
end

-- Removes the user. The number of users in meta stays: it decides the number of hashes, and the last one may hold others. The next rebuild counts anew.
local function erase(role, user)
  local generation, users = unpack(redis.call('HMGET', meta, role, role .. 'Users'))
  local ranked, value, hash = find(generation, users, user)
  if ranked then redis.call('ZREM', key(generation, 'order'), ranked) end
  if value then redis.call('HDEL', hash, user) end
end
