--[[
  answers-keep-2: keep an answer of a user, and its name among those that the user has.

  Access read-write
  KEYS[1] answer   string
  KEYS[2] answers  sorted set of the user: keys of answers by when each ends
  ARGV[1] the answer
  ARGV[2] its life, ms, 1 or more
  ARGV[3] when it ends, epoch ms
  ARGV[4] now, epoch ms
  Returns how many answers the user has, this one included
]]
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", ARGV[4])
redis.call("ZADD", KEYS[2], ARGV[3], KEYS[1])
-- The set lasts as long as the answer that lasts longest; -1 is a set that was just made.
if redis.call("PTTL", KEYS[2]) < tonumber(ARGV[2]) then
  redis.call("PEXPIRE", KEYS[2], ARGV[2])
end
return redis.call("ZCARD", KEYS[2])
