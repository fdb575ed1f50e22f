/* A reply of the target, decoded. The target may be hostile: size, depth and the number of items
 * are bounded, and every string becomes valid UTF-8. */
#ifndef REIMPORT_REPLY_H
#define REIMPORT_REPLY_H

#include <jansson.h>
#include <stddef.h>

#define REPLY_ITEMS_MAX (1u << 20) /* an item takes up to 250 bytes of memory */

/* A new reference to the value in value[0..size), or NULL and in *why, which stays the callee's,
 * what is wrong with it. Bytes that are not UTF-8 become U+FFFD; floats that JSON cannot write,
 * null. */
json_t *reply_decode(const void *value, size_t size, const char **why);

/* `s` as a JSON string, a new reference; bytes that are not UTF-8 become U+FFFD. */
json_t *reply_string(const char *s, size_t n);

#endif
