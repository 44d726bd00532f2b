-- The rebuild in `meta`: `rebuild` is its generation, `rebuildLedger` that generation's ledger, `rebuildHolder` the process that fills it and
-- `rebuildLease` until when that process may be silent. `rebuildRoom` is for how many more users the generation has buckets already; they are counted in `rebuildUsers`. `rebuildProgress`
-- is "upTo:filled:after", set with each page. `rebuildShown` is set while its board is the one to read.
local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function forget_rebuild()
  redis.call('HDEL', meta, 'rebuild', 'rebuildUsers', 'rebuildRoom', 'rebuildLedger', 'rebuildLease', 'rebuildHolder', 'rebuildProgress', 'rebuildShown')
end

local function drop_rebuild()
  discard('rebuild')
  local ranking, released, shown = unpack(redis.call('HMGET', meta, 'ranking', 'live', 'rebuildShown'))
  forget_rebuild()
  -- Beside a ranking of version 0.2.0 the board stays: the processes of that version write it too.
  if shown and not (ranking or released) then redis.call('UNLINK', board) end
end

-- Extends the lease by ARGV[4] ms. False if this caller, ARGV[3], does not hold the rebuild of the generation ARGV[2] any more.
local function renew()
  local rebuilt, holder = unpack(redis.call('HMGET', meta, 'rebuild', 'rebuildHolder'))
  if rebuilt ~= ARGV[2] or holder ~= ARGV[3] then return false end
  redis.call('HSET', meta, 'rebuildLease', string.format('%.0f', milliseconds() + ARGV[4]))
  return true
end

-- The generation of which the board is the one to read: the ranking, or before there is one a rebuild that shows its board; otherwise false.
local function visible()
  local ranking, rebuilt, shown = unpack(redis.call('HMGET', meta, 'ranking', 'rebuild', 'rebuildShown'))
  return ranking or shown and rebuilt
end
