--[[
  user-refill-2: offer candidates to the queues, keep what is new and unseen, and take a page in the same
  step when asked. What is queued, leased, cooling down or watched is never queued again.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  ARGV[1] now (s)
  ARGV[2] popularity candidates
  ARGV[3] freshness candidates
  ARGV[4] fallback candidates, for the page of this call only
  ARGV[5] popularity cursor where the candidates start: version, position, total, until
  ARGV[6] freshness cursor
  ARGV[7] capacity of the popularity queue
  ARGV[8] capacity of the freshness queue
  ARGV[9] expiry of the new entries (s)
  ARGV[10] cooldown (s)
  ARGV[11] codes that the cooldown holds before its oldest pages move to the watched filter
  ARGV[12] life of the user's state (s)
  ARGV[13] 1 to take a page, whole or not
  ARGV[14] token of the page
  ARGV[15] popularity items wanted
  ARGV[16] freshness items wanted
  ARGV[17] 1 when a short feed is made up from the other one
  ARGV[18] where the popularity walk stands when all candidates were examined; empty: behind the last one
  ARGV[19] where the freshness walk stands then
  Returns { popularity, freshness, fallback, levels of both, cursors, added to both, examined of both,
    known, watched }
]]
--- @include "includes/advance-cursor"
--- @include "includes/append-codes"
--- @include "includes/count-codes"
--- @include "includes/digit-values"
--- @include "includes/drop-served"
--- @include "includes/encode-served"
--- @include "includes/examine"
--- @include "includes/find-served"
--- @include "includes/fold-cooldown"
--- @include "includes/hold-codes"
--- @include "includes/load-bits"
--- @include "includes/plan-page"
--- @include "includes/push-served"
--- @include "includes/read-layers"
--- @include "includes/read-user"
--- @include "includes/served-codes"
--- @include "includes/settle"
--- @include "includes/split-front"
--- @include "includes/write-user"
--- @include "includes/write-watched"

local now = tonumber(ARGV[1])
local fields = redis.call("HMGET", KEYS[1], "p", "f", "l", "m", "r", "w")
local user = readUser(fields)
settle(user, now)

local served = dropServed(KEYS[2], redis.call("LRANGE", KEYS[2], 0, -1), now)
local layers, expired = readLayers(fields[6], now)
loadBits(KEYS[1], layers, 1)
local folded
served, folded = foldCooldown(KEYS[2], served, layers, tonumber(ARGV[11]), now)
if folded then
  writeWatched(KEYS[1], layers, expired)
end

local held = {}
holdCodes(held, user.popularity.codes)
holdCodes(held, user.freshness.codes)
holdCodes(held, fields[5] or "")
if user.lease then
  holdCodes(held, user.lease.popularity)
  holdCodes(held, user.lease.freshness)
end
for index = 1, #served do
  holdCodes(held, servedCodes(served[index]))
end

local sift = { held = held, layers = layers, values = digitValues(), known = 0, watched = 0 }
-- A batch counts its codes in four digits.
local popular, popularExamined =
  examine(sift, ARGV[2], math.min(tonumber(ARGV[7]), 9999) - countCodes(user.popularity.codes))
local fresh, freshExamined =
  examine(sift, ARGV[3], math.min(tonumber(ARGV[8]), 9999) - countCodes(user.freshness.codes))
appendCodes(user.popularity, popular, tonumber(ARGV[9]))
appendCodes(user.freshness, fresh, tonumber(ARGV[9]))
user.cursors = advanceCursor(ARGV[5], ARGV[2], popularExamined, ARGV[18])
  .. " "
  .. advanceCursor(ARGV[6], ARGV[3], freshExamined, ARGV[19])
user.refillUntil = 0

local popularity, freshness, fallback
if ARGV[13] == "1" then
  popularity, freshness, fallback = findServed(served, ARGV[14])
  if not popularity then
    local wantPopularity, wantFreshness = tonumber(ARGV[15]), tonumber(ARGV[16])
    local popularityCount, freshnessCount =
      planPage(user, wantPopularity, wantFreshness, ARGV[17] == "1")
    popularity = splitFront(user.popularity, popularityCount)
    freshness = splitFront(user.freshness, freshnessCount)
    local missing = wantPopularity + wantFreshness - popularityCount - freshnessCount
    fallback = examine(sift, ARGV[4], missing)
    -- A feed asked for alone and a dry fallback: what waits in the other queue is better than nothing.
    local still = missing - countCodes(fallback)
    local more = math.min(still, countCodes(user.popularity.codes))
    popularity = popularity .. splitFront(user.popularity, more)
    more = math.min(still - more, countCodes(user.freshness.codes))
    freshness = freshness .. splitFront(user.freshness, more)
    if popularity ~= "" or freshness ~= "" or fallback ~= "" then
      local expiry = now + tonumber(ARGV[10])
      local element = encodeServed(expiry, ARGV[14], popularity, freshness, fallback)
      pushServed(KEYS[2], element, ARGV[10])
    end
  end
end

writeUser(KEYS[1], user)
redis.call("EXPIRE", KEYS[1], ARGV[12])
return {
  popularity or "",
  freshness or "",
  fallback or "",
  countCodes(user.popularity.codes),
  countCodes(user.freshness.codes),
  user.cursors,
  countCodes(popular),
  countCodes(fresh),
  popularExamined,
  freshExamined,
  sift.known,
  sift.watched,
}
