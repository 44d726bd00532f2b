-- ARGV: prefix, generation, holder, lease in ms, `rebuildProgress` or empty, packed standings. Returns 1, or false if another rebuild replaced this one.
if not renew() then return false end

-- Like `record`, with one call for a user whom the generation does not have, as nearly all are.
local function fill(generation, packed)
  local count, order, added, held, new, at = buckets(redis.call('HGET', meta, 'rebuildUsers')), key(generation, 'order'), {}, {}, 0, 1
  local size = power(count)
  while at <= #packed do
    local from, user, value, ranked, score, version = at
    user, value, ranked, score, version, at = unpack_standing(packed, at)
    if redis.call('HSETNX', standings(generation, bucket(user, count, size)), user, value) == 0 then
      held[#held + 1] = string.sub(packed, from, at - 1)
    else
      new = new + 1
      if score ~= '' then
        added[#added + 1] = score
        added[#added + 1] = ranked
      end
    end
  end
  if #added > 0 then redis.call('ZADD', order, unpack(added)) end
  grow('rebuild', new)
  if #held > 0 then record('rebuild', unpack_standings(table.concat(held))) end
end

fill(ARGV[2], ARGV[6])
if ARGV[5] ~= '' then redis.call('HSET', meta, 'rebuildProgress', ARGV[5]) end
if visible() == ARGV[2] then refresh_board(ARGV[2], 0) end
return 1
