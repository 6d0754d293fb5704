--[[
  user-peek-3: look at what waits for the user, and check candidates against what the user has had.
  Takes nothing and stores nothing but the count of peeks, and a refill lease when it grants one. An expired lease
  counts as returned; a candidate that is both watched and cooling down is watched.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  KEYS[3] peeks   number of peeks of the user in this second
  ARGV[1] now (s)
  ARGV[2] popularity items wanted from the head of the queue
  ARGV[3] freshness items wanted
  ARGV[4] candidates
  ARGV[5] peeks allowed in this second; empty: this one is not counted
  ARGV[6] life of their number (s)
  ARGV[7] low-water mark
  ARGV[8] refill lease (s)
  ARGV[9] life of a new user's state (s)
  Returns { outcome, popularity, freshness, cooling, watched, recently watched, known, levels of both, cursors,
    refill granted }; the outcome alone when it is "refused"
]]
--- @include "includes/code-hashes"
--- @include "includes/count-codes"
--- @include "includes/digit-values"
--- @include "includes/encode-meta"
--- @include "includes/grant-refill"
--- @include "includes/hold-codes"
--- @include "includes/load-bits"
--- @include "includes/might-contain"
--- @include "includes/read-layers"
--- @include "includes/read-user"
--- @include "includes/served-codes"
--- @include "includes/settle"

if ARGV[5] ~= "" then
  local peeks = redis.call("INCR", KEYS[3])
  if peeks == 1 then
    redis.call("EXPIRE", KEYS[3], ARGV[6])
  end
  if peeks > tonumber(ARGV[5]) then
    return { "refused" }
  end
end

local now = tonumber(ARGV[1])
local fields = redis.call("HMGET", KEYS[1], "p", "f", "l", "m", "r", "w")
local user = readUser(fields)
settle(user, now)

local held, pages = {}, 0
for _, element in ipairs(redis.call("LRANGE", KEYS[2], 0, -1)) do
  if tonumber(string.sub(element, 1, 10)) > now then
    pages = pages + 1
    holdCodes(held, servedCodes(element))
  end
end
if user.lease then
  holdCodes(held, user.lease.popularity)
  holdCodes(held, user.lease.freshness)
end

local recent = {}
holdCodes(recent, fields[5] or "")
local layers = readLayers(fields[6], now)
if ARGV[4] ~= "" then
  loadBits(KEYS[1], layers, 1)
end
local values = digitValues()
local cooling, watched = {}, {}
for at = 1, #ARGV[4], 7 do
  local code = string.sub(ARGV[4], at, at + 6)
  if recent[code] or (#layers > 0 and mightContain(layers, codeHashes(values, code))) then
    watched[#watched + 1] = code
  elseif held[code] then
    cooling[#cooling + 1] = code
  end
end

local granted = grantRefill(user, now, tonumber(ARGV[7]), tonumber(ARGV[8]))
if granted == 1 then
  redis.call("HSET", KEYS[1], "m", encodeMeta(user))
  if not user.known then
    redis.call("EXPIRE", KEYS[1], ARGV[9])
  end
end
return {
  "peeked",
  string.sub(user.popularity.codes, 1, tonumber(ARGV[2]) * 7),
  string.sub(user.freshness.codes, 1, tonumber(ARGV[3]) * 7),
  table.concat(cooling),
  table.concat(watched),
  fields[5] or "",
  (user.known or fields[6] or pages > 0) and 1 or 0,
  countCodes(user.popularity.codes),
  countCodes(user.freshness.codes),
  user.cursors,
  granted,
}
