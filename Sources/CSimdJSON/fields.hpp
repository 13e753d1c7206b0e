// The wanted fields as a tree of names, and how to find them in objects.
#ifndef FAIRWAY_FIELDS_HPP
#define FAIRWAY_FIELDS_HPP

#include <string>

#include "walk.hpp"

namespace fairway {

// Reads the wanted fields of one record after another.
//
// A name's place is guessed from the record before, whose members mostly come in the same order: one comparison of
// bytes a member then tells what it is.
class Fields {
public:
    Fields(const json_text *paths, size_t count) {
        nodes.emplace_back();
        for (size_t field = 0; field < count; field++) {
            add(0, std::string(reinterpret_cast<const char *>(paths[field].bytes), paths[field].length),
                uint32_t(field));
        }
    }

    // Reads the object or list that comes next into `row`, below `node`.
    bool read(Walk &walk, int32_t depth, uint32_t node, json_cell *row) {
        return walk.next() == '{' ? object(walk, depth, node, row) : list(walk, depth, node, row);
    }

private:
    static constexpr uint32_t none = UINT32_MAX;

    // One field that a name leads to; the longer name goes first.
    struct Use {
        uint32_t field;
        uint32_t priority;
        bool ends;
    };

    struct Name {
        std::string text;
        std::vector<Use> uses;
        uint32_t child = none;
        uint32_t seen = 0;
    };

    struct Guess {
        const uint8_t *quoted;
        uint32_t size;
        uint32_t name;
    };

    struct Node {
        std::vector<Name> names;
        std::vector<Guess> guesses;
        // The priority that each field was found with in the current object.
        std::vector<uint32_t> found;
        uint32_t visits = 0;
        // Whether a field can be found under several names here.
        bool overlaps = false;
    };

    std::vector<Node> nodes;

    void add(uint32_t node, const std::string &path, uint32_t field) {
        use(node, path, {field, uint32_t(path.size()) + 1, true}, "");
        for (size_t dot = path.rfind('.'); dot != std::string::npos; dot = dot ? path.rfind('.', dot - 1) : std::string::npos) {
            use(node, path.substr(0, dot), {field, uint32_t(dot) + 1, false}, path.substr(dot + 1));
        }
    }

    void use(uint32_t node, const std::string &text, Use use, const std::string &rest) {
        uint32_t index = 0;
        while (index < nodes[node].names.size() && nodes[node].names[index].text != text) index++;
        if (index == nodes[node].names.size()) nodes[node].names.push_back({text, {}, none, 0});
        nodes[node].names[index].uses.push_back(use);
        auto &found = nodes[node].found;
        if (found.size() <= use.field) found.resize(use.field + 1, 0);
        if (use.ends) return;
        nodes[node].overlaps = true;
        if (nodes[node].names[index].child == none) {
            nodes[node].names[index].child = uint32_t(nodes.size());
            nodes.emplace_back();
        }
        add(nodes[node].names[index].child, rest, use.field);
    }

    uint32_t lookup(const Node &node, const uint8_t *text, size_t size) const {
        for (uint32_t index = 0; index < node.names.size(); index++) {
            const std::string &name = node.names[index].text;
            if (name.size() == size && memcmp(name.data(), text, size) == 0) return index;
        }
        return none;
    }

    // Passes a member's name and tells which it is.
    bool member(Walk &walk, Node &node, size_t position, uint32_t &name) {
        const Tokens &tokens = walk.tokens;
        if (walk.next() != '"') return walk.fail(JSON_EXPECTED_NAME);
        const uint8_t *quoted = tokens.bytes + tokens.starts[walk.at];
        if (position < node.guesses.size()) {
            const Guess &guess = node.guesses[position];
            if (guess.size <= size_t(tokens.bytes + tokens.length - quoted)
                && memcmp(quoted, guess.quoted, guess.size) == 0) {
                name = guess.name;
                walk.at++;
                return walk.colon();
            }
        }
        uint32_t size = tokens.end(walk.at) - tokens.starts[walk.at];
        size_t kept = walk.texts.size();
        json_cell text;
        if (!walk.name(text)) return false;
        name = lookup(node, walk.content(text), text.tail >> 4);
        walk.texts.resize(kept);
        if (position >= node.guesses.size()) node.guesses.resize(position + 1, {nullptr, UINT32_MAX, none});
        node.guesses[position] = {quoted, size, name};
        return true;
    }

