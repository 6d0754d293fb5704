--[[
  user-forget-2: remove everything held about a user.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  Returns the number of keys removed
]]
return redis.call("DEL", KEYS[1], KEYS[2])
