--[[
  pools-load-1: some fields of one version.

  Access read-only
  KEYS[1] version  hash: manifest, slices and facts
  ARGV[1] field names, separated by spaces
  Returns the texts in that order, or nothing when one of them is gone
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
