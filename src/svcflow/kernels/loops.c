/* Loops over the columns of a block of whole cases, each of which takes numpy several passes.

   Every function here has a form in numpy, which says what it does and is what runs where this file is not compiled
   (see `loops.py`, and who calls it). Both give the same numbers: tests hold them against each other. Case `c` owns
   rows offsets[c] .. offsets[c + 1] - 1. Whatever is used as a place is judged first: -1 tells of one out of bounds. */

#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define SHOWN __declspec(dllexport)
#else
#define SHOWN __attribute__((visibility("default")))
#endif

typedef int64_t i64;
typedef int32_t i32;
typedef uint64_t u64;
typedef uint8_t u8;

#if defined(__GNUC__)
#define FETCH(place) __builtin_prefetch(place, 1)
#else
#define FETCH(place) ((void)0)
#endif
#define AHEAD 12 /* rows ahead of which a table larger than the cache is asked for */
#define FAR 65536 /* numbers that the nearer caches hold */

#define OUTSIDE(code, space) ((u64)(code) >= (u64)(space))

/* What this was compiled from: a checksum of this very file. */
SHOWN i64 source(void) { return SOURCE; }

/* The case of each row. */
SHOWN i64 number_cases(i64 cases, const i64 *offsets, i64 *found) {
    for (i64 c = 0; c < cases; c++)
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) found[r] = c;
    return 0;
}

/* Rows with one before them in their case, in order: the pair of activities, and what is waited between them. Without
   `start`, instances have one time. */
SHOWN i64 measure_steps(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity, i64 width,
                        i64 *pair, i64 *waiting, u8 *overlaps) {
    i64 k = 0;
    for (i64 c = 0; c < cases; c++) {
        i64 r = offsets[c];
        if (r >= offsets[c + 1]) continue;
        i64 before = activity[r];
        if (OUTSIDE(before, width)) return -1;
        for (++r; r < offsets[c + 1]; ++r, ++k) {
            i64 code = activity[r], waited = (start ? start[r] : time[r]) - time[r - 1];
            if (OUTSIDE(code, width)) return -1;
            pair[k] = before * width + code;
            if (start) {
                overlaps[k] = waited < 0;
                waited = waited < 0 ? 0 : waited;
            }
            waiting[k] = waited;
            before = code;
        }
    }
    return k;
}

/* Of each case: its time, the time from its beginning to the last row that resolves it (as it is where none does), and
   whether its last row is a done one. `marks` has 1 for activities that resolve and 2 for those that are done. */
SHOWN i64 measure_cases(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity, i64 width,
                        const u8 *marks, i64 *cycle, i64 *resolve, u8 *finished) {
    for (i64 c = 0; c < cases; c++) {
        i64 low = offsets[c], high = offsets[c + 1], begin = start ? start[low] : time[low];
        if (start)
            for (i64 r = low + 1; r < high; r++) begin = start[r] < begin ? start[r] : begin;
        cycle[c] = time[high - 1] - begin;
        for (i64 r = high - 1; r >= low; r--) {
            if (OUTSIDE(activity[r], width)) return -1;
            if (marks[activity[r]] & 1) {
                resolve[c] = time[r] - begin;
                break;
            }
        }
        if (OUTSIDE(activity[high - 1], width)) return -1;
        finished[c] = marks[activity[high - 1]] >> 1;
    }
    return 0;
}

/* The cell of a histogram: exponent and six bits of mantissa of the value. */
static inline i64 find_cell(i64 value) {
    double wide = (double)value;
    i64 bits;
    memcpy(&bits, &wide, sizeof bits);
    i64 cell = (bits >> 46) - ((1023 << 6) - 1);
    return cell < 0 ? 0 : cell;
}

/* A count, a sum and a histogram for each of a few keys. With `number`, that gives the place of a key, -1 for none yet:
   at most `space` of them are given out, and `used` says how many were. */
typedef struct {
    i32 *number;
    i64 *keys, *used;
    i64 space, width, keep;
    i64 *counts, *totals;
    i32 *histogram;
    i64 *few_keys, *few_values;
} Places;

