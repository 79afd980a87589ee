#include "pool.h"

#include <calltape.h>
#include <string>

void Queue::put(const Order &order)
{
    std::lock_guard<std::mutex> lock(mutex);
    orders.push_back(order);
    changed.notify_one();
}

void Queue::close()
{
    std::lock_guard<std::mutex> lock(mutex);
    closed = true;
    changed.notify_one();
}

bool Queue::take(Order &order)
{
    std::unique_lock<std::mutex> lock(mutex);
    while (orders.empty() && !closed)
        changed.wait(lock);
    if (orders.empty())
        return false;
    order = orders.front();
    orders.pop_front();
    return true;
}

Pool::Pool(unsigned size, Work work) : queues(size)
{
    for (unsigned worker = 0; worker < size; worker++)
        threads.emplace_back(&Pool::run, this, worker, work);
}

// Customers' numbers are handed out one by one, so this is fair to all workers.
void Pool::put(const Order &order)
{
    queues[order.customer % queues.size()].put(order);
}

void Pool::finish()
{
    for (Queue &queue : queues)
        queue.close();
    for (std::thread &thread : threads)
        thread.join();
}

void Pool::run(unsigned worker, Work work)
{
    calltape_thread_name(("worker " + std::to_string(worker)).c_str());
    for (Order order; queues[worker].take(order);)
        work(order);
}
