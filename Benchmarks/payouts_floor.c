// What job "payouts" does, as a plain loop over columns: marginal commission by calendar month on new contracts, and a
// bonus on renewals with a cap. payouts_floor FOLDER [REPETITIONS] prints one line of JSON.
//
// The columns are derived and ordered as in Engine/PayoutColumns.swift, the plan is the one of Engine/PayoutJobs.swift.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { NEW_YEAR = 20454, AS_OF = NEW_YEAR + 364, TIERS = 4 };
static const int64_t tier_from[TIERS] = {0, 500000, 2500050, 10000075};
static const int64_t tier_rate[TIERS] = {50000, 82500, 105000, 120000};
static const int64_t bonus_rate = 37500, bonus_cap = 5000;

struct columns {
    size_t rows, partners;
    size_t *starts;
    int32_t *signed_on;
    uint8_t *is_renewal;
    int64_t *amount;
};

struct totals {
    int64_t lines, commission, bonus, cut, capped;
    uint64_t checksum;
};

// A share in parts per million, half to even.
static int64_t share(int64_t amount, int64_t rate) {
    int64_t product = amount * rate, quotient = product / 1000000, rest = llabs(product % 1000000);
    if (rest > 500000 || (rest == 500000 && (quotient & 1))) quotient += product < 0 ? -1 : 1;
    return quotient;
}

// Commission on a volume, each slice at its tier's rate and rounded by itself.
static int64_t marginal(int64_t volume) {
    int64_t sum = 0;
    for (int tier = 0; tier < TIERS && volume > tier_from[tier]; tier++) {
        int64_t end = tier + 1 < TIERS && tier_from[tier + 1] < volume ? tier_from[tier + 1] : volume;
        sum += share(end - tier_from[tier], tier_rate[tier]);
    }
    return sum;
}

// The first day of the month after that of `day` (Hinnant's civil calendar).
static int32_t next_month(int32_t day) {
    int32_t shifted = day + 719468, era = shifted / 146097, of_era = shifted - era * 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    int32_t first = of_era - of_year + (153 * (month + 1) + 2) / 5;
    if (month == 11) first = (year + 1) * 365 + (year + 1) / 4 - (year + 1) / 100;
    if (month == 11 && year == 399) first = 146097;
    return era * 146097 + first - 719468;
}

static struct totals run(const struct columns *columns) {
    struct totals totals = {0};
    for (size_t partner = 0; partner < columns->partners; partner++) {
        int64_t volume = 0, earned = 0, sum = 0;
        int32_t month_end = INT32_MIN;
        for (size_t row = columns->starts[partner]; row < columns->starts[partner + 1]; row++) {
            int32_t day = columns->signed_on[row];
            if (day > AS_OF) break;
            totals.lines++;
            if (columns->is_renewal[row]) {
                int64_t bonus = share(columns->amount[row], bonus_rate);
                totals.bonus += bonus;
                if (bonus > bonus_cap) {
                    totals.cut += bonus_cap - bonus;
                    totals.capped++;
                    totals.lines++;
                    bonus = bonus_cap;
                }
                sum += bonus;
            } else {
                if (day >= month_end) {
                    month_end = next_month(day);
                    volume = earned = 0;
                }
                volume += columns->amount[row];
                int64_t now = marginal(volume);
                totals.commission += now - earned;
                sum += now - earned;
                earned = now;
            }
        }
        totals.checksum += (uint64_t)sum * (2 * partner + 1);
    }
    return totals;
}

static void *column(const char *folder, const char *name, size_t width, size_t *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        perror(path);
        exit(1);
    }
    size_t bytes = (size_t)ftell(file);
    rewind(file);
    void *values = malloc(bytes);
    if (!values || fread(values, 1, bytes, file) != bytes) {
        perror(path);
        exit(1);
    }
    fclose(file);
    *count = bytes / width;
    return values;
}

static int ascending(const void *left, const void *right) {
    uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;
    return (l > r) - (l < r);
}

static struct columns load(const char *folder) {
    size_t rows;
    int32_t *partner = column(folder, "partner_id.i32", 4, &rows);
    int32_t *customer = column(folder, "customer_id.i32", 4, &rows);
    int16_t *entry = column(folder, "entry_day.i16", 2, &rows);
    double *revenue = column(folder, "recurring_revenue_start.f64", 8, &rows);
    struct columns columns = {.rows = rows};
    uint64_t *keys = malloc(rows * sizeof *keys);
    for (size_t row = 0; row < rows; row++) {
        if ((size_t)partner[row] >= columns.partners) columns.partners = (size_t)partner[row] + 1;
        keys[row] = (uint64_t)partner[row] << 43 | (uint64_t)(entry[row] * 2 + customer[row] % 2) << 33 | row;
    }
    qsort(keys, rows, sizeof *keys, ascending);
    columns.starts = calloc(columns.partners + 1, sizeof *columns.starts);
    columns.signed_on = malloc(rows * sizeof *columns.signed_on);
    columns.is_renewal = malloc(rows);
    columns.amount = malloc(rows * sizeof *columns.amount);
    for (size_t place = 0; place < rows; place++) {
        size_t row = keys[place] & 0x1FFFFFFFF;
        columns.starts[partner[row] + 1]++;
        columns.signed_on[place] = NEW_YEAR + (int32_t)(keys[place] >> 33 & 0x3FF);
        columns.is_renewal[place] = customer[row] % 5 < 2;
        columns.amount[place] = (int64_t)round(revenue[row] * 100);
    }
    for (size_t each = 0; each < columns.partners; each++) columns.starts[each + 1] += columns.starts[each];
    free(keys), free(partner), free(customer), free(entry), free(revenue);
    return columns;
}

static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static int by_size(const void *left, const void *right) {
    double l = *(const double *)left, r = *(const double *)right;
    return (l > r) - (l < r);
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "usage: payouts_floor FOLDER [REPETITIONS]\n");
        return 1;
    }
    int repetitions = count > 2 ? atoi(arguments[2]) : 5;
    if (repetitions < 1 || repetitions > 100) repetitions = 5;
    struct columns columns = load(arguments[1]);
    double started = processor_seconds(), times[100];
    struct totals totals = run(&columns);
    double once = processor_seconds() - started;
    // Quick work is done so often that it takes at least five milliseconds, as the engine's is.
    int executions = once > 0.005 ? 1 : (int)(0.005 / (once > 1e-6 ? once : 1e-6));
    for (int repetition = 0; repetition < repetitions; repetition++) {
        double before = processor_seconds();
        for (int execution = 0; execution < executions; execution++) {
            // A compiler that sees the same input again may not keep the answer.
            __asm__ volatile("" : : "r"(&columns) : "memory");
            totals = run(&columns);
        }
        times[repetition] = (processor_seconds() - before) / executions;
    }
    qsort(times, (size_t)repetitions, sizeof *times, by_size);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"job\": \"payouts\", \"cpu\": %.9f, \"peak_rss_mb\": %.1f, \"result\": {\"lines\": %lld, \"commission\": %lld, "
           "\"renewal_bonus\": %lld, \"cap\": %lld, \"capped\": %lld, \"other_rules\": 0, "
           "\"partner_checksum\": %llu}}\n",
        times[repetitions / 2], (double)usage.ru_maxrss / 1024, (long long)totals.lines,
        (long long)totals.commission, (long long)totals.bonus, (long long)totals.cut, (long long)totals.capped,
        (unsigned long long)(totals.checksum & ((UINT64_C(1) << 52) - 1)));
    return 0;
}