/* Adds one value; returns -1 where it has no place. What comes while its key has fewer than `keep` is noted in `few`. */
static inline int take_in(const Places *to, i64 key, i64 value, i64 *few) {
    i64 place = key, cell = find_cell(value);
    if (to->number) {
        place = to->number[key];
        if (place < 0) {
            if (*to->used >= to->space) return -1;
            place = (*to->used)++;
            to->number[key] = (i32)place;
            to->keys[place] = key;
        }
    }
    if (cell >= to->width) return -1;
    if (to->counts[place]++ < to->keep) {
        to->few_keys[*few] = place;
        to->few_values[(*few)++] = value;
    }
    to->totals[place] += value;
    to->histogram[place * to->width + cell]++;
    return 0;
}

/* All steps at once: the waiting of each pair of activities, how often the two overlap, and in `seen` the last case that
   showed it (-1 throughout) and how often one shows it again. Returns how many cases had places, which may be fewer than there are. */
SHOWN i64 tally_steps(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity, i64 width,
                      const Places *to, i64 *seen, i64 *overlaps, i64 *few) {
    for (i64 c = 0; c < cases; c++) {
        if (to->number && *to->used + (offsets[c + 1] - offsets[c]) > to->space) return c;
        for (i64 r = offsets[c] + 1; r < offsets[c + 1]; r++) {
            i64 pair = activity[r - 1] * width + activity[r], waited = (start ? start[r] : time[r]) - time[r - 1];
            if (OUTSIDE(activity[r - 1], width) || OUTSIDE(activity[r], width)) return -1;
            if (waited < 0) {
                overlaps[pair]++;
                waited = 0;
            }
            if (take_in(to, pair, waited, few)) return -1;
            i64 *own = seen + 2 * pair;
            own[1] += own[0] == c;
            own[0] = c;
        }
    }
    return cases;
}

/* All that activities of a block come to: instances, how often a case shows one again (`last` is -1 throughout), and the
   waiting before each. */
SHOWN i64 tally_activities(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity,
                           i64 width, const Places *to, i64 *last, i64 *instances, i64 *again, i64 *few) {
    for (i64 c = 0; c < cases; c++)
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) {
            i64 code = activity[r];
            if (OUTSIDE(code, width)) return -1;
            instances[code]++;
            again[code] += last[code] == c;
            last[code] = c;
            if (r == offsets[c]) continue;
            i64 waited = (start ? start[r] : time[r]) - time[r - 1];
            if (take_in(to, code, waited < 0 ? 0 : waited, few)) return -1;
        }
    return 0;
}

/* Adds the waiting of each pair of activities to that of the group of its case: `sums` has groups x pairs. */
SHOWN i64 add_by_group(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity, i64 width,
                       const i64 *group, i64 groups, i64 *sums) {
    for (i64 c = 0; c < cases; c++) {
        if (OUTSIDE(group[c], groups)) return -1;
        i64 *own = sums + group[c] * width * width;
        for (i64 r = offsets[c] + 1; r < offsets[c + 1]; r++) {
            i64 waited = (start ? start[r] : time[r]) - time[r - 1];
            if (OUTSIDE(activity[r - 1], width) || OUTSIDE(activity[r], width)) return -1;
            own[activity[r - 1] * width + activity[r]] += waited < 0 ? 0 : waited;
        }
    }
    return 0;
}

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* A quotient rounded down: times before 1970 are negative. */
static inline i64 divide(i64 value, i64 unit) {
    i64 found = value / unit;
    return found - (found * unit > value);
}

/* Keeps the smallest distinct values of a few and one more. */
static inline void keep_least(i64 value, i64 most, i64 *kept, i64 *count) {
    if (*count == most && value >= kept[most - 1]) return;
    i64 place = 0;
    while (place < *count && kept[place] < value) place++;
    if (place < *count && kept[place] == value) return;
    if (*count < most) ++*count;
    for (i64 i = *count - 1; i > place; i--) kept[i] = kept[i - 1];
    kept[place] = value;
}

/* What timers are judged by. Of each step, its pair and the minute of the day count in `ended` and `started`; waits near
   whole days and hours go to `days` and `hours` as pair << 20 | number, steps that a machine wrote (marked in `machine`,
   if given) to `written`, and how many of each to `found`. Of all times: which units they are not whole in (`broken`: hour,
   minute, second), and the least `most` moments of the day and days, counted in `kept`. */
