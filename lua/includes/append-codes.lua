--- @include "count-codes"
-- Puts codes behind a queue, as a batch of their own.
local function appendCodes(queue, codes, expiry)
  if codes == "" then
    return
  end
  queue.expiries[#queue.expiries + 1] = expiry
  queue.counts[#queue.counts + 1] = countCodes(codes)
  queue.codes = queue.codes .. codes
end
