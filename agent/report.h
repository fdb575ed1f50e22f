/* An exception, told: for the reply and for standard error. All need the GIL. */
#ifndef REIMPORT_REPORT_H
#define REIMPORT_REPORT_H

#include "py.h"

/* The text that Python prints for `value` and its causes, tracebacks included: a new str, or NULL
 * with an exception. `tb` may be NULL. */
PyObject *report_traceback(PyObject *value, PyObject *tb);

/* Takes the pending exception away and tells it as {type, message, traceback}: a new dict; NULL
 * with an exception if that could not be made. */
PyObject *report_error(void);

#endif