SHOWN i64 tally_spikes(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity, i64 width,
                       const i32 *resource, i64 resources, const u8 *machine, i64 *ended, i64 *started, i64 *days,
                       i64 *hours, i64 *written, i64 *found, i64 *broken, i64 most, i64 *moments, i64 *dates,
                       i64 *kept) {
    const i64 units = (i64)1 << 20;
    for (i64 c = 0; c < cases; c++) {
        i64 earlier = 0;
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) {
            i64 date = divide(time[r], DAY), moment = time[r] - date * DAY, minute = moment / MINUTE, before = earlier;
            keep_least(date, most, dates, kept + 1);
            keep_least(moment, most, moments, kept);
            if (!broken[0]) broken[0] = moment % HOUR != 0;
            if (!broken[1]) broken[1] = moment % MINUTE != 0;
            if (!broken[2]) broken[2] = moment % 1000 != 0;
            earlier = minute;
            if (OUTSIDE(activity[r], width)) return -1;
            if (r == offsets[c]) continue;
            i64 pair = activity[r - 1] * width + activity[r], begun = start ? start[r] : time[r];
            i64 waited = begun - time[r - 1];
            if (start) minute = (begun - divide(begun, DAY) * DAY) / MINUTE;
            ended[pair * (DAY / MINUTE) + before]++;
            started[pair * (DAY / MINUTE) + minute]++;
            i64 number = (waited + HOUR / 2) / HOUR, off = waited - number * HOUR;
            off = off < 0 ? -off : off;
            if (waited > 0 && number > 0 && off <= 2 * MINUTE) {
                i64 whole = number / 24;
                if (number % 24 == 0) days[found[0]++] = (pair << 20) + (whole < units ? whole : units - 1);
                if (off <= MINUTE) hours[found[1]++] = (pair << 20) + (number < units ? number : units - 1);
            }
            if (!machine) continue;
            if (OUTSIDE(resource[r], resources)) return -1;
            if (machine[resource[r]]) written[found[2]++] = pair * resources + resource[r];
        }
    }
    return 0;
}

/* Counts instances by account and team, and flags the hours in which an account wrote: `eras` has, from era `low` on, the
   address of one flag for each account and hour of an era. */
SHOWN i64 mark_presence(i64 n, const i64 *time, const i32 *account, i64 accounts, const i32 *team, i64 teams, i64 era,
                        i64 low, i64 eras, const i64 *flags, i64 *counts) {
    for (i64 r = 0; r < n; r++) {
        i64 hour = divide(time[r], HOUR), number = divide(hour, era);
        if (OUTSIDE(account[r], accounts) || OUTSIDE(team[r], teams) || OUTSIDE(number - low, eras)) return -1;
        counts[account[r] * teams + team[r]]++;
        ((u8 *)flags[number - low])[account[r] * era + hour - number * era] = 1;
    }
    return 0;
}

/* What comes after activities that are marked in `done`: their instances, those after which the case goes on with another,
   and by activity the cases of which it is the first such one and those that show it; `last` is -1 throughout. */
SHOWN i64 tally_settling(i64 cases, const i64 *offsets, const i32 *activity, i64 width, const u8 *done, i64 *last,
                         i64 *all, i64 *opens, i64 *stands) {
    for (i64 c = 0; c < cases; c++) {
        int opened = 0;
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) {
            i64 code = activity[r];
            if (OUTSIDE(code, width)) return -1;
            if (!done[code]) continue;
            all[0]++;
            all[1] += r + 1 < offsets[c + 1] && !OUTSIDE(activity[r + 1], width) && !done[activity[r + 1]];
            opens[code] += !opened;
            opened = 1;
            stands[code] += last[code] != c;
            last[code] = c;
        }
    }
    return 0;
}

/* Adds values to counts, sums and histograms of keys; returns how many came while their key had fewer than `keep`,
   whose places go to `few`. */
SHOWN i64 tally(i64 n, const i64 *keys, const i64 *values, i64 space, i64 width, i64 keep, i64 *counts, i64 *totals,
                i32 *histogram, i64 *few) {
    i64 k = 0;
    for (i64 i = 0; i < n; i++) {
        i64 key = keys[i], value = values[i], cell = find_cell(value);
        if (OUTSIDE(key, space) || cell >= width) return -1;
        if (counts[key]++ < keep) few[k++] = i;
        totals[key] += value;
        histogram[key * width + cell]++;
    }
    return k;
}

