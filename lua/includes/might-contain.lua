--- @include "bit-values"
--- @include "layer-classes"
--[[
  Whether a layer might contain the code with these two hashes; stops at the first probe that is not set,
  which for an unseen code is the second on average. Bits count from the top of each byte, as in SETBIT,
  and are tested by remainders: Lua 5.1 and 5.4 share no cheaper operator.
]]
local function mightContain(layers, h1, h2)
  local byteAt, above, value = string.byte, BIT_ABOVE, BIT_VALUE
  for index = 1, #layers do
    local layer = layers[index]
    local bits, bitCount = layer.bits, layer.bitCount
    local bit, step = h1 % bitCount, h2 % bitCount
    local probes = PROBES
    while probes > 0 do
      local low = bit % 8
      if byteAt(bits, (bit - low) / 8 + 1) % above[low] < value[low] then
        break
      end
      probes = probes - 1
      bit = bit + step
      if bit >= bitCount then
        bit = bit - bitCount
      end
    end
    if probes == 0 then
      return true
    end
  end
  return false
end
