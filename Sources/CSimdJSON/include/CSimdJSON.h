// Reading JSON (RFC 8259) without making objects of it: simdjson finds the tokens and checks the encoding, one walk
// over the tokens checks the grammar of every value, wanted or not, and notes where the wanted ones stand.
//
// Nothing throws. What an outcome points to lives in the calling thread and holds until its next call of either
// function.
#ifndef FAIRWAY_CSIMDJSON_H
#define FAIRWAY_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    JSON_SOUND = 0,
    JSON_ENDS_EARLY,
    JSON_EXPECTED_VALUE,
    JSON_EXPECTED_NAME,
    JSON_EXPECTED_COLON,
    JSON_EXPECTED_MEMBER,
    JSON_EXPECTED_ITEM,
    JSON_TRAILING_TEXT,
    JSON_TOO_DEEP,
    JSON_UNCLOSED_STRING,
    JSON_CONTROL_CHARACTER,
    JSON_NOT_UTF8,
    JSON_UNKNOWN_ESCAPE,
    JSON_BAD_HEXADECIMAL,
    JSON_HALF_SURROGATE,
    JSON_REPEATED_NAME,
    JSON_NO_LIST,
    JSON_NO_RECORD,
    JSON_TOO_LARGE,
    JSON_NO_MEMORY,
};

// Kinds of cells. `JSON_ARRAY` and `JSON_OBJECT` occur in documents only, where `offset` counts their items.
enum {
    JSON_ABSENT = 0,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_STRUCTURE,
    JSON_ARRAY,
    JSON_OBJECT,
};

// A value's place. `tail` is length << 4 | isUnescaped << 3 | kind: an unescaped text stands in the outcome's `texts`,
// everything else in the bytes that were read; texts without their quotes.
typedef struct json_cell {
    uint32_t offset;
    uint32_t tail;
} json_cell;

typedef struct json_text {
    const uint8_t *bytes;
    size_t length;
} json_text;

typedef struct json_outcome {
    int32_t fault;
    // Where the fault is; in a sound page where the list begins.
    uint32_t offset;
    // Behind the list's last byte.
    uint32_t list_end;
    uint32_t row_count;
    const json_cell *cells;
    size_t cell_count;
    const uint8_t *texts;
    size_t text_length;
} json_outcome;

// The records of the list below `pointer` (the unescaped parts of an RFC 6901 pointer) as rows of `field_count` cells.
// A field is a dotted path; at each step the longest name that the object has is followed. A number is also a place
// in a list. A field whose name occurs twice in one object is a fault.
json_outcome json_read_page(
    const uint8_t *bytes, size_t length, const json_text *pointer, size_t part_count, const json_text *fields,
    size_t field_count, int32_t maximum_depth);

// All of a document in order: a container's cell is followed by those of its items, a member's by name and value.
json_outcome json_read_document(const uint8_t *bytes, size_t length, int32_t maximum_depth);

#ifdef __cplusplus
}
#endif

#endif
