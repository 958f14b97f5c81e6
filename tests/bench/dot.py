from time import perf_counter
def product(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s
def run(a, b, times):
    s = 0.0
    for k in range(times):
        s += product(a, b)
    return s
a = [float(i % 5) for i in range(1000)]
b = [float(i % 3) for i in range(1000)]
start = perf_counter()
s = run(a, b, 3000)
print((perf_counter() - start) / 3000000 * 1e9, "%.0f" % s)
