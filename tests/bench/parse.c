/*
 * parse.c - a reader alone: parse FILE TABLE ROUNDS
 *
 * Reads the file as often as that, and prints the processor seconds of the fastest
 * round, and how many records, columns and bytes of values there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/diag.h"
#include "io/reader.h"
#include "io/xml_memory.h"

struct tally {
	uint64_t records;
	uint64_t bytes;
	uint32_t columns;
};

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool
read_once(const struct reader_options *options, struct diag *diag, struct tally *tally)
{
	struct reader *reader = reader_open(options, diag);
	enum read_status status = READ_ERROR;
	struct batch batch;

	*tally = (struct tally){ 0 };
	while (reader && (status = reader_next(reader, &batch)) == READ_BATCH) {
		size_t cells = (size_t)batch.count * batch.columns;
		for (size_t i = 0; i < cells; i++)
			tally->bytes += batch.cells[i].len;
		tally->records += batch.count;
		tally->columns = batch.columns;
	}
	reader_close(reader);
	return status == READ_END;
}

int
main(int argc, char **argv)
{
	struct diag diag = { 0 };
	struct tally tally = { 0 };
	double best = 0;

	if (argc != 4) {
		fprintf(stderr, "parse FILE TABLE ROUNDS\n");
		return 2;
	}
	xml_memory_prepare();
	const struct reader_options options = { .path = argv[1], .shown_path = str_from(argv[1]),
		.table_name = str_from(argv[2]) };
	for (long i = strtol(argv[3], NULL, 10); i > 0; i--) {
		double begin = seconds();
		if (!read_once(&options, &diag, &tally))
			return 3;
		double taken = seconds() - begin;
		best = best == 0 || taken < best ? taken : best;
	}
	printf("%.4f s  %llu records  %u columns  %llu bytes of values\n", best,
		(unsigned long long)tally.records, tally.columns, (unsigned long long)tally.bytes);
	diag_release(&diag);
	return 0;
}
