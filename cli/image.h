/* The agent's image, which the command carries inside itself. */
#ifndef REIMPORT_IMAGE_H
#define REIMPORT_IMAGE_H

#include "boot.h"

#include <stddef.h>
#include <stdint.h>

/* A copy of the image, *n bytes, to be freed, with room for a struct boot at offset *boot_at. NULL if
 * memory ran out or the image is not what it should be. */
uint8_t *image_make(size_t *n, size_t *boot_at);

/* Tells this command's image from those of other versions. */
uint64_t image_hash(void);

/* What the writable data of the image, loaded at `base`, is to be before its constructor runs: *n
 * bytes, to be written at *at, to be freed. NULL as image_make(). */
uint8_t *image_data(const struct boot *boot, uint64_t base, uint64_t *at, size_t *n);

#endif
