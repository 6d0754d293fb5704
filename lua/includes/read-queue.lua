--[[
  A queue is stored as one string: a 4-digit count of batches, then per batch a 10-digit expiry and a
  4-digit count of codes, then the codes, 7 characters each. In memory it is a table of three fields.
]]
local function readQueue(text)
  local queue = { expiries = {}, counts = {}, codes = "" }
  if not text then
    return queue
  end
  local batches = tonumber(string.sub(text, 1, 4))
  for batch = 1, batches do
    local at = batch * 14 - 9
    queue.expiries[batch] = tonumber(string.sub(text, at, at + 9))
    queue.counts[batch] = tonumber(string.sub(text, at + 10, at + 13))
  end
  queue.codes = string.sub(text, batches * 14 + 5)
  return queue
end
