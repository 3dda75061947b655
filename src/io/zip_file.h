/*
 * zip_file.h - a zip archive: what it holds, and its members' bytes
 *
 * An archive is taken for hostile.  Everything that its directory says is held
 * against the file before anything is unpacked; names are only compared, and
 * never become paths.  Refused with a message and status 3: names that lead out
 * of a folder, symbolic links, names given twice, members that lie over each
 * other or over the directory, sizes and checksums that are not those of the
 * bytes, encryption, and what unpacks to many times its size.
 *
 * An archive stays open and const while its members are read; each stream
 * belongs to one thread.
 *
 * Limits: 10,000 members, 16 MiB of directory, 64 GiB a member.
 */
#ifndef IO_ZIP_FILE_H
#define IO_ZIP_FILE_H

#include "base/buf.h"
#include "base/diag.h"

/* What a file that may be an archive begins with: one member at least, or none. */
#define ZIP_MAGIC "PK\3\4"
#define ZIP_EMPTY_MAGIC "PK\5\6"

/* Whether a file begins as an archive does; false also where it cannot be read. */
bool zip_is_archive(const char *path);

struct zip_member {
	struct str name;	/* well-formed UTF-8, / between folders */
	uint64_t begin;		/* of its local header in the file */
	uint64_t packed;	/* bytes */
	uint64_t size;
	uint32_t crc;
	uint16_t method;
	uint16_t flags;
};

struct zip_file {
	struct arena arena;
	struct str shown_path;		/* must live as long */
	struct diag *diag;
	int descriptor;			/* -1 when not open */
	uint64_t size;
	struct zip_member *members;	/* without folders, in the order of the directory */
	size_t member_count;
};

/*
 * Opens and checks.  False with a message in diag (status 3, or 7 when it cannot
 * be read); zip_close() follows in any case.
 */
bool zip_open(struct zip_file *zip, const char *path, struct str shown_path, struct diag *diag);

/* By its whole name; NULL when there is none. */
const struct zip_member *zip_find(const struct zip_file *zip, struct str name);

void zip_close(struct zip_file *zip);

/* The unpacked bytes of one member, from begin to end. */
struct zip_stream;

/* NULL with a message. */
struct zip_stream *zip_stream_open(const struct zip_file *zip, const struct zip_member *member);

/* Appends about `piece` bytes; at the end, where all was checked, none.  False with a message. */
bool zip_stream_read(struct zip_stream *stream, size_t piece, struct buf *out);

void zip_stream_close(struct zip_stream *stream);

/* A message about the archive, or about one of its members (may be empty); returns false. */
bool zip_fail(const struct zip_file *zip, struct str member, enum status status, const char *what);

/* Reads exactly so many bytes from there on; false with a message, also where the file is shorter. */
bool zip_read_at(const struct zip_file *zip, uint64_t begin, void *to, size_t len);

/* Little-endian numbers of the format. */
static inline uint16_t
zip_u16(const unsigned char *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
zip_u32(const unsigned char *p)
{
	return (uint32_t)zip_u16(p) | (uint32_t)zip_u16(p + 2) << 16;
}

static inline uint64_t
zip_u64(const unsigned char *p)
{
	return (uint64_t)zip_u32(p) | (uint64_t)zip_u32(p + 4) << 32;
}

#endif
