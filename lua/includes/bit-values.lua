-- Bit n from the top of a byte: set when byte % BIT_ABOVE[n] >= BIT_VALUE[n].
local BIT_VALUE = { [0] = 128, 64, 32, 16, 8, 4, 2, 1 }
local BIT_ABOVE = { [0] = 256, 128, 64, 32, 16, 8, 4, 2 }
