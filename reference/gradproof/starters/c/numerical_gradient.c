#include <stddef.h>

/*
 * Stores into *y the value at x, n numbers, of a function that may need a context.
 * Returns 0, or what tells that it failed.
 */
typedef int (*function)(const double *x, size_t n, double *y, void *context);

/*
 * Stores into gradient the gradient of f at x, both n numbers, by central differences.
 * Returns 0, or what f returned when it failed; x is as it was in either case.
 */
int numerical_gradient(function f, void *context, double *x, size_t n, double *gradient)
{
    const double h = 1e-4;

    for (size_t i = 0; i < n; i++) {
        const double kept = x[i];
        double ahead, behind;

        x[i] = kept + h;
        int failed = f(x, n, &ahead, context);
        if (!failed) {
            x[i] = kept - h;
            failed = f(x, n, &behind, context);
        }
        x[i] = kept;
        if (failed)
            return failed;
        gradient[i] = (ahead - behind) / (2 * h);
    }
    return 0;
}
