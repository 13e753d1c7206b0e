#include "include/CSimdJSON.h"

#include <new>

#include "fields.hpp"

namespace fairway {

namespace {

// What calls of one thread use again and again.
struct Workspace {
    Tokens tokens;
    std::vector<json_cell> cells;
    std::vector<uint8_t> texts;

    void clear() {
        constexpr size_t usual = 1 << 20;
        cells.clear();
        texts.clear();
        if (cells.capacity() > usual) cells.shrink_to_fit();
        if (texts.capacity() > usual * 8) texts.shrink_to_fit();
    }
};

thread_local Workspace workspace;

// Finds the list below a pointer and reads its records.
class Page {
public:
    Walk walk;
    Fields fields;
    const json_text *parts;
    size_t part_count;
    size_t field_count;
    std::vector<json_cell> &cells;
    uint32_t row_count = 0;
    uint32_t list_start = 0;
    uint32_t list_end = 0;
    bool has_list = false;

    // The value that comes next, `part` parts of the pointer below the top.
    bool descend(size_t part, int32_t depth) {
        if (!walk.check_depth(depth)) return false;
        uint8_t first = walk.next();
        if (part == part_count && first == '[') return list(depth);
        if (part < part_count && first == '{') return members(part, depth);
        if (part < part_count && first == '[') return items(part, depth);
        return walk.skip(depth);
    }

private:
    bool leads(size_t part, const uint8_t *text, size_t size) const {
        return parts[part].length == size && memcmp(parts[part].bytes, text, size) == 0;
    }

    bool members(size_t part, int32_t depth) {
        walk.at++;
        if (walk.next() == '}') return walk.at++, true;
        bool isSeen = false;
        while (true) {
            uint32_t place = walk.place();
            json_cell name;
            size_t kept = walk.texts.size();
            if (!walk.name(name)) return false;
            bool isLeading = leads(part, walk.content(name), name.tail >> 4);
            walk.texts.resize(kept);
            if (isLeading && isSeen) return walk.fail(JSON_REPEATED_NAME, place);
            isSeen = isSeen || isLeading;
            if (!(isLeading ? descend(part + 1, depth + 1) : walk.skip(depth + 1))) return false;
            int more = walk.separator('}', JSON_EXPECTED_MEMBER);
            if (more <= 0) return more == 0;
        }
    }

    bool items(size_t part, int32_t depth) {
        walk.at++;
        if (walk.next() == ']') return walk.at++, true;
        for (uint32_t position = 0;; position++) {
            std::string text = std::to_string(position);
            bool isLeading = leads(part, reinterpret_cast<const uint8_t *>(text.data()), text.size());
            if (!(isLeading ? descend(part + 1, depth + 1) : walk.skip(depth + 1))) return false;
            int more = walk.separator(']', JSON_EXPECTED_ITEM);
            if (more <= 0) return more == 0;
        }
    }

    bool list(int32_t depth) {
        has_list = true;
        list_start = walk.place();
        walk.at++;
        if (walk.next() == ']') {
            walk.at++;
        } else {
            int more = 1;
            while (more > 0) {
                if (walk.next() != '{') {
                    uint32_t place = walk.place();
                    return walk.skip(depth + 1) && walk.fail(JSON_NO_RECORD, place);
                }
                size_t row = cells.size();
                cells.resize(row + field_count, json_cell{0, 0});
                row_count++;
                if (!walk.check_depth(depth + 1)) return false;
                if (!fields.read(walk, depth + 1, 0, cells.data() + row)) return false;
                more = walk.separator(']', JSON_EXPECTED_ITEM);
            }
            if (more < 0) return false;
        }
        list_end = walk.tokens.starts[walk.at - 1] + 1;
        return true;
    }
};

// Writes a document's cells.
class Document {
public:
    Walk walk;
    std::vector<json_cell> &cells;

    bool value(int32_t depth) {
        if (!walk.check_depth(depth)) return false;
        json_cell out;
        switch (walk.next()) {
        case '{': return container(depth, '}', JSON_OBJECT, JSON_EXPECTED_MEMBER);
        case '[': return container(depth, ']', JSON_ARRAY, JSON_EXPECTED_ITEM);
        case '"':
            if (!walk.text(out)) return false;
            break;
        default:
            if (!walk.scalar(out)) return false;
        }
        cells.push_back(out);
        return true;
    }

private:
    bool container(int32_t depth, uint8_t closing, uint32_t kind, int32_t reason) {
        size_t place = cells.size();
        uint32_t count = 0;
        cells.push_back(cell(0, 0, kind));
        walk.at++;
        if (walk.next() == closing) return walk.at++, true;
        for (int more = 1; more > 0; count++) {
            if (kind == JSON_OBJECT) {
                json_cell name;
                if (!walk.name(name)) return false;
                cells.push_back(name);
            }
            if (!value(depth + 1)) return false;
            more = walk.separator(closing, reason);
            if (more < 0) return false;
        }
        cells[place].offset = count;
        return true;
    }
};

json_outcome failed(int32_t fault, uint32_t offset) {
    return json_outcome{fault, offset, 0, 0, nullptr, 0, nullptr, 0};
}

json_outcome finished(Workspace &space) {
    space.tokens.release();
    return json_outcome{
        JSON_SOUND, 0, 0, 0, space.cells.data(), space.cells.size(), space.texts.data(), space.texts.size()};
}

}  // namespace

}  // namespace fairway

extern "C" json_outcome json_read_page(
    const uint8_t *bytes, size_t length, const json_text *pointer, size_t part_count, const json_text *fields,
    size_t field_count, int32_t maximum_depth) {
    using namespace fairway;
    try {
        Workspace &space = workspace;
        space.clear();
        if (int32_t fault = space.tokens.find(bytes, length)) return failed(fault, 0);
        Page page{
            Walk(space.tokens, maximum_depth, space.texts), Fields(fields, field_count), pointer, part_count,
            field_count, space.cells};
        if (!page.descend(0, 0) || !page.walk.finish()) return failed(page.walk.fault, page.walk.fault_offset);
        if (!page.has_list) return failed(JSON_NO_LIST, 0);
        json_outcome outcome = finished(space);
        outcome.offset = page.list_start;
        outcome.list_end = page.list_end;
        outcome.row_count = page.row_count;
        return outcome;
    } catch (...) {
        return failed(JSON_NO_MEMORY, 0);
    }
}

extern "C" json_outcome json_read_document(const uint8_t *bytes, size_t length, int32_t maximum_depth) {
    using namespace fairway;
    try {
        Workspace &space = workspace;
        space.clear();
        if (int32_t fault = space.tokens.find(bytes, length)) return failed(fault, 0);
        Document document{Walk(space.tokens, maximum_depth, space.texts), space.cells};
        if (!document.value(0) || !document.walk.finish()) {
            return failed(document.walk.fault, document.walk.fault_offset);
        }
        return finished(space);
    } catch (...) {
        return failed(JSON_NO_MEMORY, 0);
    }
}
