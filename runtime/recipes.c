/* Arguments and results: the recipes that the recorder laid into the arena (calltape/recipe.h) are looked up by the
 * hook's return address and run. They are copied and checked before the first is run: the arena is anyone's to write.
 */
#include "asked.h"
#include "sys.h"

#include <sys/uio.h>

static const char *sets; /* the copy: one after the other */
static size_t sets_bytes;
static struct plain *plain; /* of all sets' recipes */
const struct asked **recipes_asked;
static struct asked *pool;
static uint32_t pool_used, pool_room;

/* ---- having them ---- */

static const struct ct_recipes *set_behind(const struct ct_recipes *set)
{
    size_t at = (size_t)((const char *)set - sets) + set->bytes;
    return at < sets_bytes ? (const struct ct_recipes *)(sets + at) : NULL;
}

/* What follows something unsound is left out. How many recipes there are. */
static size_t check(void)
{
    size_t at = 0, recipes = 0;
    while (at < sets_bytes) {
        const struct ct_recipes *set = (const struct ct_recipes *)(sets + at);
        if (!ct_recipes_are_sound(set, sets_bytes - at))
            sets_bytes = at;
        else
            pool_room += set->functions, recipes += set->recipes;
        at += set->bytes;
    }
    return recipes;
}

/* A register or a slot, of which no more than the lowest bits count. */
static struct plain plain_of(const struct ct_recipe *recipe, const struct ct_op *op)
{
    if (!recipe->ops)
        return (struct plain){.from = REGISTERS_ITSELF, .offset = PLAIN_NOT};
    uint32_t bits = recipe->ops > 1 ? op[1].from : 64, there = op->kind == CT_OP_SLOT ? 8u * op->bytes : 64;
    bool loads = op->kind == CT_OP_SLOT ? op->value == (int32_t)op->value : op->kind == CT_OP_REGISTER && !op->value;
    bool simple = loads && (recipe->kind == CT_RECIPE_NUMBER || (recipe->kind == CT_RECIPE_FLOAT && bits == 32)) &&
                  (bits == 8 || bits == 16 || bits == 32 || bits == 64);
    for (uint32_t i = 1; i < recipe->ops; i++)
        simple &= (op[i].kind == CT_OP_ZERO || op[i].kind == CT_OP_SIGN) && op[i].from == bits;
    /* Who takes the number for a signed one makes it negative by the highest bit of what is recorded. */
    bool guarded = recipe->is_signed && recipe->ops > 1 && op[recipe->ops - 1].kind == CT_OP_ZERO;
    uint32_t bytes = bits < 64 ? bits / 8 + guarded : CT_VALUE_DATA_BYTES;
    return (struct plain){.word = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(recipe->key, bytes, CT_VALUE_WHOLE)),
                          .offset = !simple                  ? PLAIN_NOT
                                    : op->kind == CT_OP_SLOT ? (int32_t)op->value
                                                             : (int32_t)(op->from * sizeof(uint64_t)),
                          .from = simple && op->kind == CT_OP_SLOT ? op->from : REGISTERS_ITSELF,
                          .above = (uint8_t)(64 - (bits < there ? bits : there)),
                          .is_signed = recipe->is_signed};
}

static void prepare(void)
{
    struct plain *to = plain;
    for (const struct ct_recipes *set = (const struct ct_recipes *)sets; set; set = set_behind(set)) {
        const struct ct_recipe_parts parts = ct_recipe_parts(set);
        for (uint32_t i = 0; i < set->recipes; i++)
            *to++ = plain_of(&parts.recipes[i], parts.ops + parts.recipes[i].first_op);
    }
}

/* Behind those of the sets before. */
static const struct plain *plain_of_set(const struct ct_recipes *which)
{
    const struct plain *at = plain;
    for (const struct ct_recipes *set = (const struct ct_recipes *)sets; set != which; set = set_behind(set))
        at += set->recipes;
    return at;
}

