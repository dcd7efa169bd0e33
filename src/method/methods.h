/* The rows of the table in methods.c; each is at the end of its method's page.
   */
#ifndef TCPTRAV_METHOD_METHODS_H
#define TCPTRAV_METHOD_METHODS_H

#include "method/method.h"

extern const struct method method_stunt1;
extern const struct method method_stunt2;
extern const struct method method_natblaster;
extern const struct method method_p2pnat;
extern const struct method method_udp;

#endif
