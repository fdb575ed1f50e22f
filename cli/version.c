/* The version of a Python in a target's memory: see version.h. */
#include "version.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCAN_MAX (16u << 20) /* bytes of one data segment searched for the version */
#define BUILD_INFO 160       /* what follows the version's number is looked at so far */

/* "3.11.7" and what follows up to a blank and a bracket, as Py_GetVersion() keeps it in memory. */
static bool is_version(const char *s, size_t n, size_t *length)
{
    size_t i = 0;

    for (int part = 0; part < 3; part++) {
        size_t digits = 0;

        while (i < n && isdigit((unsigned char)s[i]) && digits < 4) {
            i++;
            digits++;
        }
        if (digits == 0 || (part < 2 && (i >= n || s[i++] != '.')))
            return false;
    }
    *length = i;
    while (i < n && i < *length + 4 && (isalnum((unsigned char)s[i]) || s[i] == '+'))
        i++;
    *length = i;
    if (i >= n || s[i] != ' ')
        return false;
    return memchr(s + i, '(', n - i < 48 ? n - i : 48) != NULL;
}

/* What Py_GetVersion() has made. */
struct told {
    char version[32];
    bool free_threaded;
};

static bool scan_version(const char *bytes, size_t n, struct told *told)
{
    char info[BUILD_INFO];
    size_t length;

    for (const char *at = bytes; (at = memchr(at, '.', n - (size_t)(at - bytes))); at++) {
        if (at == bytes || (at[-1] != '2' && at[-1] != '3') || (at - 1 > bytes && at[-2] != '\0') ||
            !is_version(at - 1, n - (size_t)(at - 1 - bytes), &length))
            continue;
        snprintf(told->version, sizeof(told->version), "%.*s", (int)length, at - 1);
        snprintf(info, sizeof(info), "%.*s", (int)strnlen(at - 1, n - (size_t)(at - 1 - bytes)),
                 at - 1);
        told->free_threaded = strstr(info, "free-threading") != NULL;
        return true;
    }
    return false;
}

/* Py_GetVersion() formats its answer into a static buffer, when sys.version is made from it (CPython,
 * Python/getversion.c, Python/sysmodule.c). Data segments that are too large are left out, with *whole false. */
static bool find_told(const struct elf *elf, struct told *told, bool *whole)
{
    bool found = false;

    *whole = true;
    for (size_t i = 0; i < elf->segment_count && !found; i++) {
        uint64_t start = elf->segments[i].start, size = elf->segments[i].end - start;
        char *bytes;

        if (!elf->segments[i].writable)
            continue;
        bytes = size <= SCAN_MAX ? malloc(size) : NULL;
        *whole &= bytes != NULL;
        if (bytes && mem_read(elf->mem, start, bytes, size) == 0)
            found = scan_version(bytes, size, told);
        free(bytes);
    }
    return found;
}

bool version_is_started(const struct elf *elf)
{
    struct told told;
    bool whole;

    return find_told(elf, &told, &whole) || !whole;
}

/* Py_Version (3.11) is a constant: right even before the interpreter is initialised. */
static bool read_constant(const struct elf *elf, struct target_facts *facts)
{
    uint64_t at = elf_find(elf, "Py_Version"), hex;

    if (!at || mem_read(elf->mem, at, &hex, sizeof(hex)) < 0)
        return false;
    facts->major = hex >> 24 & 0xff;
    facts->minor = hex >> 16 & 0xff;
    if (!facts->python[0])
        snprintf(facts->python, sizeof(facts->python), "%u.%u.%u", facts->major, facts->minor,
                 (unsigned)(hex >> 8 & 0xff));
    return true;
}

/* From what each version began to export. */
static void guess(const struct elf *elf, struct target_facts *facts)
{
    facts->major = elf_find(elf, "PyString_FromString") ? 2 : 3;
    if (facts->major == 2)
        facts->minor = 7;
    else if (elf_find(elf, "PyGC_Disable"))
        facts->minor = 10;
    else if (elf_find(elf, "PyThreadState_GetFrame"))
        facts->minor = 9;
    else
        facts->minor = elf_find(elf, "Py_InitializeFromConfig") ? 8 : 7;
    snprintf(facts->python, sizeof(facts->python), "%u.%u", facts->major, facts->minor);
}

bool version_find(const struct elf *elf, struct target_facts *facts)
{
    struct told told = {0};
    bool whole;

    if (find_told(elf, &told, &whole)) {
        snprintf(facts->python, sizeof(facts->python), "%s", told.version);
        sscanf(facts->python, "%u.%u", &facts->major, &facts->minor);
    }
    if (!read_constant(elf, facts) && !facts->python[0])
        guess(elf, facts);
    return told.free_threaded;
}
