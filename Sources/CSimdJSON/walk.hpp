// A walk over the tokens of a document that checks each of them.
#ifndef FAIRWAY_WALK_HPP
#define FAIRWAY_WALK_HPP

#include "tokens.hpp"

namespace fairway {

class Walk {
public:
    const Tokens &tokens;
    // The token that comes next.
    uint32_t at = 0;
    int32_t fault = JSON_SOUND;
    uint32_t fault_offset = 0;
    std::vector<uint8_t> &texts;

    Walk(const Tokens &tokens, int32_t maximum_depth, std::vector<uint8_t> &texts)
        : tokens(tokens), texts(texts), maximum_depth(maximum_depth) {}

    bool fail(int32_t reason, uint32_t offset) {
        fault = reason;
        fault_offset = offset;
        return false;
    }

    bool fail(int32_t reason) { return fail(at < tokens.count ? reason : JSON_ENDS_EARLY, place()); }

    uint32_t place() const { return at < tokens.count ? tokens.starts[at] : tokens.length; }

    // The next token's first byte; 0 at the end. No token begins with 0 and is accepted.
    uint8_t next() const { return at < tokens.count ? tokens.bytes[tokens.starts[at]] : 0; }

    bool check_depth(int32_t depth) { return depth <= maximum_depth || fail(JSON_TOO_DEEP); }

    bool finish() { return at == tokens.count || fail(JSON_TRAILING_TEXT); }

    // Checks the value that comes next and passes it.
    bool skip(int32_t depth) {
        if (!check_depth(depth)) return false;
        switch (next()) {
        case '{': return skip_members(depth);
        case '[': return skip_items(depth);
        case '"': return skip_text();
        default: {
            json_cell ignored;
            return scalar(ignored);
        }
        }
    }

    // A number, true, false or null.
    bool scalar(json_cell &out) {
        if (at >= tokens.count) return fail(JSON_ENDS_EARLY);
        uint32_t start = tokens.starts[at];
        const uint8_t *first = tokens.bytes + start;
        uint32_t size = tokens.end(at) - start;
        switch (*first) {
        case 't':
            if (size != 4 || memcmp(first, "true", 4) != 0) return fail(JSON_EXPECTED_VALUE);
            out = cell(start, size, JSON_TRUE);
            break;
        case 'f':
            if (size != 5 || memcmp(first, "false", 5) != 0) return fail(JSON_EXPECTED_VALUE);
            out = cell(start, size, JSON_FALSE);
            break;
        case 'n':
            if (size != 4 || memcmp(first, "null", 4) != 0) return fail(JSON_EXPECTED_VALUE);
            out = cell(start, size, JSON_ABSENT);
            break;
        default:
            if (!is_number(first, first + size)) return fail(JSON_EXPECTED_VALUE);
            out = cell(start, size, JSON_NUMBER);
        }
        at++;
        return true;
    }

    // The string that comes next, unescaped where it has to be.
    bool text(json_cell &out) {
        uint32_t start = tokens.starts[at] + 1;
        uint32_t size = tokens.end(at) - start - 1;
        if (!tokens.has_escapes || !memchr(tokens.bytes + start, '\\', size)) {
            out = cell(start, size, JSON_TEXT);
        } else {
            size_t offset = texts.size();
            const uint8_t *first = tokens.bytes + start;
            if (int32_t reason = unescape(first, first + size, texts)) return fail(reason, start);
            out = cell(offset, texts.size() - offset, JSON_TEXT, true);
        }
        at++;
        return true;
    }

    // After a member or an item: whether another one follows (1), the container ends (0), or neither (-1).
    int separator(uint8_t closing, int32_t reason) {
        uint8_t byte = next();
        if (byte == ',') return at++, 1;
        if (byte == closing) return at++, 0;
        fail(reason);
        return -1;
    }

    // A member's name, passed; the value comes next.
    bool name(json_cell &out) {
        if (next() != '"') return fail(JSON_EXPECTED_NAME);
        if (!text(out)) return false;
        return colon();
    }

    bool colon() {
        if (next() != ':') return fail(JSON_EXPECTED_COLON);
        at++;
        return true;
    }

    const uint8_t *content(json_cell cell) const {
        return (cell.tail & 8 ? texts.data() : tokens.bytes) + cell.offset;
    }

private:
    int32_t maximum_depth;

    bool skip_text() {
        if (tokens.has_escapes) {
            json_cell ignored;
            size_t size = texts.size();
            if (!text(ignored)) return false;
            texts.resize(size);
        } else {
            at++;
        }
        return true;
    }

    bool skip_members(int32_t depth) {
        at++;
        if (next() == '}') return at++, true;
        while (true) {
            if (next() != '"') return fail(JSON_EXPECTED_NAME);
            if (!skip_text() || !colon() || !skip(depth + 1)) return false;
            int more = separator('}', JSON_EXPECTED_MEMBER);
            if (more <= 0) return more == 0;
        }
    }

    bool skip_items(int32_t depth) {
        at++;
        if (next() == ']') return at++, true;
        while (true) {
            if (!skip(depth + 1)) return false;
            int more = separator(']', JSON_EXPECTED_ITEM);
            if (more <= 0) return more == 0;
        }
    }
};

}  // namespace fairway

#endif
