/*
 * Runs a fuzz target over the given files, and over all files of the given
 * directories. So a corpus is a regression test with any compiler.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Each input in memory of its exact size, so that a sanitizer sees its end. */
static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t size;
	int ok;

	if (!f || fstat(fileno(f), &st)) {
		perror(path);
		if (f)
			fclose(f);
		return 0;
	}
	size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	ok = data && fread(data, 1, size, f) == size;
	if (ok)
		LLVMFuzzerTestOneInput(data, size);
	else
		fprintf(stderr, "%s: cannot be read whole\n", path);
	free(data);
	fclose(f);
	return ok;
}

/* Return: how many inputs were run; *@bad is set if one could not be read */
static size_t run_directory(const char *path, int *bad)
{
	DIR *dir = opendir(path);
	size_t count = 0;
	struct dirent *e;
	char name[4096];

	if (!dir) {
		perror(path);
		*bad = 1;
		return 0;
	}
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (run_file(name))
			count++;
		else
			*bad = 1;
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	struct stat st;
	int bad = 0;

	for (int i = 1; i < argc; i++) {
		if (!stat(argv[i], &st) && S_ISDIR(st.st_mode))
			count += run_directory(argv[i], &bad);
		else if (run_file(argv[i]))
			count++;
		else
			bad = 1;
	}
	printf("%s 1 - %s: %zu inputs\n1..1\n", bad || !count ? "not ok" :
	       "ok", argv[0], count);
	return bad || !count;	/* an empty corpus tests nothing */
}
