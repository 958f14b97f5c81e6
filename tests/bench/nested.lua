local function run(xs, times)
  local s = 0.0
  for i = 1, times do
    for j = 1, #xs do s = s + xs[j] end
  end
  return s
end
local xs = {}
for i = 0, 999 do xs[i + 1] = i % 7 + 0.0 end
local start = os.clock()
local s = run(xs, 3000)
print((os.clock() - start) / 3000000 * 1e9, string.format("%.0f", s))
