--[[
  pools-load-1: some slices of one version.

  Access read-only
  KEYS[1] version  hash: slice name to slice text
  ARGV[1] slice names, separated by spaces
  Returns the slice texts in that order, or nothing when one of them is gone
]]
local names = {}
for name in string.gmatch(ARGV[1], "%S+") do
  names[#names + 1] = name
end
local texts = redis.call("HMGET", KEYS[1], unpack(names))
for index = 1, #names do
  if not texts[index] then
    return {}
  end
end
return texts
