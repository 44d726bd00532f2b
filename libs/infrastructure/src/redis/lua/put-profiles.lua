-- KEYS: the profiles. ARGV: the mark that was read, the new mark, then user ids and profiles in turn; an empty profile removes one.
if (redis.call('HGET', KEYS[1], '') or '') ~= ARGV[1] then return 0 end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i]) else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
redis.call('HSET', KEYS[1], '', ARGV[2])
return 1
