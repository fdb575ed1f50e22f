/* Changes to an encoded value (agent/wire.h) that leave it well-formed: one value in it, however deep,
 * becomes another. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

/* As LLVMFuzzerCustomMutator(), for an input whose value begins after `skip` bytes. */
size_t mutate_value(uint8_t *data, size_t size, size_t max, unsigned seed, size_t skip);

#endif
