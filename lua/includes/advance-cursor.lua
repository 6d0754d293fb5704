-- A cursor ("version position total until") moved on by the candidates examined.
local function advanceCursor(cursor, examined)
  local version, position, rest = string.match(cursor, "^(%d+) (%d+) (%d+ %d+)$")
  return string.format("%s %d %s", version, tonumber(position) + examined, rest)
end
