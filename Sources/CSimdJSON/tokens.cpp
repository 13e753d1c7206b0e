#include "tokens.hpp"

#include <simdjson.h>

namespace fairway {

namespace {

bool hexadecimal(const uint8_t *at, const uint8_t *end, uint32_t &value) {
    if (end - at < 4) return false;
    value = 0;
    for (int place = 0; place < 4; place++) {
        uint8_t byte = at[place];
        uint8_t letter = byte | 0x20;
        if (is_digit(byte)) {
            value = value << 4 | (byte - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            value = value << 4 | (letter - 'a' + 10);
        } else {
            return false;
        }
    }
    return true;
}

void append(uint32_t scalar, std::vector<uint8_t> &out) {
    if (scalar < 0x80) {
        out.push_back(uint8_t(scalar));
    } else if (scalar < 0x800) {
        out.push_back(uint8_t(0xc0 | scalar >> 6));
        out.push_back(uint8_t(0x80 | (scalar & 0x3f)));
    } else if (scalar < 0x10000) {
        out.push_back(uint8_t(0xe0 | scalar >> 12));
        out.push_back(uint8_t(0x80 | (scalar >> 6 & 0x3f)));
        out.push_back(uint8_t(0x80 | (scalar & 0x3f)));
    } else {
        out.push_back(uint8_t(0xf0 | scalar >> 18));
        out.push_back(uint8_t(0x80 | (scalar >> 12 & 0x3f)));
        out.push_back(uint8_t(0x80 | (scalar >> 6 & 0x3f)));
        out.push_back(uint8_t(0x80 | (scalar & 0x3f)));
    }
}

// `at` stands behind "\u" and is moved behind the digits, those of a second half included.
int32_t unicode_escape(const uint8_t *&at, const uint8_t *end, uint32_t &scalar) {
    if (!hexadecimal(at, end, scalar)) return JSON_BAD_HEXADECIMAL;
    at += 4;
    if (scalar < 0xd800 || scalar > 0xdfff) return JSON_SOUND;
    uint32_t low = 0;
    if (scalar > 0xdbff || end - at < 6 || at[0] != '\\' || at[1] != 'u') return JSON_HALF_SURROGATE;
    if (!hexadecimal(at + 2, end, low)) return JSON_BAD_HEXADECIMAL;
    if (low < 0xdc00 || low > 0xdfff) return JSON_HALF_SURROGATE;
    at += 6;
    scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
    return JSON_SOUND;
}

}  // namespace

int32_t unescape(const uint8_t *at, const uint8_t *end, std::vector<uint8_t> &out) {
    while (at < end) {
        auto escape = static_cast<const uint8_t *>(memchr(at, '\\', size_t(end - at)));
        if (!escape) escape = end;
        out.insert(out.end(), at, escape);
        if (escape == end) return JSON_SOUND;
        if (end - escape < 2) return JSON_UNKNOWN_ESCAPE;
        at = escape + 2;
        switch (escape[1]) {
        case '"': case '\\': case '/': out.push_back(escape[1]); break;
        case 'b': out.push_back('\b'); break;
        case 'f': out.push_back('\f'); break;
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'u': {
            uint32_t scalar = 0;
            if (int32_t fault = unicode_escape(at, end, scalar)) return fault;
            append(scalar, out);
            break;
        }
        default: return JSON_UNKNOWN_ESCAPE;
        }
    }
    return JSON_SOUND;
}

struct Tokens::Finder {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

Tokens::Tokens() = default;
Tokens::~Tokens() = default;

int32_t Tokens::find(const uint8_t *text, size_t size) {
    if (size == 0) return JSON_ENDS_EARLY;
    if (size > largest_text) return JSON_TOO_LARGE;
    if (!finder) finder = std::make_unique<Finder>();
    auto &parser = finder->parser;
    if (!parser || parser->capacity() < size) {
        parser.reset();
        // Pages of one walk differ little in size: some room saves asking for memory again.
        size_t capacity = size + size / 4 + 1024;
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser)) {
            parser.reset();
            return JSON_NO_MEMORY;
        }
    }
    switch (parser->stage1(text, size, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: break;
    case simdjson::EMPTY: return JSON_ENDS_EARLY;
    case simdjson::UTF8_ERROR: return JSON_NOT_UTF8;
    case simdjson::UNCLOSED_STRING: return JSON_UNCLOSED_STRING;
    case simdjson::UNESCAPED_CHARS: return JSON_CONTROL_CHARACTER;
    case simdjson::CAPACITY: return JSON_TOO_LARGE;
    default: return JSON_EXPECTED_VALUE;
    }
    bytes = text;
    length = uint32_t(size);
    starts = parser->structural_indexes.get();
    count = parser->n_structural_indexes;
    has_escapes = memchr(text, '\\', size) != nullptr;
    return JSON_SOUND;
}

void Tokens::release() {
    constexpr size_t usual = 8 << 20;
    if (finder && finder->parser && finder->parser->capacity() > usual) finder->parser.reset();
}

}  // namespace fairway
