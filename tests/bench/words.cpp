// words N: makes up a text of N words, counts them in two maps, sorts, and formats through virtual calls: C++ as it is
// written, most of its calls into templates of the standard library.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

class Text
{
  public:
    explicit Text(unsigned long words) : left_(words)
    {
    }

    std::string next()
    {
        if (left_-- == 0)
            throw std::out_of_range("no more words");
        unsigned long value = random() % 5000, other = random() % 5000;
        return spell(std::min(value, other));
    }

  private:
    unsigned long random()
    {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return state_ >> 33;
    }

    static std::string spell(unsigned long value)
    {
        static const std::vector<std::string> syllables = {"ba", "ke", "li", "mo", "nu", "ra", "so", "ti"};
        std::string word;
        do
            word += syllables[value % syllables.size()];
        while ((value /= syllables.size()) > 0);
        return word;
    }

    unsigned long left_, state_ = 42;
};

struct Count {
    std::string word;
    unsigned long times;
};

class Format
{
  public:
    virtual ~Format() = default;
    virtual void show(std::ostream &out, const Count &count) const = 0;
};

class Plain : public Format
{
    void show(std::ostream &out, const Count &count) const override
    {
        out << count.word << ' ' << count.times << '\n';
    }
};

class Bars : public Format
{
    void show(std::ostream &out, const Count &count) const override
    {
        out << std::string(count.times / 100, '#') << count.word << '\n';
    }
};

std::vector<Count> count_words(Text &text)
{
    std::map<std::string, unsigned long> ordered;
    std::unordered_map<std::string, unsigned long> hashed;
    try {
        for (;;) {
            std::string word = text.next();
            ++ordered[word];
            ++hashed[word];
        }
    } catch (const std::out_of_range &) {
    }
    std::vector<Count> counts;
    for (const auto &[word, times] : ordered)
        counts.push_back({word, std::max(times, hashed.at(word))});
    return counts;
}

} // namespace

int main(int argc, char **argv)
{
    Text text(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000);
    std::vector<Count> counts = count_words(text);
    std::stable_sort(counts.begin(), counts.end(), [](const Count &a, const Count &b) { return a.times > b.times; });
    std::vector<std::unique_ptr<Format>> formats;
    formats.push_back(std::make_unique<Plain>());
    formats.push_back(std::make_unique<Bars>());
    std::ostringstream out;
    for (const auto &format : formats)
        for (const Count &count : counts)
            format->show(out, count);
    std::cout << out.str();
}
