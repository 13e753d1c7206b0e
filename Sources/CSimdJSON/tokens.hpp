// The tokens of a text, and the grammar of single ones.
#ifndef FAIRWAY_TOKENS_HPP
#define FAIRWAY_TOKENS_HPP

#include <cstring>
#include <memory>
#include <vector>

#include "include/CSimdJSON.h"

namespace fairway {

// Lengths share their word with four bits of kind.
constexpr size_t largest_text = (size_t(1) << 28) - 1;

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

inline bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

inline json_cell cell(size_t offset, size_t length, uint32_t kind, bool unescaped = false) {
    return {uint32_t(offset), uint32_t(length) << 4 | uint32_t(unescaped) << 3 | kind};
}

// Whether [at, end) is exactly one number.
inline bool is_number(const uint8_t *at, const uint8_t *end) {
    if (at < end && *at == '-') at++;
    if (at == end || !is_digit(*at)) return false;
    if (*at == '0') {
        at++;
    } else {
        while (at < end && is_digit(*at)) at++;
    }
    if (at < end && *at == '.') {
        at++;
        if (at == end || !is_digit(*at)) return false;
        while (at < end && is_digit(*at)) at++;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        if (at == end || !is_digit(*at)) return false;
        while (at < end && is_digit(*at)) at++;
    }
    return at == end;
}

// Appends the unescaped text of [at, end) to `out`. Returns a fault.
int32_t unescape(const uint8_t *at, const uint8_t *end, std::vector<uint8_t> &out);

// The token starts of a text. simdjson has checked that it is UTF-8, that strings are closed and hold no control
// characters; a token reaches to the next one but for white space.
class Tokens {
public:
    Tokens();
    ~Tokens();
    // Returns a fault.
    int32_t find(const uint8_t *text, size_t length);
    // Gives memory of an unusually large text back.
    void release();

    const uint8_t *bytes = nullptr;
    uint32_t length = 0;
    const uint32_t *starts = nullptr;
    uint32_t count = 0;
    bool has_escapes = false;

    // Behind the last byte of token `index`.
    uint32_t end(uint32_t index) const {
        uint32_t end = index + 1 < count ? starts[index + 1] : length;
        while (end > starts[index] + 1 && is_space(bytes[end - 1])) end--;
        return end;
    }

private:
    struct Finder;
    std::unique_ptr<Finder> finder;
};

}  // namespace fairway

#endif
