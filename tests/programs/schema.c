// SPDX-License-Identifier: BSD-2-Clause
/*
 * schema.c: the part of JSON Schema that the files in doc/schema/ use. What it
 * does not know is a failure, so that nothing is thought to be checked.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "schema.h"

struct check {
	json_t *root;
	char why[512]; /* of the first that is wrong */
};

static bool fits(struct check *c, json_t *schema, json_t *value,
		 const char *where);

static bool wrong(struct check *c, const char *where, const char *what)
{
	if (!*c->why)
		snprintf(c->why, sizeof(c->why), "%s: %s", where, what);
	return false;
}

/* "#/$defs/count" */
static json_t *find(struct check *c, const char *path)
{
	json_t *at = c->root;
	char *copy = strdup(path), *save = NULL;

	for (char *word = strtok_r(copy, "#/", &save); word;
	     word = strtok_r(NULL, "#/", &save))
		at = json_object_get(at, word);
	free(copy);
	if (!at)
		FAIL("the schema has no %s", path);
	return at;
}

static bool is_type(const json_t *value, const char *type)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return !strcmp(type, "object");
	case JSON_ARRAY:
		return !strcmp(type, "array");
	case JSON_STRING:
		return !strcmp(type, "string");
	case JSON_INTEGER:
		return !strcmp(type, "integer") || !strcmp(type, "number");
	case JSON_REAL:
		return !strcmp(type, "number");
	case JSON_NULL:
		return !strcmp(type, "null");
	default:
		return !strcmp(type, "boolean");
	}
}

static bool has_type(const json_t *types, const json_t *value)
{
	const json_t *type;
	size_t i;

	if (json_is_string(types))
		return is_type(value, json_string_value(types));
	json_array_foreach(
		types, i,
		type) if (is_type(value, json_string_value(type))) return true;
	return false;
}

static bool is_one_of(const json_t *list, const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i,
			   item) if (json_equal(item, value)) return true;
	return false;
}

static bool check_required(struct check *c, const json_t *names,
			   const json_t *value, const char *where)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) if (
		!json_object_get(value,
				 json_string_value(
					 name))) return wrong(c, where,
							      json_string_value(
								      name));
	return true;
}

static bool check_properties(struct check *c, json_t *properties, json_t *value,
			     const char *where)
{
	const char *name;
	json_t *schema;

	json_object_foreach(properties, name, schema)
	{
		json_t *member = json_object_get(value, name);
		char path[256];

		snprintf(path, sizeof(path), "%s.%s", where, name);
		if (member && !fits(c, schema, member, path))
			return false;
	}
	return true;
}

static bool check_no_more(struct check *c, json_t *properties, json_t *value,
			  const char *where)
{
	const char *name;
	json_t *member;

	json_object_foreach(
		value, name,
		member) if (!json_object_get(properties,
					     name)) return wrong(c, where,
								 name);
	return true;
}

static bool check_items(struct check *c, json_t *schema, json_t *value,
			const char *where)
{
	json_t *item;
	size_t i;

	json_array_foreach(
		value, i, item) if (!fits(c, schema, item, where)) return false;
	return true;
}

static bool check_if(struct check *c, json_t *schema, json_t *value,
		     const char *where)
{
	struct check silent = { .root = c->root };

	return !fits(&silent, json_object_get(schema, "if"), value, where) ||
	       fits(c, json_object_get(schema, "then"), value, where);
}

static bool check_keyword(struct check *c, json_t *schema, const char *key,
			  json_t *rule, json_t *value, const char *where)
{
	if (!strcmp(key, "$ref"))
		return fits(c, find(c, json_string_value(rule)), value, where);
	if (!strcmp(key, "type"))
		return has_type(rule, value) || wrong(c, where, "type");
	if (!strcmp(key, "const"))
		return json_equal(rule, value) || wrong(c, where, "const");
	if (!strcmp(key, "enum"))
		return is_one_of(rule, value) || wrong(c, where, "enum");
	if (!strcmp(key, "minimum"))
		return json_number_value(value) >= json_number_value(rule) ||
		       wrong(c, where, "minimum");
	if (!strcmp(key, "properties"))
		return check_properties(c, rule, value, where);
	if (!strcmp(key, "required"))
		return json_is_null(value) ||
		       check_required(c, rule, value, where);
	if (!strcmp(key, "additionalProperties") && json_is_false(rule))
		return check_no_more(c, json_object_get(schema, "properties"),
				     value, where);
	if (!strcmp(key, "items"))
		return check_items(c, rule, value, where);
	if (!strcmp(key, "if"))
		return check_if(c, schema, value, where);
	if (strcmp(key, "then") && strcmp(key, "description"))
		FAIL("the schema has '%s', which is not known here", key);
	return true;
}

static bool fits(struct check *c, json_t *schema, json_t *value,
		 const char *where)
{
	const char *key;
	json_t *rule;

	json_object_foreach(schema, key,
			    rule) if (!check_keyword(c, schema, key, rule,
						     value,
						     where)) return false;
	return true;
}

static json_t *load_schema(const char *file)
{
	char path[512];
	json_error_t e;
	json_t *root;

	snprintf(path, sizeof(path), SOURCE "/doc/schema/%s", file);
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &e);
	if (!root)
		FAIL("%s: line %d: %s", path, e.line, e.text);
	return root;
}

static json_t *check_line(struct check *c, json_t *schema, const char *line,
			  size_t len)
{
	json_error_t e;
	json_t *value = json_loadb(line, len, JSON_REJECT_DUPLICATES, &e);

	if (!value)
		FAIL("%s in: %.*s", e.text, (int)len, line);
	if (!fits(c, schema, value, ""))
		FAIL("%s in: %.*s", c->why, (int)len, line);
	return value;
}

json_t *schema_check(const char *file, const char *def, const char *text)
{
	struct check c = { .root = load_schema(file) };
	json_t *schema, *last = NULL;
	char path[64];

	snprintf(path, sizeof(path), "#/$defs/%s", def);
	schema = find(&c, path);
	while (*text) {
		size_t len = strcspn(text, "\n");

		json_decref(last);
		last = check_line(&c, schema, text, len);
		text += len + (text[len] == '\n');
	}
	json_decref(c.root);
	return last;
}