bool recipes_init(void)
{
    const struct ct_arena *arena = runtime.arena;
    uint64_t start = CT_RECIPES_OFFSET(arena->chunk_count), bytes = arena->recipes_bytes;
    if (!bytes || start + bytes > (uint64_t)arena->first_chunk * CT_CHUNK_BYTES)
        return false;
    char *copy = memory_map(bytes);
    if (!copy)
        return false;
    bytes_copy(copy, (const char *)arena + start, bytes);
    sets = copy;
    sets_bytes = bytes;
    size_t recipes = check();
    pool_room *= 4; /* a library may be closed and opened again */
    pool = memory_map(pool_room * sizeof *pool + 1);
    plain = memory_map(recipes * sizeof *plain + 1);
    if (!pool || !plain)
        return false;
    if (sets_bytes)
        prepare();
    size_t functions = runtime.function_mask / sizeof(struct function) + 1 + FUNCTION_PROBES;
    recipes_asked = memory_map(functions * sizeof *recipes_asked);
    return recipes_asked;
}

static bool same_bytes(const void *a, const void *b, size_t count)
{
    const char *left = a, *right = b;
    while (count && *left == *right)
        count--, left++, right++;
    return count == 0;
}

static bool is_of(const struct ct_recipes *set, const struct ct_module *module, const char *path)
{
    const char *its = ct_recipe_parts(set).text + set->path;
    if (set->build_id_bytes || module->build_id_bytes)
        return set->build_id_bytes == module->build_id_bytes &&
               same_bytes(set->build_id, module->build_id, set->build_id_bytes);
    return text_length(its) == text_length(path) && same_bytes(its, path, text_length(its));
}

const struct ct_recipes *recipes_of(const struct ct_module *module, const char *path)
{
    const struct ct_recipes *set = recipes_asked && sets_bytes ? (const struct ct_recipes *)sets : NULL;
    while (set && !is_of(set, module, path))
        set = set_behind(set);
    return set;
}

/* The last that is not above the address. */
static uint32_t find_function(const struct ct_recipes *set, uint64_t address)
{
    const struct ct_recipe_function *functions = ct_recipe_parts(set).functions;
    uint32_t first = 0, end = set->functions;
    while (first + 1 < end) {
        uint32_t middle = first + (end - first) / 2;
        if (functions[middle].address <= address)
            first = middle;
        else
            end = middle;
    }
    return first;
}

static uint32_t define_keys(const struct ct_recipes *set, const struct ct_recipe_function *function, uint32_t id)
{
    struct ct_recipe_parts parts = ct_recipe_parts(set);
    uint32_t first = __atomic_fetch_add(&runtime.arena->next_key, function->keys, __ATOMIC_RELAXED);
    if (first + function->keys > CT_KEY_MAX)
        return 0;
    for (uint32_t i = 0; i < function->keys; i++) {
        const struct ct_recipe_key *from = &parts.keys[function->first_key + i];
        const char *const strings[] = {parts.text + from->name, parts.text + from->type_name,
                                       parts.text + from->details};
        struct ct_key key = {.key = first + i,
                             .function = id,
                             .kind = from->kind,
                             .type = from->type,
                             .size = from->size,
                             .index = from->index};
        record_put(CT_RECORD_KEY, &key, sizeof key, strings, 3);
    }
    return first;
}

static bool has_results(const struct ct_recipe_key *keys, uint32_t count)
{
    while (count && keys->kind != CT_KEY_RETURN)
        keys++, count--;
    return count != 0;
}

enum asks recipes_register(const struct function *slot, const struct ct_recipes *set, uint32_t id, uintptr_t address,
                           uintptr_t base)
{
    uint32_t at = set && set->functions ? find_function(set, address - base) : 0;
    if (!set || !set->functions || ct_recipe_parts(set).functions[at].address != address - base)
        return ASKS_NOTHING;
    const struct ct_recipe_parts parts = ct_recipe_parts(set);
    const struct ct_recipe_function *function = &parts.functions[at];
    uint32_t first_key = function->sites ? define_keys(set, function, id) : 0;
    uint32_t place = __atomic_fetch_add(&pool_used, 1, __ATOMIC_RELAXED);
    if (!first_key || place >= pool_room)
        return ASKS_NOTHING;
    /* Where others go without, the hook's own way takes care of a time that these calls' entries have just had. */
    bool results = has_results(&parts.keys[function->first_key], function->keys), exits = results || runtime.habits;
    pool[place] = (struct asked){
        .set = set,
        .sites = parts.sites + function->first_site,
        .plain = plain_of_set(set),
        .base = base,
        .entry = ENTRY_WORD(id),
        .site_count = function->sites,
        .first_key = first_key,
        .mark = exits ? MARK_ASKED : 0,
        .results = results,
    };
    __atomic_store_n(&recipes_asked[function_index(slot)], &pool[place], __ATOMIC_RELEASE);
    return exits ? ASKS_BOTH : ASKS_ENTRIES;
}

