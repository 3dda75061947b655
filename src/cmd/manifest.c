/* manifest.c - what an output folder's manifest.xml says, as far as other commands need it */
#include "cmd/manifest.h"

#include <errno.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/digest.h"
#include "io/whole_file.h"
#include "model/value.h"

enum { MOST_BYTES = 64 * 1024 * 1024 };

static const xmlChar manifest_namespace[] = "urn:couplet:manifest:1";

static bool
is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && node->ns && xmlStrEqual(node->ns->href, manifest_namespace)
	    && xmlStrEqual(node->name, (const xmlChar *)name);
}

static struct str
get_attribute(struct manifest *manifest, const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	struct str text = arena_copy(&manifest->arena, str_from((const char *)value));

	xmlFree(value);
	return text;
}

/* A name that does not lead out of the folder. */
static bool
is_inner_path(struct str path)
{
	if (path.len == 0 || path.ptr[0] == '/')
		return false;
	while (path.len > 0)
		if (str_equal(str_cut(path, '/', &path), STR("..")))
			return false;
	return true;
}

static bool
read_outputs(struct manifest *manifest, const xmlNode *outputs)
{
	size_t count = 0;

	for (const xmlNode *node = outputs->children; node; node = node->next) {
		count += is_element(node, "output");
		/* What is no output any more, since it is damaged, would not be looked at. */
		if (!is_element(node, "output") && !xmlIsBlankNode(node))
			return false;
	}
	manifest->outputs = arena_array(&manifest->arena, struct manifest_output, count);
	for (const xmlNode *node = outputs->children; node; node = node->next) {
		if (!is_element(node, "output"))
			continue;
		struct manifest_output *output = &manifest->outputs[manifest->output_count++];
		output->path = get_attribute(manifest, node, "path");
		output->digest = get_attribute(manifest, node, "digest");
		if (!is_inner_path(output->path) || output->digest.len == 0)
			return false;
	}
	return true;
}

/* False when it is no manifest, or lacks what commit needs. */
static bool
read_document(struct manifest *manifest, xmlDoc *doc)
{
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (doc->intSubset || !root || !is_element(root, "manifest"))
		return false;
	manifest->run = get_attribute(manifest, root, "run");
	manifest->now = stamp_read(get_attribute(manifest, root, "now"));
	for (const xmlNode *node = root->children; node; node = node->next) {
		if (is_element(node, "ledger")) {
			manifest->ledger_in = get_attribute(manifest, node, "in");
			manifest->ledger_out = get_attribute(manifest, node, "out");
		} else if (is_element(node, "outputs") && !read_outputs(manifest, node)) {
			return false;
		}
	}
	return manifest->ledger_in.len > 0 && manifest->ledger_out.len > 0 && manifest->output_count > 0;
}

static bool
read_bytes(const char *path, struct buf *bytes, struct diag *diag)
{
	bool ok = whole_file_read(path, MOST_BYTES, bytes);

	if (!ok && errno == ENOENT)
		return diag_add(diag, STATUS_INVALID,
			"%s: there is none; name a folder that couplet sync wrote", path);
	if (!ok)
		diag_add(diag, STATUS_IO,
			"%s: cannot be read: %s; check the path, its permissions and the disk", path,
			strerror(errno));
	else if (bytes->len > MOST_BYTES)
		ok = diag_add(diag, STATUS_INVALID, "%s: larger than %d bytes; a manifest is smaller", path,
			(int)MOST_BYTES);
	return ok;
}

bool
manifest_read(struct manifest *manifest, const char *folder, struct diag *diag)
{
	struct str path = arena_printf(&manifest->arena, "%s/manifest.xml", folder);
	struct buf bytes = { 0 };
	bool ok = read_bytes(path.ptr, &bytes, diag);

	if (ok) {
		xmlDoc *doc = xmlReadMemory(bytes.len ? bytes.ptr : "", (int)bytes.len, NULL, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
		ok = (doc && read_document(manifest, doc))
			|| diag_add(diag, STATUS_INVALID,
				"%s: is no manifest of this version, or damaged; run couplet sync again",
				path.ptr);
		xmlFreeDoc(doc);
	}
	buf_release(&bytes);
	return ok;
}

struct str
manifest_digest_text(struct manifest *manifest, struct file_digest digest)
{
	struct buf text = { 0 };

	digest_write(digest, &text);
	struct str copy = arena_copy(&manifest->arena, buf_str(&text));
	buf_release(&text);
	return copy;
}

static bool
check_output(struct manifest *manifest, const char *folder, const struct manifest_output *output,
	struct diag *diag)
{
	struct str path = arena_printf(&manifest->arena, "%s/%.*s", folder, STR_ARG(output->path));
	struct file_digest digest;

	if (access(path.ptr, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return diag_add(diag, STATUS_INVALID, "%s: is missing; restore the folder or run again",
			path.ptr);
	if (!digest_file(path.ptr, &digest, diag))
		return false;
	struct str found = manifest_digest_text(manifest, digest);
	if (str_equal(found, output->digest))
		return true;
	return diag_add(diag, STATUS_INVALID,
		"%s: is not what the run wrote: its digest is %.*s, the manifest says %.*s; restore the "
		"folder or run again", path.ptr, STR_ARG(found), STR_ARG(output->digest));
}

bool
manifest_check(struct manifest *manifest, const char *folder, struct diag *diag)
{
	bool ok = true;

	for (size_t i = 0; i < manifest->output_count; i++)
		ok = check_output(manifest, folder, &manifest->outputs[i], diag) && ok;
	return ok;
}

void
manifest_release(struct manifest *manifest)
{
	arena_release(&manifest->arena);
	*manifest = (struct manifest){ 0 };
}