/* Adds values to the count and the sum of their keys, which stand side by side. */
SHOWN i64 add(i64 n, const i64 *keys, const i64 *values, i64 space, i64 *sums) {
    for (i64 i = 0; i < n; i++) {
        if (OUTSIDE(keys[i], space)) return -1;
        if (i + AHEAD < n && !OUTSIDE(keys[i + AHEAD], space)) FETCH(sums + 2 * keys[i + AHEAD]);
        sums[2 * keys[i]]++;
        sums[2 * keys[i] + 1] += values[i];
    }
    return 0;
}

/* The sum of mixed[code] * base ** place, its even places and its odd ones side by side. */
static inline u64 hash_codes(const i32 *codes, i64 length, const u64 *mixed, u64 base) {
    u64 even = 0, odd = 0, square = base * base;
    i64 i = length - 1;
    if (length & 1) even = mixed[codes[i--]];
    for (; i > 0; i -= 2) {
        odd = odd * square + mixed[codes[i]];
        even = even * square + mixed[codes[i - 1]];
    }
    return even + odd * base;
}

/* Enters numbers by their hashes in a table of 2 ** bits cells, more than there are numbers, all of them -1. */
SHOWN i64 enter_sequences(i64 n, const i64 *records, i64 bits, i32 *table) {
    u64 mask = ((u64)1 << bits) - 1;
    for (i64 s = 0; s < n; s++) {
        u64 cell = ((u64)records[2 * s] * 0x9E3779B97F4A7C15u) >> (64 - bits);
        while (table[cell] >= 0) cell = (cell + 1) & mask;
        table[cell] = (i32)s;
    }
    return 0;
}

/* Writes codes as numbers of one, two or four bytes each. */
static inline void write_codes(u8 *to, const i32 *codes, i64 n, i64 bytes) {
    if (bytes == 1)
        for (i64 i = 0; i < n; i++) to[i] = (u8)codes[i];
    else if (bytes == 2)
        for (i64 i = 0; i < n; i++) ((uint16_t *)to)[i] = (uint16_t)codes[i];
    else
        memcpy(to, codes, (size_t)n * sizeof *codes);
}

/* The number of the sequence of each case; those that are new get one from `size` on. Hashes are those of the numpy
   form: the sum of mixed[code] * base ** place. `table` has 2 ** bits cells of a number or -1. Each record has the hash
   of a sequence and where it begins in `known`, whose codes have so many `bytes` each; it ends where the next begins, and
   the record after the last says where that is. There is room for as many more records as there are cases, and codes as
   there are rows. Returns how many sequences there are then. */
SHOWN i64 number_sequences(i64 cases, const i64 *offsets, const i32 *activity, i64 width, const u64 *mixed, u64 base,
                           i64 bits, i32 *table, i64 size, i64 *records, i64 bytes, u8 *known, i64 *numbers) {
    u64 mask = ((u64)1 << bits) - 1;
    i64 used = records[2 * size + 1];
    int outside = 0;
    for (i64 r = offsets[0]; r < offsets[cases]; r++) outside |= (uint32_t)activity[r] >= (uint32_t)width;
    if (outside) return -1;
    for (i64 c = 0; c < cases; c++)
        numbers[c] = (i64)hash_codes(activity + offsets[c], offsets[c + 1] - offsets[c], mixed, base);
    for (i64 c = 0; c < cases; c++) {
        const i32 *mine = activity + offsets[c];
        i64 length = offsets[c + 1] - offsets[c], s;
        if (c + AHEAD < cases) FETCH(table + (((u64)numbers[c + AHEAD] * 0x9E3779B97F4A7C15u) >> (64 - bits)));
        if (c + AHEAD / 2 < cases) {
            s = table[((u64)numbers[c + AHEAD / 2] * 0x9E3779B97F4A7C15u) >> (64 - bits)];
            if (s >= 0) FETCH(records + 2 * s);
        }
        u8 *written = known + used * bytes; /* where it stays if it is new */
        write_codes(written, mine, length, bytes);
        u64 cell = ((u64)numbers[c] * 0x9E3779B97F4A7C15u) >> (64 - bits);
        for (; (s = table[cell]) >= 0; cell = (cell + 1) & mask) {
            const i64 *record = records + 2 * s;
            if (record[0] == numbers[c] && record[3] - record[1] == length &&
                !memcmp(known + record[1] * bytes, written, (size_t)(length * bytes)))
                break;
        }
        if (s < 0) {
            s = size++;
            used += length;
            table[cell] = (i32)s;
            records[2 * s] = numbers[c];
            records[2 * s + 3] = used;
        }
        numbers[c] = s;
    }
    return size;
}

