local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
local start = os.clock()
local s = fib(27.0)
print((os.clock() - start) / 832039 * 1e9, string.format("%.0f", s))
