--- @include "count-codes"
-- How many codes of each queue a page is cut from, with carry-over; `whole` when it is complete.
local function planPage(user, wantPopularity, wantFreshness, carryOver)
  local popularityLevel = countCodes(user.popularity.codes)
  local freshnessLevel = countCodes(user.freshness.codes)
  local popularity = math.min(wantPopularity, popularityLevel)
  local freshness = math.min(wantFreshness, freshnessLevel)
  local total = wantPopularity + wantFreshness
  if carryOver then
    popularity = popularity + math.min(total - popularity - freshness, popularityLevel - popularity)
    freshness = freshness + math.min(total - popularity - freshness, freshnessLevel - freshness)
  end
  return popularity, freshness, popularity + freshness == total
end
