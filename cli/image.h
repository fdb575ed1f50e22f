/* The agent's image, which the command carries inside itself. */
#ifndef REIMPORT_IMAGE_H
#define REIMPORT_IMAGE_H

#include "boot.h"

#include <stddef.h>
#include <stdint.h>

/* A copy of the image with `boot` filled in, *n bytes, to be freed; NULL if memory ran out or the
 * image is not what it should be. */
uint8_t *image_make(const struct boot *boot, size_t *n);

/* Offset in the image of the boot block. 0: it has none. */
size_t image_boot_offset(const uint8_t *image, size_t n);

#endif
