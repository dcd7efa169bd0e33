/* The program that runs as init of a guest. */
#ifndef TCPTRAV_VIRTUAL_GUEST_MAIN_H
#define TCPTRAV_VIRTUAL_GUEST_MAIN_H

/*
 * guest_main - in the guest, as its init: make the guest's file system, run the
 * trials of a part (virtual/part.h), send their observations, and switch the
 * guest off
 * @part: path of the part, on the host
 * Return: only if it is not the init of a guest; 2
 */
int guest_main(const char *part);

#endif
