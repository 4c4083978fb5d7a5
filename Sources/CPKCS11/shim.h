#define CRYPTOKI_COMPAT 1
// By its path below /usr/include: only the header is wanted, and what pkg-config says would link p11-kit.
#include <p11-kit-1/p11-kit/pkcs11.h>

/// Calls the symbol `C_GetFunctionList` of a module that was opened at run time.
static inline CK_RV functions_of_module(void *symbol, CK_FUNCTION_LIST **functions) {
  return ((CK_C_GetFunctionList)symbol)(functions);
}
