// Threads with a queue each. What is to be done in order (all orders of one customer, say) goes to the same queue.
#ifndef POOL_H
#define POOL_H

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

struct Order {
    unsigned customer, articles, number;
};

class Queue
{
  public:
    void put(const Order &order);
    void close();
    bool take(Order &order); // waits for one; false when there will be no more

  private:
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Order> orders;
    bool closed = false;
};

class Pool
{
  public:
    using Work = void (*)(const Order &);

    Pool(unsigned size, Work work);
    void put(const Order &order);
    void finish();

  private:
    void run(unsigned worker, Work work);

    std::vector<Queue> queues;
    std::vector<std::thread> threads;
};

#endif
