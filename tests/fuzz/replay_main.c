// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a fuzz target over files: main() for a build without a fuzzer.
 *
 * Every argument is a file whose bytes are one input.  The target stops the
 * program when it finds something; whoever gets to the end found nothing.
 * Without arguments the empty input is tried.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	static uint8_t buf[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	uint8_t *copy;
	size_t n;

	if (!f) {
		perror(path);
		return 1;
	}
	n = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	/* exactly as large as the input, so that a sanitizer sees its end */
	copy = malloc(n ? n : 1);
	if (!copy)
		return 1;
	for (size_t i = 0; i < n; i++)
		copy[i] = buf[i];
	/* told before, so that the last line names the culprit */
	printf("%s: %zu bytes\n", path, n);
	fflush(stdout);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2)
		LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