/* Some of `size` sequences end to end, see `number_sequences`. Returns how many codes they have. */
SHOWN i64 take_sequences(i64 n, const i64 *order, i64 size, const i64 *begins, const i64 *lengths, i64 bytes, i64 used,
                         const u8 *known, u8 *taken) {
    i64 end = 0;
    for (i64 i = 0; i < n; i++) {
        if (OUTSIDE(order[i], size)) return -1;
        i64 begin = begins[order[i]], length = lengths[order[i]];
        if (begin < 0 || length < 0 || begin + length > used) return -1;
        memcpy(taken + end * bytes, known + begin * bytes, (size_t)(length * bytes));
        end += length;
    }
    return end;
}

/* Whether one sequence comes after another in the order of their codes; one before those that it begins. */
static inline int is_after(const u8 *codes, i64 bytes, i64 left, i64 left_length, i64 right, i64 right_length) {
    i64 both = left_length < right_length ? left_length : right_length;
    if (bytes == 1) {
        int found = memcmp(codes + left, codes + right, (size_t)both);
        return found ? found > 0 : left_length > right_length;
    }
    for (i64 i = 0; i < both; i++) {
        i64 mine = bytes == 2 ? ((const uint16_t *)codes)[left + i] : ((const i32 *)codes)[left + i];
        i64 other = bytes == 2 ? ((const uint16_t *)codes)[right + i] : ((const i32 *)codes)[right + i];
        if (mine != other) return mine > other;
    }
    return left_length > right_length;
}

/* The numbers of sequences in the order of their codes, equal ones as they stand: runs of one, two, four and so on are
   merged, from `order` to `room` and back. */
SHOWN i64 rank_sequences(i64 n, const i64 *begins, const i64 *lengths, i64 bytes, i64 used, const u8 *codes, i64 *order,
                         i64 *room) {
    i64 *from = order, *to = room;
    for (i64 i = 0; i < n; i++) {
        if (begins[i] < 0 || lengths[i] < 0 || begins[i] + lengths[i] > used) return -1;
        order[i] = i;
    }
    for (i64 run = 1; run < n; run *= 2) {
        for (i64 low = 0; low < n; low += 2 * run) {
            i64 middle = low + run < n ? low + run : n, high = low + 2 * run < n ? low + 2 * run : n;
            i64 left = low, right = middle;
            for (i64 k = low; k < high; k++) {
                int second = left == middle;
                if (!second && right < high)
                    second = is_after(codes, bytes, begins[from[left]], lengths[from[left]], begins[from[right]],
                                      lengths[from[right]]);
                to[k] = from[second ? right++ : left++];
            }
        }
        i64 *other = from;
        from = to;
        to = other;
    }
    if (from != order) memcpy(order, from, (size_t)n * sizeof *order);
    return 0;
}

/* A count, a sum and a head for each of many keys, side by side, and the values of each: the first `keep` of a key in a
   list that begins at place head - 1 and goes on at next[place] - 1 (-1: nowhere), those of a key with more as counts of
   cells, in a table of 2 ** bits slots of key << 12 | cell or -1. `used` says how many places of lists and slots are
   taken. */
typedef struct {
    i64 keep, bits;
    i64 *sums, *values;
    i32 *next;
    i64 *slots;
    i32 *filled;
    i64 *used;
} Pool;

static inline void fill_slot(const Pool *to, i64 code, i32 times) {
    u64 mask = ((u64)1 << to->bits) - 1, slot = ((u64)code * 0x9E3779B97F4A7C15u) >> (64 - to->bits);
    while (to->slots[slot] != code && to->slots[slot] >= 0) slot = (slot + 1) & mask;
    if (to->slots[slot] < 0) {
        to->slots[slot] = code;
        to->used[1]++;
    }
    to->filled[slot] += times;
}

/* Adds values to keys below `space`; returns how many were taken in when the table of cells was half full, all of them
   if it was not. There is room in the lists for all of them. */
