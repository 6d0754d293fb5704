-- Codes in a string of them. Floored, because Lua 5.4 divides into a float and would send it as one.
local function countCodes(codes)
  return math.floor(#codes / 7)
end
