-- Returns the number of ranked users; false before the first rebuild.
local live = redis.call('HGET', meta, 'ranking')
if not live then return false end
return redis.call('ZCARD', key(live, 'order'))
