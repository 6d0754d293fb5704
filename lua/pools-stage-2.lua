--[[
  pools-stage-2: store one field of a version that is being built.
  The version expires by itself unless it is published. Nothing is written to a version that is current
  or older: its expiry is the publisher's business.

  Access read-write
  KEYS[1] pointer  hash: version and manifest of the current pools
  KEYS[2] version  hash: manifest, slices and facts
  ARGV[1] version
  ARGV[2] field name
  ARGV[3] text
  ARGV[4] life of a version that is never published (s)
  Returns 1, or 0 when this version or a newer one is current
]]
if tonumber(redis.call("HGET", KEYS[1], "version") or "0") >= tonumber(ARGV[1]) then
  return 0
end
redis.call("HSET", KEYS[2], ARGV[2], ARGV[3])
redis.call("EXPIRE", KEYS[2], ARGV[4])
return 1
