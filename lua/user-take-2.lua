--[[
  user-take-2: take a whole page from the queues and start its cooldown, or take nothing.
  Leaving the queues and entering the cooldown are one step, so a crash between them cannot serve an item
  twice; a token that was served before finds the same page again.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  ARGV[1] now (s)
  ARGV[2] token of the page
  ARGV[3] served pages to search for the token
  ARGV[4] popularity items wanted
  ARGV[5] freshness items wanted
  ARGV[6] 1 when a short feed is made up from the other one
  ARGV[7] low-water mark
  ARGV[8] refill lease (s)
  ARGV[9] cooldown (s)
  ARGV[10] life of a new user's state (s); an old user's was set by the refill
  Returns { outcome, popularity, freshness, fallback, levels of both, cursors, refill granted }
]]
--- @include "includes/count-codes"
--- @include "includes/encode-served"
--- @include "includes/find-served"
--- @include "includes/grant-refill"
--- @include "includes/plan-page"
--- @include "includes/push-served"
--- @include "includes/read-user"
--- @include "includes/settle"
--- @include "includes/split-front"
--- @include "includes/write-user"

local now, token, lookback = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local user = readUser(redis.call("HMGET", KEYS[1], "p", "f", "l", "m"))

local function reply(outcome, popularity, freshness, fallback, granted)
  return {
    outcome,
    popularity,
    freshness,
    fallback,
    countCodes(user.popularity.codes),
    countCodes(user.freshness.codes),
    user.cursors,
    granted,
  }
end

local function store()
  local granted = grantRefill(user, now, tonumber(ARGV[7]), tonumber(ARGV[8]))
  writeUser(KEYS[1], user)
  if not user.known then
    redis.call("EXPIRE", KEYS[1], ARGV[10])
  end
  return granted
end

local function serve(popularity, freshness)
  if popularity ~= "" or freshness ~= "" then
    local expiry = now + tonumber(ARGV[9])
    pushServed(KEYS[2], encodeServed(expiry, token, popularity, freshness, ""), ARGV[9])
  end
end

if lookback > 0 then
  local served = redis.call("LRANGE", KEYS[2], -lookback, -1)
  local popularity, freshness, fallback = findServed(served, token)
  if popularity then
    return reply("repeated", popularity, freshness, fallback, 0)
  end
end

local lease = user.lease
if lease and lease.token == token then
  user.lease = nil
  settle(user, now)
  -- A mark may have taken items out of the leased page: it is made whole again from the queues.
  local leased = countCodes(lease.popularity)
  local missing =
    math.max(0, tonumber(ARGV[4]) + tonumber(ARGV[5]) - leased - countCodes(lease.freshness))
  local more = math.max(0, math.min(missing, tonumber(ARGV[4]) - leased))
  local popularityCount, freshnessCount = planPage(user, more, missing - more, ARGV[6] == "1")
  local popularity = lease.popularity .. splitFront(user.popularity, popularityCount)
  local freshness = lease.freshness .. splitFront(user.freshness, freshnessCount)
  local granted = store()
  serve(popularity, freshness)
  return reply("taken", popularity, freshness, "", granted)
end

settle(user, now)
local popularityCount, freshnessCount, whole =
  planPage(user, tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == "1")
if not whole then
  return reply("short", "", "", "", store())
end
local popularity = splitFront(user.popularity, popularityCount)
local freshness = splitFront(user.freshness, freshnessCount)
local granted = store()
serve(popularity, freshness)
return reply("taken", popularity, freshness, "", granted)
