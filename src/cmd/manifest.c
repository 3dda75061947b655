/* manifest.c - what an output folder's manifest.xml says, as far as commit needs it */
#include "cmd/manifest.h"

#include <errno.h>
#include <stdio.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/buf.h"

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

	for (const xmlNode *node = outputs->children; node; node = node->next)
		count += is_element(node, "output");
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
	FILE *file = fopen(path, "rbe");
	size_t got = 1;

	if (!file && errno == ENOENT)
		return diag_add(diag, STATUS_INVALID,
			"%s: there is none; name a folder that couplet sync wrote", path);
	while (file && got > 0 && bytes->len <= MOST_BYTES) {
		got = fread(buf_reserve(bytes, 64 * 1024), 1, 64 * 1024, file);
		bytes->len += got;
	}
	bool ok = file && !ferror(file);
	if (!ok)
		diag_add(diag, STATUS_IO, "%s: cannot be read: %s", path, strerror(errno));
	else if (bytes->len > MOST_BYTES)
		ok = diag_add(diag, STATUS_INVALID, "%s: larger than %d bytes; a manifest is smaller", path,
			(int)MOST_BYTES);
	if (file)
		fclose(file);
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

void
manifest_release(struct manifest *manifest)
{
	arena_release(&manifest->arena);
	*manifest = (struct manifest){ 0 };
}
