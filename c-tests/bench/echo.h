/* What the echo server and its load generator have to agree on. */
#ifndef RELWS_BENCH_ECHO_H
#define RELWS_BENCH_ECHO_H

/* bytes of a request, and of its answer */
#define ECHO_LENGTH 32

#endif
