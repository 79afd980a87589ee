// Spans in C++: scoped, left by exceptions, in inlined functions; and one that nobody ends.
#include <stdexcept>
#include <string>

#include "calltape.h"
#include "count.h"

static volatile int sink;

static void may_throw(int n)
{
    COUNT();
    CALLTAPE_SPAN("risky");
    COUNT_AS("risky");
    sink = n;
    if (n % 3 == 0)
        throw std::runtime_error("three");
}

static inline int twice(int x)
{
    COUNT();
    CALLTAPE_SPAN("doubling");
    COUNT_AS("doubling");
    return x + x;
}

static void never_ended(int n)
{
    COUNT();
    calltape_span_begin("never ended");
    COUNT_AS("never ended");
    sink = n;
}

static void tries(int n)
{
    COUNT();
    CALLTAPE_SPAN("tries span");
    COUNT_AS("tries span");
    try {
        CALLTAPE_SPAN("within");
        COUNT_AS("within");
        may_throw(n);
        never_ended(n);
    } catch (const std::exception &error) {
        CALLTAPE_SPAN("caught");
        COUNT_AS("caught");
        calltape_message(error.what());
        sink = 1;
    }
    sink = twice(n);
}

int main()
{
    COUNT();
    for (int i = 0; i < 300; i++) {
        CALLTAPE_SPAN("turn");
        COUNT_AS("turn");
        tries(i);
    }
    return 0;
}
