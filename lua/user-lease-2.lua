--[[
  user-lease-2: commit a leased page that was served, and set the next page aside.
  A leased page is in no queue; when its time is over it returns to the front. A commit starts the
  cooldown whatever became of the lease, so a late one still cannot serve an item twice.

  Access read-write
  KEYS[1] feed    hash of the user
  KEYS[2] served  list of the user
  ARGV[1] now (s)
  ARGV[2] 1 to commit a page
  ARGV[3] token of the committed page
  ARGV[4] its popularity codes
  ARGV[5] its freshness codes
  ARGV[6] its fallback codes
  ARGV[7] 1 to lease a page
  ARGV[8] token of the page to lease
  ARGV[9] popularity items wanted
  ARGV[10] freshness items wanted
  ARGV[11] 1 when a short feed is made up from the other one
  ARGV[12] end of the lease (s)
  ARGV[13] low-water mark
  ARGV[14] refill lease (s)
  ARGV[15] cooldown (s)
  ARGV[16] life of a new user's state (s)
  Returns { outcome, popularity, freshness, levels of both, cursors, refill granted }
]]
--- @include "includes/count-codes"
--- @include "includes/encode-served"
--- @include "includes/find-served"
--- @include "includes/grant-refill"
--- @include "includes/hold-codes"
--- @include "includes/plan-page"
--- @include "includes/push-served"
--- @include "includes/read-user"
--- @include "includes/settle"
--- @include "includes/split-front"
--- @include "includes/user-without"
--- @include "includes/write-user"

local now = tonumber(ARGV[1])
local user = readUser(redis.call("HMGET", KEYS[1], "p", "f", "l", "m"))

local function serve()
  local expiry = now + tonumber(ARGV[15])
  pushServed(KEYS[2], encodeServed(expiry, ARGV[3], ARGV[4], ARGV[5], ARGV[6]), ARGV[15])
end

if ARGV[2] == "1" then
  local token, codes = ARGV[3], ARGV[4] .. ARGV[5] .. ARGV[6]
  if user.lease and user.lease.token == token then
    user.lease = nil
    if codes ~= "" then
      serve()
    end
  else
    -- A repeated commit, or one that came when the lease had run out: its items are back in the queues.
    if codes ~= "" and not findServed(redis.call("LRANGE", KEYS[2], 0, -1), token) then
      serve()
    end
    local gone = {}
    holdCodes(gone, codes)
    userWithout(user, gone)
  end
end
settle(user, now)

local outcome, popularity, freshness = "none", "", ""
if ARGV[7] == "1" then
  local popularityCount, freshnessCount, whole =
    planPage(user, tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11] == "1")
  if user.lease then
    outcome = "held"
  elseif not whole then
    outcome = "short"
  else
    outcome = "leased"
    local popularityExpiry, freshnessExpiry
    popularity, popularityExpiry = splitFront(user.popularity, popularityCount)
    freshness, freshnessExpiry = splitFront(user.freshness, freshnessCount)
    user.lease = {
      token = ARGV[8],
      untilSeconds = tonumber(ARGV[12]),
      popularity = popularity,
      freshness = freshness,
      popularityExpiry = popularityExpiry,
      freshnessExpiry = freshnessExpiry,
    }
  end
end

local granted = grantRefill(user, now, tonumber(ARGV[13]), tonumber(ARGV[14]))
writeUser(KEYS[1], user)
if not user.known then
  redis.call("EXPIRE", KEYS[1], ARGV[16])
end
return {
  outcome,
  popularity,
  freshness,
  countCodes(user.popularity.codes),
  countCodes(user.freshness.codes),
  user.cursors,
  granted,
}
