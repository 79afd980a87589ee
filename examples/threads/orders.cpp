// Works off a day's orders with four threads and says what they came to.
#include "pool.h"

#include <atomic>
#include <cstdio>

static const unsigned WORKERS = 4, ORDERS = 4000, CUSTOMERS = 3000, WHOLESALER = 17;

static std::atomic<unsigned long> turnover;

// Pseudo-random numbers, the same every day.
static unsigned draw(unsigned &state)
{
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

// What an article costs this customer, through all discounts that there are.
static unsigned price_article(unsigned customer, unsigned article)
{
    unsigned state = customer ^ article, price = 0;
    for (int discount = 0; discount < 5000; discount++) {
        state = state * 1664525 + 1013904223;
        price += state >> 30;
    }
    return price / 100;
}

static unsigned long price_order(const Order &order)
{
    unsigned long sum = 0;
    for (unsigned article = 0; article < order.articles; article++)
        sum += price_article(order.customer, order.number * 31 + article);
    return sum;
}

static void work_off(const Order &order)
{
    turnover += price_order(order);
}

// Nearly all customers order a little now and then. One is a wholesaler.
static Order next_order(unsigned number, unsigned &state)
{
    if (draw(state) % 2 == 0)
        return {WHOLESALER, 8, number};
    return {draw(state) % CUSTOMERS, 1 + draw(state) % 8, number};
}

int main()
{
    Pool pool(WORKERS, work_off);
    unsigned state = 1;
    for (unsigned number = 0; number < ORDERS; number++)
        pool.put(next_order(number, state));
    pool.finish();
    std::printf("%u orders, turnover %lu\n", ORDERS, turnover.load());
}
