from time import perf_counter
def run(xs, times):
    s = 0.0
    for i in range(times):
        for x in xs:
            s += x
    return s
xs = [float(i % 7) for i in range(1000)]
start = perf_counter()
s = run(xs, 3000)
print((perf_counter() - start) / 3000000 * 1e9, "%.0f" % s)
