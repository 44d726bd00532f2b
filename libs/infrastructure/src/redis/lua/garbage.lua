-- Generations that are no longer used. A million users are 30,000 keys, too many for one call, so `garbage` in meta lists what is left to delete as
-- "generation:buckets,…". Each put, and the end of a rebuild, deletes some. If a process dies, the next put continues.
local SWEPT = 200

-- The generation in the field `role` of meta is no longer used. The caller names another one, or removes the field.
local function discard(role)
  local generation, users, garbage = unpack(redis.call('HMGET', meta, role, role .. 'Users', 'garbage'))
  redis.call('UNLINK', key(generation, 'order'), key(generation, 'covered'))
  redis.call('HSET', meta, 'garbage', (garbage or '') .. generation .. ':' .. buckets(users) .. ',')
end

-- Deletes up to SWEPT keys. Returns 1 if more are left, otherwise 0.
local function sweep()
  local garbage = redis.call('HGET', meta, 'garbage')
  if not garbage then return 0 end
  local generation, count, others = string.match(garbage, '^(.-):(%d+),(.*)$')
  local left, names = math.max(count - SWEPT, 0), {}
  for i = left, count - 1 do names[#names + 1] = standings(generation, i) end
  redis.call('UNLINK', unpack(names))
  garbage = (left > 0 and generation .. ':' .. left .. ',' or '') .. others
  if garbage == '' then redis.call('HDEL', meta, 'garbage') else redis.call('HSET', meta, 'garbage', garbage) end
  return garbage == '' and 0 or 1
end
