/* fuzz_cmt.c - any bytes as the data of a CMT package, as its schema, and as a zip archive (part 5, section 3) */
#include "fuzz_xml_help.h"
#include "io/zip_file.h"
#include "io/zip_write.h"

/* Members of an archive that are read, as it may have many. */
enum { MOST_MEMBERS = 4 };
enum { OF_DATA, OF_ARCHIVE, OF_PACKAGE, KINDS };

static struct reader_options
options_of(uint8_t bits)
{
	return (struct reader_options){
		.kind = bits & 4 ? READER_CMT : READER_AUTO,
		.table_name = bits & 8 ? STR("account") : STR(""),
		.report_bad_records = bits & 16,
		.tells_lookup_types = bits & 32,
	};
}

static void
read_member(struct reader_options options, const struct fuzz_file *file, struct str name, size_t piece)
{
	struct arena arena = { 0 };
	struct buf whole = { 0 };
	struct buf pieces = { 0 };

	options.path = file->path;
	options.member = name;
	options.shown_path = arena_printf(&arena, "crm.zip/%.*s", STR_ARG(name));
	bool is_good = read_all(&options, (struct reader_tuning){ 0 }, &whole);
	bool is_good_again = read_all(&options, (struct reader_tuning){ .piece = piece }, &pieces);
	expect(is_good == is_good_again, "small pieces are as good as large ones");
	expect(str_equal(buf_str(&whole), buf_str(&pieces)), "small pieces give the same records");
	buf_release(&whole);
	buf_release(&pieces);
	arena_release(&arena);
}

static void
read_archive(struct reader_options options, struct str bytes)
{
	struct fuzz_file file = fuzz_file_make(bytes);
	struct diag diag = { 0 };
	struct zip_file zip;

	bool is_good = zip_open(&zip, file.path, STR("crm.zip"), &diag);
	expect_reason(is_good, &diag);
	for (size_t i = 0; is_good && i < zip.member_count && i < MOST_MEMBERS; i++) {
		expect(utf8_check(zip.members[i].name) == zip.members[i].name.len, "names are well-formed");
		read_member(options, &file, zip.members[i].name, 1 + bytes.len % 7);
	}
	zip_close(&zip);
	diag_release(&diag);
	close(file.descriptor);
}

/* What is packed comes out as it went in. */
static void
expect_same(const struct fuzz_file *file, struct str name, struct str text)
{
	struct diag diag = { 0 };
	struct zip_file zip;
	struct buf out = { 0 };
	size_t before = 1;

	expect(zip_open(&zip, file->path, STR("crm.zip"), &diag), "what is written is an archive");
	struct zip_stream *stream = zip_stream_open(&zip, zip_find(&zip, name));
	while (stream && out.len != before) {
		before = out.len;
		expect(zip_stream_read(stream, 100, &out), "what is written can be unpacked");
	}
	expect(str_equal(buf_str(&out), text), "what is packed comes out as it went in");
	zip_stream_close(stream);
	zip_close(&zip);
	buf_release(&out);
	diag_release(&diag);
}

/* Schema and data, with a NUL between them, as a package that is whole. */
static void
read_package(struct reader_options options, struct str text)
{
	struct zip_writer *writer = zip_writer_open();
	struct str data;
	struct str archive;
	struct str schema = str_cut(text, '\0', &data);

	zip_writer_begin(writer, STR("data_schema.xml"));
	zip_writer_add(writer, schema);
	zip_writer_end(writer);
	zip_writer_begin(writer, STR("data.xml"));
	zip_writer_add(writer, data);
	zip_writer_end(writer);
	expect(zip_writer_finish(writer, &archive), "a small archive has room");
	struct fuzz_file file = fuzz_file_make(archive);
	expect_same(&file, STR("data.xml"), data);
	expect_same(&file, STR("data_schema.xml"), schema);
	read_member(options, &file, STR("data.xml"), 1 + text.len % 7);
	close(file.descriptor);
	zip_writer_close(writer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	struct reader_options options = options_of(data[0]);

	switch (data[0] % KINDS) {
	case OF_DATA:
		fuzz_read(options, text);
		break;
	case OF_ARCHIVE:
		read_archive(options, text);
		break;
	default:
		read_package(options, text);
	}
	return 0;
}