void recipes_forget(const struct function *function)
{
    if (recipes_asked)
        __atomic_store_n(&recipes_asked[function_index(function)], NULL, __ATOMIC_RELAXED);
}

/* One that is marked has its id once it is. */
uint64_t recipes_entry(const struct function *function)
{
    const struct asked *what = recipes_asked ? asked_of(function) : NULL;
    return what && !what->mark ? what->entry : 0;
}

bool recipes_has(const struct function *function)
{
    return recipes_asked && function_id(function) && recipes_asked[function_index(function)];
}

/* ---- running them ---- */

/* Reads what may not be there, without harm: the kernel looks. How many bytes from the first on. A page that is not
 * there spoils its own part only. */
static size_t read_safely(void *to, uintptr_t from, size_t bytes)
{
    size_t first = 4096 - (from & 4095);
    first = first < bytes ? first : bytes;
    const struct iovec local = {to, bytes};
    const struct iovec remote[2] = {{(void *)from, first}, {(void *)(from + first), bytes - first}};
    long got = sys_call(SYS_process_vm_readv, (long)current_thread->tid, (long)&local, 1, (long)remote,
                        first < bytes ? 2 : 1, 0);
    return got > 0 ? (size_t)got : 0;
}

static uint64_t load_direct(uintptr_t address, uint32_t bytes)
{
    uint64_t value = 0;
    bytes_copy(&value, (const void *)address, bytes);
    return value;
}

static bool load(uint64_t *value, uintptr_t address, uint32_t bytes)
{
    *value = 0;
    return read_safely(value, address, bytes) == bytes;
}

static bool load_slot(uint64_t *value, const struct registers *registers, uintptr_t address, uint32_t bytes)
{
    if (!is_in_frame(registers, address))
        return load(value, address, bytes);
    *value = load_direct(address, bytes);
    return true;
}

static uint64_t combine(enum ct_op_kind kind, uint64_t a, uint64_t b)
{
    switch (kind) {
    case CT_OP_ADD:
        return a + b;
    case CT_OP_SUB:
        return a - b;
    case CT_OP_MUL:
        return a * b;
    case CT_OP_DIV:
        return b + 1 < 2 ? 0 - (b & a) : (uint64_t)((int64_t)a / (int64_t)b);
    case CT_OP_AND:
        return a & b;
    case CT_OP_OR:
        return a | b;
    case CT_OP_XOR:
        return a ^ b;
    case CT_OP_SHL:
        return b < 64 ? a << b : 0;
    case CT_OP_SHR:
        return b < 64 ? a >> b : 0;
    default:
        return (uint64_t)((int64_t)a >> (b < 64 ? b : 63));
    }
}

/* The stack goes round, so that no recipe leads out of it. */
struct stack_machine {
    uint64_t words[CT_RECIPE_DEPTH];
    uint32_t top;
    uintptr_t base; /* of the module */
};
_Static_assert((CT_RECIPE_DEPTH & (CT_RECIPE_DEPTH - 1)) == 0, "goes round");

static uint64_t *word_at(struct stack_machine *machine, uint32_t below)
{
    return &machine->words[(machine->top - below) % CT_RECIPE_DEPTH];
}

static void push(struct stack_machine *machine, uint64_t value)
{
    machine->top++;
    *word_at(machine, 0) = value;
}

