-- Key names, and the functions that read and write one generation of keys.
--
-- A standing is stored as "score:reachedAt:version:hidden", reachedAt padded to 16 digits. Its member in the sorted set is
-- reachedAt .. userId with score -score. Redis sorts equal scores by the bytes of the member, so ascending order is the ranking.
local meta, board, prefix = KEYS[1], KEYS[2], ARGV[1]

local MAX_RANGES = 1000

local function key(generation, name)
  return prefix .. generation .. ':' .. name
end

-- The sorted-set member of a standing and its score; nil if the standing is not ranked.
local function member(user, standing)
  local score, reached, hidden = string.match(standing, '^(%d+):(%d+):%d+:(%d)$')
  if hidden == '1' or score == '0' then return nil end
  return reached .. user, score
end

local function version(standing)
  return standing and tonumber(string.match(standing, '^%d+:%d+:(%d+)')) or -1
end

local function write(generation, newest, held)
  local fields, added, removed = {}, {}, {}
  for user, standing in pairs(newest) do
    fields[#fields + 1] = user
    fields[#fields + 1] = standing
    local old = held[user] and member(user, held[user])
    local new, score = member(user, standing)
    if old and old ~= new then removed[#removed + 1] = old end
    if new then
      added[#added + 1] = '-' .. score
      added[#added + 1] = new
    end
  end
  if #fields > 0 then redis.call('HSET', key(generation, 'standings'), unpack(fields)) end
  if #removed > 0 then redis.call('ZREM', key(generation, 'order'), unpack(removed)) end
  if #added > 0 then redis.call('ZADD', key(generation, 'order'), unpack(added)) end
end

-- Stores the standings in ARGV from index `first` (alternating user ids and standings), unless the stored one is as new or newer.
local function record(generation, first)
  if first > #ARGV then return end
  local users, held, newest = {}, {}, {}
  for i = first, #ARGV, 2 do users[#users + 1] = ARGV[i] end
  for i, standing in ipairs(redis.call('HMGET', key(generation, 'standings'), unpack(users))) do held[users[i]] = standing end
  for i = first, #ARGV, 2 do
    local user, standing = ARGV[i], ARGV[i + 1]
    if version(standing) > version(newest[user] or held[user]) then newest[user] = standing end
  end
  write(generation, newest, held)
end

-- Marks the ledger range (from, to] as covered. Ranges are stored as "from-to,from-to,…", sorted and merged. The watermark is
-- the end of the range that starts at 0. Beyond MAX_RANGES the newest range is dropped; it is read from the ledger again.
local function cover(generation, from, to)
  if to <= from then return end
  local ranges, merged, texts = { { from, to } }, {}, {}
  for first, last in string.gmatch(redis.call('GET', key(generation, 'covered')) or '', '(%d+)-(%d+)') do
    ranges[#ranges + 1] = { tonumber(first), tonumber(last) }
  end
  table.sort(ranges, function(a, b) return a[1] < b[1] end)
  for _, range in ipairs(ranges) do
    local last = merged[#merged]
    if last and range[1] <= last[2] then last[2] = math.max(last[2], range[2]) else merged[#merged + 1] = range end
  end
  for i = 1, math.min(#merged, MAX_RANGES) do texts[i] = string.format('%.0f-%.0f', merged[i][1], merged[i][2]) end
  redis.call('SET', key(generation, 'covered'), table.concat(texts, ','))
end

local function drop(generation)
  redis.call('UNLINK', key(generation, 'order'), key(generation, 'standings'), key(generation, 'covered'))
end

local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
