/*
 * report_asset.c - style and script of report.html, as part of the program
 *
 * The assembler includes the files themselves, so that what a report holds is
 * what can be read in src/sync/report/.
 */
#include "io/sha256.h"
#include "sync/report/report_parts.h"

/* The build says where the source tree is; by default it is the working folder. */
#ifndef SOURCE_ROOT
#define SOURCE_ROOT "."
#endif

__asm__(".pushsection .rodata\n"
	".global couplet_report_style\n"
	"couplet_report_style:\n"
	".incbin \"" SOURCE_ROOT "/src/sync/report/report.css\"\n"
	".global couplet_report_script\n"
	"couplet_report_script:\n"
	".incbin \"" SOURCE_ROOT "/src/sync/report/report.js\"\n"
	".global couplet_report_end\n"
	"couplet_report_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char couplet_report_style[];
extern const char couplet_report_script[];
extern const char couplet_report_end[];

struct str
report_style(void)
{
	return (struct str){ couplet_report_style, (size_t)(couplet_report_script - couplet_report_style) };
}

struct str
report_script(void)
{
	return (struct str){ couplet_report_script, (size_t)(couplet_report_end - couplet_report_script) };
}

/* `'sha256-...'`, in base 64: how a Content-Security-Policy names the one text that it allows. */
void
report_add_hash(struct str text, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char hash[SHA256_BYTES + 1] = { 0 };	/* 32 bytes are 43 digits of six bits, and a mark */

	sha256(text, hash);
	buf_add(out, STR("'sha256-"));
	for (unsigned bit = 0; bit < SHA256_BYTES * 8; bit += 6) {
		unsigned pair = (unsigned)hash[bit / 8] << 8 | hash[bit / 8 + 1];
		buf_add_char(out, digits[pair >> (10 - bit % 8) & 63]);
	}
	buf_add(out, STR("='"));
}
