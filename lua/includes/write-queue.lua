-- The string that `readQueue` reads.
local function writeQueue(queue)
  local parts = { string.format("%04d", #queue.counts) }
  for batch = 1, #queue.counts do
    parts[batch + 1] = string.format("%010d%04d", queue.expiries[batch], queue.counts[batch])
  end
  parts[#parts + 1] = queue.codes
  return table.concat(parts)
end
