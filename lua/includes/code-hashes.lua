-- A code is its own pair of hashes: digits 0 to 3, and digits 3 to 6 made odd.
local function codeHashes(values, code)
  local a, b, c, d, e, f, g = string.byte(code, 1, 7)
  d = values[d]
  return ((values[a] * 64 + values[b]) * 64 + values[c]) * 64 + d,
    (((d * 64 + values[e]) * 64 + values[f]) * 64 + values[g]) * 2 + 1
end
