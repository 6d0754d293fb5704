-- Iterates over the codes of a string.
local function eachCode(codes)
  return string.gmatch(codes, ".......")
end
