--- @include "encode-meta"
--- @include "write-lease"
--- @include "write-queue"
-- Stores what `readUser` reads, in one call. A lease that ended is emptied: HDEL would be a second call.
local function writeUser(key, user)
  local meta = encodeMeta(user)
  local popularity, freshness = writeQueue(user.popularity), writeQueue(user.freshness)
  if user.lease or user.leaseStored then
    local lease = user.lease and writeLease(user.lease) or ""
    redis.call("HSET", key, "p", popularity, "f", freshness, "m", meta, "l", lease)
  else
    redis.call("HSET", key, "p", popularity, "f", freshness, "m", meta)
  end
end
