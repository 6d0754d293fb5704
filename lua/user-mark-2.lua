--[[
  user-mark-2: hide items. They leave the queues at once, and enter the cooldown or the watched filter.
  The last watched items are kept exactly; older ones move to the Bloom layers. A leased page loses them, too, but
  stays leased: it may have been served already, with its commit still on the way.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  ARGV[1] now (s)
  ARGV[2] codes
  ARGV[3] 1 to start the cooldown, 0 to mark as watched
  ARGV[4] cooldown (s)
  ARGV[5] watched items kept exactly
  ARGV[6] life of the user's state (s)
  Returns the number of items that were queued or leased
]]
--- @include "includes/add-watched"
--- @include "includes/each-code"
--- @include "includes/encode-served"
--- @include "includes/held-codes"
--- @include "includes/load-bits"
--- @include "includes/push-served"
--- @include "includes/read-layers"
--- @include "includes/read-user"
--- @include "includes/user-without"
--- @include "includes/write-user"
--- @include "includes/write-watched"

local now = tonumber(ARGV[1])
local fields = redis.call("HMGET", KEYS[1], "p", "f", "l", "m", "r", "w")

local gone, marked = {}, {}
for code in eachCode(ARGV[2]) do
  if not gone[code] then
    gone[code] = true
    marked[#marked + 1] = code
  end
end

local user = readUser(fields)
local before = heldCodes(user)
userWithout(user, gone)
local removed = before - heldCodes(user)
if removed > 0 then
  writeUser(KEYS[1], user)
end

if ARGV[3] == "1" then
  local expiry = now + tonumber(ARGV[4])
  pushServed(KEYS[2], encodeServed(expiry, "", "", "", table.concat(marked)), ARGV[4])
  return removed
end

local recent = {}
for code in eachCode(fields[5] or "") do
  if not gone[code] then
    recent[#recent + 1] = code
  end
end
for index = 1, #marked do
  recent[#recent + 1] = marked[index]
end
local overflow = {}
for index = 1, #recent - tonumber(ARGV[5]) do
  overflow[index] = recent[index]
end
local layers, expired = readLayers(fields[6], now)
if #overflow > 0 then
  loadBits(KEYS[1], layers, math.max(1, #layers))
  addWatched(layers, overflow, now)
end
writeWatched(KEYS[1], layers, expired, table.concat(recent, "", #overflow + 1))
redis.call("EXPIRE", KEYS[1], ARGV[6])
return removed