/* False: memory that it needs is not there. */
static bool run_op(struct stack_machine *machine, const struct ct_op *op, const struct registers *registers)
{
    uint64_t *top = word_at(machine, 0), *below = word_at(machine, 1), kept;
    switch ((enum ct_op_kind)op->kind) {
    case CT_OP_REGISTER:
        push(machine, registers->at[op->from] + (uint64_t)op->value);
        return true;
    case CT_OP_SLOT:
        push(machine, 0);
        return load_slot(word_at(machine, 0), registers, registers->at[op->from] + (uint64_t)op->value, op->bytes);
    case CT_OP_PUSH:
        push(machine, (uint64_t)op->value);
        return true;
    case CT_OP_ADDRESS:
        push(machine, machine->base + (uint64_t)op->value);
        return true;
    case CT_OP_LOAD:
        return load(top, *top + (uint64_t)op->value, op->bytes);
    case CT_OP_ZERO:
        *top = *top << (64 - op->from) >> (64 - op->from);
        return true;
    case CT_OP_SIGN:
        *top = (uint64_t)((int64_t)(*top << (64 - op->from)) >> (64 - op->from));
        return true;
    case CT_OP_NEG:
        *top = -*top;
        return true;
    case CT_OP_NOT:
        *top = ~*top;
        return true;
    case CT_OP_DUP:
        push(machine, *top);
        return true;
    case CT_OP_OVER:
        push(machine, *below);
        return true;
    case CT_OP_SWAP:
        kept = *top;
        *top = *below;
        *below = kept;
        return true;
    case CT_OP_DROP:
        machine->top--;
        return true;
    default:
        *below = combine((enum ct_op_kind)op->kind, *below, *top);
        machine->top--;
        return true;
    }
}

static bool run_ops(struct stack_machine *machine, const struct ct_op *op, uint32_t count,
                    const struct registers *registers)
{
    for (; count; count--, op++) {
        if (!run_op(machine, op, registers))
            return false;
    }
    return true;
}

/* ---- telling what they found ---- */

/* Words of several values, which are recorded together. */
#define BATCH_WORDS 24u
struct batch {
    const struct caller *caller;
    uint32_t count;
    uint32_t recorded; /* words that are on their way already */
    uint64_t words[BATCH_WORDS];
};

static void flush(struct batch *batch)
{
    if (batch->count)
        value_put_words(batch->words, batch->count, batch->caller);
    batch->recorded += batch->count;
    batch->count = 0;
}

/* One that has no bytes. */
static void add_state(struct batch *batch, uint32_t key, enum ct_value_state state)
{
    if (batch->count == BATCH_WORDS)
        flush(batch);
    batch->words[batch->count++] = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(key, 0, state));
}

/* In as few bytes as its type's reader gets it back from. */
static size_t bytes_of(uint64_t number, bool is_signed)
{
    uint64_t turned = is_signed ? number ^ (uint64_t)((int64_t)number >> 63) : number;
    uint32_t bits = turned ? 64 - (uint32_t)__builtin_clzll(turned) : 0;
    return is_signed && number ? bits / 8 + 1 : (bits + 7) / 8;
}

static void add_number(struct batch *batch, const struct ct_recipe *recipe, uint32_t key, uint64_t number)
{
    size_t bytes = recipe->kind == CT_RECIPE_FLOAT ? recipe->most : bytes_of(number, recipe->is_signed);
    uint64_t low = number & CT_PAYLOAD_MASK;
    if (batch->count + 3 > BATCH_WORDS)
        flush(batch);
    uint64_t *to = &batch->words[batch->count];
    to[0] = CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(key, bytes, CT_VALUE_WHOLE));
    to[1] = CT_SPECIAL(CT_SPECIAL_DATA, low);
    to[2] = CT_SPECIAL(CT_SPECIAL_DATA, number >> CT_SPECIAL_SHIFT);
    batch->count += 1 + (bytes + CT_VALUE_DATA_BYTES - 1) / CT_VALUE_DATA_BYTES;
}

struct text {
    uintptr_t at;
    size_t most;
    bool to_nul;
    bool cut; /* there is more than `most` */
};

