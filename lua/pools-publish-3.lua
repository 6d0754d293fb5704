--[[
  pools-publish-3: make a staged version current, in one step.
  The pointer moves only forward and only to a complete version. The current version never expires; the one
  it replaces does, late enough for readers that still hold its manifest.

  Access read-write
  KEYS[1] pointer   hash: version and manifest of the current pools
  KEYS[2] version   hash to publish
  KEYS[3] replaced  hash of the version that the caller found current (of version 0 when there was none)
  ARGV[1] version
  ARGV[2] manifest
  ARGV[3] version that the caller found current, 0 when there was none
  ARGV[4] fields that make the version complete
  ARGV[5] life of the replaced version (s)
  Returns { outcome, current version }; outcome "moved" asks the caller to read the pointer again
]]
local current = redis.call("HGET", KEYS[1], "version") or "0"
local version = tonumber(ARGV[1])
if tonumber(current) > version then
  return { "superseded", current }
end
if tonumber(current) == version then
  return { "published", current }
end
if current ~= ARGV[3] then
  return { "moved", current }
end
if redis.call("HLEN", KEYS[2]) ~= tonumber(ARGV[4]) then
  return { "incomplete", current }
end
redis.call("PERSIST", KEYS[2])
redis.call("HSET", KEYS[1], "version", ARGV[1], "manifest", ARGV[2])
redis.call("EXPIRE", KEYS[3], ARGV[5])
return { "published", ARGV[1] }