SHOWN i64 pool_values(i64 n, const i64 *keys, const i64 *values, i64 space, const Pool *to) {
    i64 most = ((i64)1 << to->bits) / 2 - to->keep - 1;
    for (i64 i = 0; i < n; i++) {
        i64 key = keys[i];
        if (OUTSIDE(key, space)) return -1;
        if (to->used[1] > most) return i;
        if (i + AHEAD < n) FETCH(to->sums + 3 * keys[i + AHEAD]);
        i64 *own = to->sums + 3 * key;
        own[1] += values[i];
        if (own[0]++ < to->keep) {
            i64 place = to->used[0]++;
            to->values[place] = values[i];
            to->next[place] = (i32)own[2];
            own[2] = place + 1;
            continue;
        }
        for (i64 place = own[2] - 1; place >= 0; place = to->next[place] - 1)
            fill_slot(to, key << 12 | find_cell(to->values[place]), 1);
        own[2] = 0;
        fill_slot(to, key << 12 | find_cell(values[i]), 1);
    }
    return n;
}

/* Enters the cells of one table in another that is larger. */
SHOWN i64 move_slots(i64 n, const i64 *slots, const i32 *filled, const Pool *to) {
    for (i64 i = 0; i < n; i++)
        if (slots[i] >= 0) fill_slot(to, slots[i], filled[i]);
    return 0;
}

/* The values of the lists of some keys, ascending for each; returns how many there are. */
SHOWN i64 list_values(i64 n, const i64 *keys, i64 space, const Pool *of, i64 *values) {
    i64 end = 0;
    for (i64 i = 0; i < n; i++) {
        if (OUTSIDE(keys[i], space)) return -1;
        i64 begin = end;
        for (i64 place = of->sums[3 * keys[i] + 2] - 1; place >= 0; place = of->next[place] - 1) {
            i64 value = of->values[place], at = end++;
            for (; at > begin && values[at - 1] > value; at--) values[at] = values[at - 1];
            values[at] = value;
        }
    }
    return end;
}

/* For each place the last one before it with its key in its case, -1 where there is none; `last` is -1 throughout. */
SHOWN i64 chain(i64 n, const i64 *group, const i32 *key, i64 space, i64 *last, i64 *before) {
    i64 begin = 0;
    for (i64 i = 0; i < n; i++) {
        if (i && group[i] != group[i - 1]) begin = i;
        i64 code = key[i];
        if (OUTSIDE(code, space)) return -1;
        before[i] = last[code] >= begin ? last[code] : -1;
        last[code] = i;
    }
    return 0;
}

/* Rows whose activity stood in their case before: the last such row and the first; `last` is -1 throughout. */
SHOWN i64 recur(i64 cases, const i64 *offsets, const i32 *activity, i64 width, i64 *last, i64 *first, i64 *row,
                i64 *before, i64 *head, i64 *found) {
    i64 k = 0;
    for (i64 c = 0; c < cases; c++)
        for (i64 begin = offsets[c], r = begin; r < offsets[c + 1]; r++) {
            i64 code = activity[r];
            if (OUTSIDE(code, width)) return -1;
            if (last[code] >= begin) {
                row[k] = r;
                before[k] = last[code];
                head[k] = first[code];
                found[k++] = c;
            } else
                first[code] = r;
            last[code] = r;
        }
    return k;
}

/* Places that repeat which value comes right after which in their case, given the chains of the values. */
SHOWN i64 find_pairs_again(i64 n, const i64 *group, const i32 *values, const i64 *before, i64 *found) {
    i64 k = 0;
    for (i64 i = 1; i < n; i++) {
        if (before[i] < 0 || before[i - 1] < 0) continue;
        for (i64 j = before[i]; j > 0; j = before[j])
            if (values[j - 1] == values[i - 1] && group[j - 1] == group[i]) {
                found[k++] = i;
                break;
            }
    }
    return k;
}

/* The stays of each case with its holders, and the last stay with the same one; `last` is -1 throughout. */
SHOWN i64 trace(i64 cases, const i64 *offsets, const i32 *holder, i64 space, i64 *last, i64 *row, i64 *of, i32 *value,
                i64 *before, i64 *distance, u8 *again) {
    i64 k = 0;
    for (i64 c = 0; c < cases; c++) {
        i64 begin = k, now = -1;
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) {
            i64 code = holder[r];
            if (code == now) continue;
            if (OUTSIDE(code, space)) return -1;
            now = code;
            i64 earlier = last[code] >= begin ? last[code] : -1;
            row[k] = r;
            of[k] = c;
            value[k] = (i32)code;
            before[k] = earlier;
            distance[k] = earlier < 0 ? 0 : k - earlier;
            again[k] = 0;
            if (earlier >= 0) again[earlier] = 1;
            last[code] = k++;
        }
    }
    return k;
}

