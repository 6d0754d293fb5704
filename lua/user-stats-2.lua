--[[
  user-stats-2: what is held about a user. Changes nothing; an expired lease counts as returned.

  Access read-only
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  ARGV[1] now (s)
  ARGV[2] expiry from which an entry counts as valid (s)
  Returns { known, valid of both, cursors, held codes, codes cooling down, recent codes, layer index }
]]
--- @include "includes/count-codes"
--- @include "includes/held-codes"
--- @include "includes/read-user"
--- @include "includes/served-codes"
--- @include "includes/settle"

local now, floor = tonumber(ARGV[1]), tonumber(ARGV[2])
local fields = redis.call("HMGET", KEYS[1], "p", "f", "l", "m", "r", "w")
local user = readUser(fields)
settle(user, now)

local function valid(queue)
  local count = 0
  for batch = 1, #queue.counts do
    if queue.expiries[batch] >= floor then
      count = count + queue.counts[batch]
    end
  end
  return count
end

local cooling, pages = 0, 0
for _, element in ipairs(redis.call("LRANGE", KEYS[2], 0, -1)) do
  if tonumber(string.sub(element, 1, 10)) > now then
    pages = pages + 1
    cooling = cooling + countCodes(servedCodes(element))
  end
end

return {
  (user.known or fields[6] or pages > 0) and 1 or 0,
  valid(user.popularity),
  valid(user.freshness),
  user.cursors,
  heldCodes(user),
  cooling,
  countCodes(fields[5] or ""),
  fields[6] or "",
}
