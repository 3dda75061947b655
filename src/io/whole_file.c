/* whole_file.c - a small file, read whole */
#include "io/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

bool
whole_file_read(const char *path, size_t most, struct buf *out)
{
	size_t begin = out->len;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (descriptor < 0)
		return false;
	do {
		got = read(descriptor, buf_reserve(out, PIECE_BYTES), PIECE_BYTES);
		if (got > 0)
			out->len += (size_t)got;
	} while ((got > 0 && out->len - begin <= most) || (got < 0 && errno == EINTR));
	int error = errno;
	close(descriptor);
	errno = error;
	return got >= 0;
}
