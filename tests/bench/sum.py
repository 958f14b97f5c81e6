from time import perf_counter
n = 5000000
def run(n):
    s = 0.0
    for i in range(n):
        s += i * 0.5
    return s
start = perf_counter()
s = run(n)
print((perf_counter() - start) / n * 1e9, "%.0f" % s)
