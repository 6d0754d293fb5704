-- A cursor ("version position total until") moved on by the candidates examined; to `readTo`, where that is a number,
-- when they were all examined.
local function advanceCursor(cursor, candidates, examined, readTo)
  local version, position, rest = string.match(cursor, "^(%d+) (%d+) (%d+ %d+)$")
  local whole = examined * 7 == #candidates and tonumber(readTo)
  return string.format("%s %d %s", version, whole or tonumber(position) + examined, rest)
end