/* Handovers, cases with one, the most in one case, cases that return, bounces, cases with a bounce, with two and four
   in a row, cases that pass more than two holders and none twice, cases that come back after two others or more. */
SHOWN i64 count_routes(i64 n, const i64 *of, const i64 *distance, i64 *counts) {
    for (i64 i = 0; i < n;) {
        i64 length = 0, bounces = 0, run = 0, longest = 0, returned = 0, circular = 0;
        for (i64 c = of[i]; i < n && of[i] == c; i++, length++) {
            run = distance[i] == 2 ? run + 1 : 0;
            bounces += distance[i] == 2;
            longest = run > longest ? run : longest;
            returned |= distance[i] > 0;
            circular |= distance[i] > 2;
        }
        counts[0] += length - 1;
        counts[1] += length > 1;
        counts[2] = length - 1 > counts[2] ? length - 1 : counts[2];
        counts[3] += returned;
        counts[4] += bounces;
        counts[5] += bounces > 0;
        counts[6] += longest >= 2;
        counts[7] += longest >= 4;
        counts[8] += length > 2 && !returned;
        counts[9] += circular;
    }
    return 0;
}

/* All that handovers of a block come to. Rows whose resource is marked in `passed` are passed over, if it is given.
   `counts` are those of `count_routes`; `seen` has of each pair of holders the last case that showed it (`first` and on,
   -1 for none), how often a case shows it once more, and where the giver has the case again later; `kept` has of each
   step cases, instances and time of a known holder who stays, and the last case that showed it (-1 throughout).
   The delay of each goes to its pair in `to`, and to count and total of pair and step in `mixed`; where one of them is
   not there, to `pairs`, `both` and `delays`, and returned is their number. `stays` is room, and `last_stay`, which is -1
   throughout. */
SHOWN i64 tally_handovers(i64 cases, const i64 *offsets, const i64 *time, const i64 *start, const i32 *activity,
                          i64 width, const i32 *holder, i64 holders, const i32 *resource, i64 resources,
                          const u8 *passed, i64 first_case, i32 *stays, i64 *last_stay, i64 *counts, i64 *seen,
                          i64 *kept, const Places *to, i64 *few, i64 *mixed, i64 *pairs,
                          i64 *both, i64 *delays) {
    i64 found = 0, steps = width * width, begin = 0, rows = offsets[cases];
    const int many = holders * holders > FAR / 3;
    for (i64 c = 0; c < cases; c++) {
        i64 length = 0, bounces = 0, run = 0, longest = 0, returned = 0, circular = 0;
        for (i64 r = offsets[c]; r < offsets[c + 1]; r++) {
            i64 now = holder[r], first = r == offsets[c], step = 0, waited = 0;
            if (OUTSIDE(now, holders) || OUTSIDE(activity[r], width)) return -1;
            if (many && r + AHEAD < rows && holder[r + AHEAD] != holder[r + AHEAD - 1] && !OUTSIDE(holder[r + AHEAD - 1], holders))
                FETCH(seen + 3 * (holder[r + AHEAD - 1] * holders + holder[r + AHEAD]));
            if (!first) {
                step = activity[r - 1] * width + activity[r];
                waited = (start ? start[r] : time[r]) - time[r - 1];
                waited = waited < 0 ? 0 : waited;
                if (now && now == holder[r - 1]) {
                    i64 *own = kept + 4 * step;
                    own[0] += own[3] != c;
                    own[1]++;
                    own[2] += waited;
                    own[3] = c;
                }
            }
            if (passed) {
                if (OUTSIDE(resource[r], resources)) return -1;
                if (passed[resource[r]]) continue;
            }
            if (length && stays[length - 1] == now) continue;
            i64 earlier = last_stay[now] - begin, place = length++;
            stays[place] = (i32)now;
            last_stay[now] = begin + place;
            run = earlier >= 0 && place - earlier == 2 ? run + 1 : 0;
            bounces += run > 0;
            longest = run > longest ? run : longest;
            if (earlier >= 0) {
                returned = 1;
                circular |= place - earlier > 2;
                seen[3 * (stays[earlier] * holders + stays[earlier + 1]) + 2]++;
            }
            if (!place) continue;
            i64 pair = stays[place - 1] * holders + now;
            seen[3 * pair + 1] += seen[3 * pair] == first_case + c;
            seen[3 * pair] = first_case + c;
            if (to && take_in(to, pair, waited, few)) return -1;
            if (mixed) {
                mixed[2 * (pair * steps + step)]++;
                mixed[2 * (pair * steps + step) + 1] += waited;
            }
            if (to && mixed) continue;
            pairs[found] = pair;
            both[found] = pair * steps + step;
            delays[found++] = waited;
        }
        begin += length;
        counts[0] += length ? length - 1 : 0;
        counts[1] += length > 1;
        counts[2] = length - 1 > counts[2] ? length - 1 : counts[2];
        counts[3] += returned;
        counts[4] += bounces;
        counts[5] += bounces > 0;
        counts[6] += longest >= 2;
        counts[7] += longest >= 4;
        counts[8] += length > 2 && !returned;
        counts[9] += circular;
    }
    return found;
}

