/* Text that came from elsewhere: names of files, what a peer said. */
#ifndef TCPTRAV_BASE_UTF8_H
#define TCPTRAV_BASE_UTF8_H

#include <stddef.h>

/*
 * utf8_length - of the UTF-8 sequence that @p begins with (RFC 3629)
 * @p:     ended by NUL
 * Return: 1 to 4; 0 if it is none
 */
size_t utf8_length(const unsigned char *p);

#endif
