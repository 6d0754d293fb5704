-- Adds codes to the set of those that the user has already.
local function holdCodes(held, codes)
  local sub = string.sub
  for at = 1, #codes, 7 do
    held[sub(codes, at, at + 6)] = true
  end
end
