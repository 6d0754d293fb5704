--- @include "read-lease"
--- @include "read-queue"
--[[
  The part of the user that a take needs, from the fields p, f, l and m of the feed hash. `m` is the end
  of a refill under way (10 digits), a space, and the two cursors as decimals.
]]
local function readUser(fields)
  local meta = fields[4]
  return {
    known = meta and true or false,
    popularity = readQueue(fields[1]),
    freshness = readQueue(fields[2]),
    lease = readLease(fields[3]),
    leaseStored = fields[3] and true or false,
    refillUntil = meta and tonumber(string.sub(meta, 1, 10)) or 0,
    cursors = meta and string.sub(meta, 12) or "0 0 0 0 0 0 0 0",
  }
end
