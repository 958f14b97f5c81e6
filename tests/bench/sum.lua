local n = 5000000
local function run(n)
  local s = 0.0
  for i = 0, n - 1 do s = s + i * 0.5 end
  return s
end
local start = os.clock()
local s = run(n)
print((os.clock() - start) / n * 1e9, string.format("%.0f", s))
