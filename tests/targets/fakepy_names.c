/* The rest of the names that a target must export to be taken for Python: see fakepy.c, whose own are
 * stronger. Nothing is ever called or read under these. */
void fakepy_nothing(void);
void fakepy_nothing(void)
{
}

#define NAME(name) __asm__(".weak " #name "\n.set " #name ", fakepy_nothing\n");
#define PY_FN(name) NAME(name)
#define PY_EX(ret, name, args)
#define PY_EXC(name) NAME(name)
#define PY_TYPE(name) NAME(name)
#define PY_OBJ(name) NAME(name)
#include "py_api.def"
