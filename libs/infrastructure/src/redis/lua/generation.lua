-- The keys of one generation, and where a user's standing is in them. packed-standings.ts describes ids, `<generation>:order` and the standings.
local meta, board, prefix = KEYS[1], KEYS[2], ARGV[1]

-- Redis stores a hash of so few short fields in one compact block (a listpack), searched from its start.
local USERS_PER_BUCKET = 32

local function key(generation, name)
  return prefix .. generation .. ':' .. name
end

local function buckets(users)
  return math.floor(users / USERS_PER_BUCKET) + 1
end

-- The smallest power of two that is at least `count`.
local function power(count)
  local _, exponent = math.frexp(count - 1)
  return math.ldexp(1, exponent)
end

-- The bucket of a user among `count`, `size` being power(count). Linear hashing (Litwin, 1980): one bucket more takes users from only one other.
local function bucket(user, count, size)
  local number = tonumber(string.sub(redis.sha1hex(user), 1, 8), 16) % size
  return number < count and number or number - size / 2
end

local function standings(generation, number)
  return prefix .. generation .. ':' .. number .. ':standings'
end

-- The user's member in the sorted set. Redis sorts equal scores by the bytes of the member, so ascending order is the ranking.
local function member(user, reached)
  return struct.pack('>I7', reached) .. user
end

-- Of a user with a stored standing: the member, or false if the user is not ranked, and the version.
local function parse(user, value)
  local same = tonumber(value)
  if same then return member(user, same), same end
  local reached, version, score = string.match(value, '^(%d+):(%d+):?(%d*)$')
  return score == '' and member(user, tonumber(reached)), tonumber(version)
end

-- Of any user: the member, or nil if the user is not ranked; the stored value, or nil if the user is unknown; and the hash that holds it.
local function find(generation, users, user)
  local count = buckets(users)
  local hash = standings(generation, bucket(user, count, power(count)))
  local value = redis.call('HGET', hash, user)
  if not value then return nil, nil, hash end
  return parse(user, value) or nil, value, hash
end
