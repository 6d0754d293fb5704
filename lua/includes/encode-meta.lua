-- The text that `readUser` reads from the field m.
local function encodeMeta(user)
  return string.format("%010d ", user.refillUntil) .. user.cursors
end