/* All that rework of a block comes to: in `found` six counts of the log (see `rework.Part`), and by activity one row
   each of repeats, redos, unattributed, cases, cost and gain. `last` and `told` are -1 throughout. */
SHOWN i64 tally_rework(i64 cases, const i64 *offsets, const i64 *time, const i32 *activity, i64 width,
                       const i32 *resource, const u8 *settled, i64 *last, i64 *told, i64 *found, i64 *weighed) {
    for (i64 c = 0; c < cases; c++) {
        i64 repeating = 0, loops = 0, reopens = 0, low = offsets[c];
        for (i64 r = low; r < offsets[c + 1]; r++) {
            i64 code = activity[r];
            if (OUTSIDE(code, width)) return -1;
            if (r > low) reopens += settled[activity[r - 1]] & !settled[code];
            i64 before = last[code];
            last[code] = r;
            if (before < low) continue;
            i64 now = resource[r], then = resource[before];
            weighed[(now && then ? now != then : 2) * width + code]++;
            weighed[3 * width + code] += told[code] != c;
            weighed[4 * width + code] += time[r] - time[before];
            weighed[5 * width + activity[r - 1]]++;
            weighed[5 * width + code]--;
            told[code] = c;
            repeating = 1;
            if (before != r - 1) continue;
            found[0]++;
            loops += before == low || activity[before - 1] != code;
        }
        found[1] += loops;
        found[2] += loops > 0;
        found[3] += repeating;
        found[4] += reopens;
        found[5] += reopens > 0;
    }
    return 0;
}

/* The first row of each case, of cases that are numbered on from `next`; none at all where they are not. */
SHOWN i64 find_cases(i64 n, const i32 *numbers, i64 next, i64 *firsts) {
    i64 k = 0, before = next - 1, wrong = n && numbers[0] != next;
    for (i64 r = 0; r < n; r++) {
        i64 step = numbers[r] - before;
        wrong |= step & ~(i64)1;
        firsts[k] = r;
        k += step != 0;
        before = numbers[r];
    }
    return wrong ? 0 : k;
}

/* How often a time lies before that of the row before it in its case. */
SHOWN i64 count_disorder(i64 cases, const i64 *offsets, const i64 *time) {
    i64 found = 0;
    for (i64 r = 1; r < offsets[cases]; r++) found += time[r] < time[r - 1];
    for (i64 c = 1; c < cases; c++) found -= time[offsets[c]] < time[offsets[c] - 1];
    return found;
}


/* Adds to counts and sums by key in a table of room (a power of two) slots, empty ones -1; returns how many were taken
   in when `left` new keys had come, all of them if fewer. */
SHOWN i64 add_slots(i64 n, const i64 *keys, const i64 *counts, const i64 *totals, i64 room, i64 *slots, i64 *count,
                    i64 *total, i64 *left) {
    u64 mask = (u64)room - 1;
    for (i64 i = 0; i < n; i++) {
        if (keys[i] < 0) return -1;
        u64 mix = (u64)keys[i] * 0x9E3779B97F4A7C15u, slot = (mix ^ (mix >> 32)) & mask;
        while (slots[slot] != keys[i] && slots[slot] >= 0) slot = (slot + 1) & mask;
        if (slots[slot] < 0) {
            if (*left <= 0) return i;
            --*left;
            slots[slot] = keys[i];
        }
        count[slot] += counts ? counts[i] : 1;
        total[slot] += totals[i];
    }
    return n;
}