/* Up to its end, or as much as can be read of it, by way of `room` and `words` for the longest. */
static void add_text(struct batch *batch, uint32_t key, const struct text *text, char *room, uint64_t *words)
{
    size_t got = read_safely(room, text->at, text->most), length = 0;
    enum ct_value_state state = CT_VALUE_WHOLE;
    while (length < got && (!text->to_nul || room[length]))
        length++;
    if (!got && text->most)
        state = text->at ? CT_VALUE_UNREADABLE : CT_VALUE_NULL;
    else if (length == got && (text->to_nul || text->cut))
        state = CT_VALUE_CUT;
    flush(batch);
    uint32_t count = value_fill(words, CT_VALUE(key, length, state), room, length);
    value_put_words(words, count, batch->caller);
    batch->recorded += count;
}

/* Stack is not to be wasted here: some programs have little. */
#define TEXT_SHORT 252u
#define TEXT_WORDS(bytes) (1 + (bytes) / CT_VALUE_DATA_BYTES)

static __attribute__((noinline)) void add_short_text(struct batch *batch, uint32_t key, const struct text *text)
{
    char room[TEXT_SHORT];
    uint64_t words[TEXT_WORDS(TEXT_SHORT)];
    add_text(batch, key, text, room, words);
}

static __attribute__((noinline)) void add_long_text(struct batch *batch, uint32_t key, const struct text *text)
{
    char room[CT_RECIPE_STRING_MAX];
    uint64_t words[TEXT_WORDS(CT_RECIPE_STRING_MAX)];
    add_text(batch, key, text, room, words);
}

static void add_any_text(struct batch *batch, uint32_t key, const struct text *text)
{
    if (text->most <= TEXT_SHORT)
        add_short_text(batch, key, text);
    else
        add_long_text(batch, key, text);
}

static void add_sized(struct batch *batch, uint32_t key, uintptr_t at, uint64_t length, size_t most)
{
    add_any_text(batch, key, &(struct text){at, length < most ? (size_t)length : most, false, length > most});
}

static void run_recipe(struct batch *batch, const struct ct_recipe *recipe, const struct asked *what,
                       const struct registers *registers)
{
    const struct ct_op *ops = ct_recipe_parts(what->set).ops + recipe->first_op;
    uint32_t key = what->first_key + recipe->key;
    struct stack_machine machine;
    machine.top = 0;
    machine.base = what->base;
    if (unlikely(recipe->kind == CT_RECIPE_GONE)) {
        add_state(batch, key, CT_VALUE_OPTIMISED_OUT);
        return;
    }
    if (unlikely(!run_ops(&machine, ops, recipe->ops, registers))) {
        add_state(batch, key, CT_VALUE_UNREADABLE);
        return;
    }
    uint64_t top = *word_at(&machine, 0);
    if (recipe->kind == CT_RECIPE_STRING)
        add_any_text(batch, key, &(struct text){top, recipe->most, true, false});
    else if (recipe->kind == CT_RECIPE_TEXT)
        add_sized(batch, key, *word_at(&machine, 1), top, recipe->most);
    else
        add_number(batch, recipe, key, top);
}

/* Told with the values, so that reports can take it out. Where the thread waited for a chunk meanwhile, or a signal
 * handler recorded something, it is not known; nor where it is so much that something else must have run, which is told
 * by itself (preempted.c) and would be taken out twice. */
static void tell_cost(struct batch *batch, uint64_t state, uint64_t since)
{
    uint64_t took = clock_now() - since;
    if ((uint32_t)current_thread->state != (uint32_t)state + batch->recorded || took >= PREEMPTED_LEAST)
        return;
    batch->words[batch->count++] = CT_SPECIAL(CT_SPECIAL_COST, 16 * took);
    flush(batch);
}

void recipes_run(const struct function *function, const struct registers *registers, const struct caller *caller)
{
    const struct asked *what = asked_of(function);
    const struct ct_recipe_site *site = what ? asked_site(what, caller->hook_return) : NULL;
    if (!site)
        return;
    const struct ct_recipe *recipes = ct_recipe_parts(what->set).recipes + site->first_recipe;
    uint64_t state = current_thread->state, since = clock_now();
    struct batch batch;
    batch.caller = caller;
    batch.count = batch.recorded = 0;
    for (uint32_t i = 0; i < site->recipes; i++)
        run_recipe(&batch, &recipes[i], what, registers);
    flush(&batch);
    tell_cost(&batch, state, since);
}
