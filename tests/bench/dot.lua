local function product(a, b)
  local s = 0.0
  for i = 1, #a do s = s + a[i] * b[i] end
  return s
end
local function run(a, b, times)
  local s = 0.0
  for k = 1, times do s = s + product(a, b) end
  return s
end
local a, b = {}, {}
for i = 0, 999 do
  a[i + 1] = i % 5 + 0.0
  b[i + 1] = i % 3 + 0.0
end
local start = os.clock()
local s = run(a, b, 3000)
print((os.clock() - start) / 3000000 * 1e9, string.format("%.0f", s))
