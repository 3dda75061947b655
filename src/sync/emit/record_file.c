/* record_file.c - one file of records of any shape, written piece by piece */
#include "sync/emit/record_file.h"

#include "sync/emit/emit_cmt.h"

enum { PIECE = 64 * 1024 };

/* What has gathered goes on its way, once it is worth it or with all of it. */
static bool
pass_on(struct record_file *file, bool all, struct diag *diag)
{
	struct buf *from = file->gzip ? &file->bytes : &file->text;

	if (!all && (file->text.len < PIECE || file->shape.format->is_for_wizard))
		return true;
	if (file->zip) {	/* sizes come before the data: it goes on its way at the end */
		zip_writer_add(file->zip, buf_str(&file->text));
		buf_reset(&file->text);
		return true;
	}
	if (file->gzip) {
		gzip_writer_add(file->gzip, buf_str(&file->text), &file->bytes);
		buf_reset(&file->text);
	}
	bool ok = file->has_failed || file->sink(file->context, buf_str(from), diag);
	buf_reset(from);
	return ok;
}

bool
record_file_begin(struct record_file *file, bool is_packed, struct diag *diag)
{
	const struct record_shape *shape = &file->shape;

	if (!record_writer_open(&file->writer, shape))
		return diag_add(diag, STATUS_INVALID, "%.*s: there is no encoding \"%.*s\"; use one that "
			"iconv knows, such as UTF-8 or windows-1252", STR_ARG(file->shown_path),
			STR_ARG(shape->encoding));
	if (!record_write_begin(shape, &file->writer, &file->text))
		return diag_add(diag, STATUS_INVALID,
			"%.*s: the names of the fields cannot be written in %.*s; use another encoding",
			STR_ARG(file->shown_path), STR_ARG(shape->encoding));
	file->part_begin = file->text.len;
	file->zip = shape->format->is_package ? zip_writer_open() : NULL;
	if (file->zip)
		zip_writer_begin(file->zip, STR("data.xml"));
	file->gzip = is_packed || shape->format->is_packed ? gzip_writer_open() : NULL;
	return true;
}

/* 6.5: with record and field. */
static void
tell_failure(const struct record_file *file, const struct record_failure *failure, struct str from,
	uint64_t line, struct diag *diag)
{
	struct buf text = { 0 };

	buf_add(&text, from);
	if (line != 0)
		buf_printf(&text, ":%llu", (unsigned long long)line);
	buf_add(&text, STR(": "));
	if (failure->column)
		buf_printf(&text, "field \"%.*s\": ", STR_ARG(failure->column->field->name));
	if (!record_failure_write(&file->shape, failure, &text))
		buf_printf(&text, "; correct the record, or use another %s",
			failure->is_format ? "format" : "encoding");
	diag_add(diag, STATUS_INVALID, "%.*s", STR_ARG(buf_str(&text)));
	buf_release(&text);
}

/* What an import would lose: in a conversion nothing may change. */
static void
check_blanks(struct record_file *file, const struct import_value *values, struct str from, uint64_t line,
	struct diag *diag)
{
	const struct record_shape *shape = &file->shape;
	struct record_failure failure = { .reason = "a text of nothing but blanks cannot be written in a "
		"configuration package; correct the record, or use another format" };

	for (uint32_t i = 0; shape->format->drops_blanks && i < shape->column_count; i++) {
		struct str text = cell_str(values[i].cell);
		if (text.len == 0 || str_trim(text).len > 0 || shape->columns[i].field->type != TYPE_TEXT)
			continue;
		failure.column = &shape->columns[i];
		file->has_failed = true;
		tell_failure(file, &failure, from, line, diag);
	}
}

/* The part has no room for the record behind `before`: it goes, and the next one begins as it began. */
static bool
cut_part(struct record_file *file, size_t before, struct diag *diag)
{
	size_t len = file->text.len - before;
	const struct str part = { file->text.ptr, before };

	if (!file->has_failed && !file->sink(file->context, part, diag))
		return false;
	memmove(file->text.ptr + file->part_begin, file->text.ptr + before, len);
	file->text.len = file->part_begin + len;
	file->part_records = 0;
	return true;
}

/* Section 4: below the limit, whatever it takes. */
static bool
keep_limit(struct record_file *file, size_t before, struct str from, uint64_t line, struct diag *diag)
{
	size_t limit = file->shape.format->part_limit;
	struct record_failure failure = { .reason = "a record of 8 MB cannot be written for the import "
		"wizard; take its long values out" };

	if (!file->shape.format->is_for_wizard)
		return true;
	if (file->text.len >= limit && file->part_records > 0 && !cut_part(file, before, diag))
		return false;
	file->part_records++;
	if (file->text.len < limit)
		return true;
	tell_failure(file, &failure, from, line, diag);
	file->has_failed = true;
	file->text.len = file->part_begin;
	file->part_records = 0;
	return true;
}

bool
record_file_add(struct record_file *file, const struct import_value *values, struct str from,
	uint64_t line, struct diag *diag)
{
	struct record_failure failure;
	size_t before = file->text.len;

	check_blanks(file, values, from, line, diag);
	if (!record_write(&file->shape, &file->writer, file->records, values, &file->text, &failure)) {
		file->has_failed = true;
		tell_failure(file, &failure, from, line, diag);
	}
	file->records++;
	return keep_limit(file, before, from, line, diag) && pass_on(file, false, diag);
}

/* The data are all there: the other parts of the package follow. */
static bool
end_package(struct record_file *file, struct diag *diag)
{
	struct str archive;

	pass_on(file, true, diag);
	zip_writer_end(file->zip);
	cmt_schema_begin(&file->text);
	cmt_schema_entity_begin(file->shape.def, &file->text);
	for (uint32_t i = 0; i < file->shape.column_count; i++)
		if (file->shape.columns[i].field != file->shape.def->uid
			&& !file->shape.columns[i].is_lookup_type)
			cmt_schema_field(file->shape.def, &file->shape.columns[i], &file->text);
	cmt_schema_entity_end(&file->text);
	cmt_schema_end(&file->shape.def->name, 1, &file->text);
	zip_writer_begin(file->zip, STR("data_schema.xml"));
	pass_on(file, true, diag);
	zip_writer_end(file->zip);
	zip_writer_begin(file->zip, STR("[Content_Types].xml"));
	zip_writer_add(file->zip, cmt_content_types);
	zip_writer_end(file->zip);
	if (!zip_writer_finish(file->zip, &archive))
		return diag_add(diag, STATUS_INVALID,
			"%.*s: the package would be larger than 4 GiB, which a plain zip archive cannot be; "
			"convert the records in several parts", STR_ARG(file->shown_path));
	return file->has_failed || file->sink(file->context, archive, diag);
}

bool
record_file_end(struct record_file *file, struct diag *diag)
{
	record_write_end(&file->shape, &file->writer, &file->text);
	if (file->zip)
		return end_package(file, diag) && !file->has_failed;
	if (file->gzip) {
		gzip_writer_add(file->gzip, buf_str(&file->text), &file->bytes);
		buf_reset(&file->text);
		gzip_writer_end(file->gzip, &file->bytes);
	}
	return pass_on(file, true, diag) && !file->has_failed;
}

void
record_file_release(struct record_file *file)
{
	record_writer_close(&file->writer);
	if (file->gzip)
		gzip_writer_close(file->gzip);
	zip_writer_close(file->zip);
	buf_release(&file->text);
	buf_release(&file->bytes);
	*file = (struct record_file){ 0 };
}
