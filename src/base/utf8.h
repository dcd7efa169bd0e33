/* UTF-8 in text from outside: file names, messages of a peer. */
#ifndef TCPTRAV_BASE_UTF8_H
#define TCPTRAV_BASE_UTF8_H

#include <stddef.h>

/*
 * utf8_sequence_length - count the bytes of the character at @p (RFC 3629)
 * @p:     ended by NUL
 * Return: 1 to 4; 0 when they are not valid UTF-8
 */
size_t utf8_sequence_length(const unsigned char *p);

#endif
