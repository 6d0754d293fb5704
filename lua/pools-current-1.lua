--[[
  pools-current-1: the manifest of the current pools.

  Access read-only
  KEYS[1] pointer  hash: version and manifest of the current pools
  Returns the manifest, empty when there are no pools
]]
return redis.call("HGET", KEYS[1], "manifest") or ""
