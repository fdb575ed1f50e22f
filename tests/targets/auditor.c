/* For LD_AUDIT: the dynamic linker loads it, with a libc of its own, before the program, and tells it of every
 * library. */
#include <stdlib.h>

unsigned la_version(unsigned version);

unsigned la_version(unsigned version)
{
    return getenv("AUDITOR_REFUSES") ? 0 : version; /* what needs a libc */
}
