/* Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says. */

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//<routine>
/* Included, so that the compiler checks the call below, and it may be static. */
#include "numerical_gradient.c"
//</routine>

/* What is going on: the probe's number, how often f was asked, why it failed. */
struct probe {
    json_t *id;
    int asked;
    json_t *failure;
};

static void *required(void *pointer)
{
    if (pointer == NULL) {
        fputs("out of memory, or a frame that is none\n", stderr);
        exit(EXIT_FAILURE);
    }
    return pointer;
}

/* Takes the frame over, as json_pack's "o" does. */
static void send(json_t *frame)
{
    const char *tag = getenv("GRADPROOF_TAG");

    fputs(tag ? tag : "", stdout);
    json_dumpf(required(frame), stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    putchar('\n');
    fflush(stdout);
    json_decref(frame);
}

static json_t *receive(void)
{
    return required(json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL));
}

/* JSON has no numbers that are not finite: they are text. */
static json_t *number(double value)
{
    if (isnan(value))
        return json_string("NaN");
    if (isinf(value))
        return json_string(value > 0 ? "Infinity" : "-Infinity");
    return json_real(value);
}

static double value_of(const json_t *number)
{
    if (json_is_string(number))
        return strtod(json_string_value(number), NULL);
    return json_number_value(number);
}

/* The array takes over the reference to its shape. */
static json_t *array(json_t *shape, const double *data, size_t n)
{
    json_t *numbers = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(numbers, number(data[i]));
    return json_pack("{s:s, s:o, s:o}", "dtype", "f8", "shape", shape, "data", numbers);
}

/* The numbers of an array, which the caller frees. */
static double *numbers_of(const json_t *array, size_t *n)
{
    const json_t *data = json_object_get(array, "data");

    *n = json_array_size(data);
    double *numbers = required(malloc((*n + 1) * sizeof *numbers));
    for (size_t i = 0; i < *n; i++)
        numbers[i] = value_of(json_array_get(data, i));
    return numbers;
}

/* f: each of its values the host is asked for. */
static int ask(const double *x, size_t n, double *y, void *context)
{
    struct probe *probe = context;

    send(json_pack("{s:s, s:O, s:i, s:o}", "op", "call", "id", probe->id, "n",
                   probe->asked++, "x",
                   array(json_pack("[I]", (json_int_t)n), x, n)));
    json_t *answer = receive();
    const json_t *value = json_object_get(answer, "y");
    if (value != NULL)
        *y = value_of(value);
    else
        probe->failure = json_incref(json_object_get(answer, "text"));
    json_decref(answer);
    return value == NULL;
}

//<call>
/* What to change where your routine is called otherwise: it is given one point. */
static int call(struct probe *probe, double *x, size_t rows, size_t width, double *gradient)
{
    if (rows != 1)
        return -1;
    return numerical_gradient(ask, probe, x, width, gradient);
}
//</call>

/* The routine's answer; to what it does not take, a negative one, an error. */
static void gradient(json_t *id, const json_t *x)
{
    struct probe probe = {id, 0, NULL};
    json_t *shape = json_object_get(x, "shape");
    const size_t axes = json_array_size(shape);
    size_t n;
    double *points = numbers_of(x, &n);
    double *result = required(calloc(n + 1, sizeof *result));
    const size_t rows =
        axes == 1 ? 1 : (size_t)json_integer_value(json_array_get(shape, 0));
    const size_t width = (size_t)json_integer_value(json_array_get(shape, axes - 1));
    int failed = -1;

    if (axes == 1 || axes == 2)
        failed = call(&probe, points, rows, width, result);
    json_t *after = array(json_incref(shape), points, n);
    if (failed < 0)
        send(json_pack("{s:s, s:O, s:s, s:s, s:o}", "op", "error", "id", id, "kind",
                       "ShapeError", "text", "x is not what it takes", "x_after", after));
    else if (failed)
        send(json_pack("{s:s, s:O, s:s, s:o, s:o}", "op", "error", "id", id, "kind",
                       "ProbeError", "text", probe.failure, "x_after", after));
    else
        send(json_pack("{s:s, s:O, s:o, s:o}", "op", "result", "id", id, "value",
                       array(json_incref(shape), result, n), "x_after", after));
    free(result);
    free(points);
}

static void echo(json_t *id, const json_t *x)
{
    size_t n;
    double *numbers = numbers_of(x, &n);

    send(json_pack("{s:s, s:O, s:o}", "op", "echo", "id", id, "x",
                   array(json_incref(json_object_get(x, "shape")), numbers, n)));
    free(numbers);
}

/* Whether there is more to come after this frame. */
static int answered(const json_t *frame)
{
    const char *op = json_string_value(json_object_get(frame, "op"));
    json_t *id = json_object_get(frame, "id");

    if (strcmp(op, "bye") == 0)
        return 0;
    if (strcmp(op, "echo") == 0)
        echo(id, json_object_get(frame, "x"));
    else if (strcmp(op, "gradient") == 0)
        gradient(id, json_object_get(frame, "x"));
    else
        send(json_pack("{s:s, s:O, s:s}", "op", "unsupported", "id", id, "reason", op));
    return 1;
}

int main(void)
{
    json_t *frame;
    int more;

    send(json_pack("{s:s, s:i, s:s, s:s, s:[s], s:[s]}", "op", "hello", "protocol", 1,
                   "name", "numerical_gradient", "language", "C", "roles",
                   "point-gradient", "f", "callback"));
    do {
        frame = receive();
        more = answered(frame);
        json_decref(frame);
    } while (more);
    return EXIT_SUCCESS;
}