    bool object(Walk &walk, int32_t depth, uint32_t index, json_cell *row) {
        walk.at++;
        uint32_t visit = ++nodes[index].visits;
        if (nodes[index].overlaps) std::fill(nodes[index].found.begin(), nodes[index].found.end(), 0);
        if (walk.next() == '}') return walk.at++, true;
        for (size_t position = 0;; position++) {
            uint32_t name = none;
            uint32_t place = walk.place();
            if (!member(walk, nodes[index], position, name)) return false;
            if (name == none) {
                if (!walk.skip(depth + 1)) return false;
            } else {
                Name &known = nodes[index].names[name];
                if (known.seen == visit) return walk.fail(JSON_REPEATED_NAME, place);
                known.seen = visit;
                if (!value(walk, depth + 1, index, name, row)) return false;
            }
            int more = walk.separator('}', JSON_EXPECTED_MEMBER);
            if (more <= 0) return more == 0;
        }
    }

    bool list(Walk &walk, int32_t depth, uint32_t index, json_cell *row) {
        walk.at++;
        if (nodes[index].overlaps) std::fill(nodes[index].found.begin(), nodes[index].found.end(), 0);
        if (walk.next() == ']') return walk.at++, true;
        for (uint32_t position = 0;; position++) {
            // Few places are ever asked for; the others need no text of their number.
            uint32_t name = none;
            if (position < 100) {
                std::string text = std::to_string(position);
                name = lookup(nodes[index], reinterpret_cast<const uint8_t *>(text.data()), text.size());
            }
            bool isSound = name == none
                ? walk.skip(depth + 1) : value(walk, depth + 1, index, name, row);
            if (!isSound) return false;
            int more = walk.separator(']', JSON_EXPECTED_ITEM);
            if (more <= 0) return more == 0;
        }
    }

    // Reads the value of a known name into the cells of its fields.
    bool value(Walk &walk, int32_t depth, uint32_t index, uint32_t name, json_cell *row) {
        if (!nodes[index].overlaps) {
            json_cell out{0, 0};
            if (!single(walk, depth, none, row, out)) return false;
            for (const Use &use : nodes[index].names[name].uses) row[use.field] = out;
            return true;
        }
        // A field that was found under a longer name keeps what it has, whatever stands below this one.
        std::vector<json_cell> kept;
        for (const Use &use : nodes[index].names[name].uses) {
            uint32_t &found = nodes[index].found[use.field];
            kept.push_back(row[use.field]);
            if (found < use.priority && found != 0) row[use.field] = {0, 0};
        }
        json_cell out{0, 0};
        if (!single(walk, depth, nodes[index].names[name].child, row, out)) return false;
        size_t place = 0;
        for (const Use &use : nodes[index].names[name].uses) {
            uint32_t &found = nodes[index].found[use.field];
            if (found > use.priority) {
                row[use.field] = kept[place];
            } else {
                found = use.priority;
                if (use.ends) row[use.field] = out;
            }
            place++;
        }
        return true;
    }

    bool single(Walk &walk, int32_t depth, uint32_t child, json_cell *row, json_cell &out) {
        if (!walk.check_depth(depth)) return false;
        uint8_t first = walk.next();
        if (first == '"') return walk.text(out);
        if (first != '{' && first != '[') {
            if (!walk.scalar(out)) return false;
            if ((out.tail & 7) == JSON_ABSENT) out = {0, 0};
            return true;
        }
        uint32_t start = walk.place();
        bool isSound = child == none ? walk.skip(depth) : read(walk, depth, child, row);
        if (!isSound) return false;
        // The closing bracket was the token before.
        out = cell(start, walk.tokens.starts[walk.at - 1] + 1 - start, JSON_STRUCTURE);
        return true;
    }
};

}  // namespace fairway

#endif
