/* A quota of access passes: one for each FTE on 1 January, whole passes only, and each to be handed in at the end. In C. */
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

void __component_type_object_force_link_plugin(void) {}

/* What is handed over is given back to the allocator once the host has read it: so it must come from there. */
#define TEXT(place, text) plugin_string_dup((place), (text))

static void list_of(plugin_list_string_t *list, const char *text) {
  list->ptr = malloc(sizeof(plugin_string_t));
  list->len = 1;
  TEXT(&list->ptr[0], text);
}

static bool is(const plugin_string_t *text, const char *wanted) {
  return text->len == strlen(wanted) && memcmp(text->ptr, wanted, text->len) == 0;
}

void exports_leidraad_option_contract_describe(exports_leidraad_option_contract_description_t *ret) {
  memset(ret, 0, sizeof *ret);
  TEXT(&ret->name, "access-passes");
  TEXT(&ret->version, "1.0.0");
  TEXT(&ret->summary, "A quota of access passes, one for each whole FTE on 1 January, to be handed in at the end");
  list_of(&ret->reads, "fte");
  ret->sets = EXPORTS_LEIDRAAD_OPTION_CONTRACT_CHOICES_QUOTA | EXPORTS_LEIDRAAD_OPTION_CONTRACT_CHOICES_OBLIGATIONS;
}

bool exports_leidraad_option_contract_decide(exports_leidraad_option_contract_question_t *question,
                                             exports_leidraad_option_contract_standing_t *standing,
                                             exports_leidraad_option_contract_list_entry_t *config,
                                             exports_leidraad_option_contract_proposal_t *ret,
                                             exports_leidraad_option_contract_refusal_t *err) {
  (void)standing;
  (void)config;
  for (size_t at = 0; at < question->facts.len; at++) {
    exports_leidraad_option_contract_entry_t *fact = &question->facts.ptr[at];
    if (is(&fact->name, "fte") && fact->value.tag == EXPORTS_LEIDRAAD_OPTION_CONTRACT_VALUE_NUMBER) {
      /* The digits before the point are the whole part: an FTE is never negative. */
      plugin_string_t fte = fact->value.val.number;
      const char *point = memchr(fte.ptr, '.', fte.len);
      memset(ret, 0, sizeof *ret);
      ret->quota.is_some = true;
      plugin_string_dup_n(&ret->quota.val.amount, (const char *)fte.ptr, point == NULL ? fte.len : (size_t)(point - (const char *)fte.ptr));
      TEXT(&ret->quota.val.unit, "pass");
      TEXT(&ret->quota.val.per, "term");
      list_of(&ret->obligations, "hand-in");
      return true;
    }
  }
  memset(err, 0, sizeof *err);
  err->tag = EXPORTS_LEIDRAAD_OPTION_CONTRACT_REFUSAL_NEEDS;
  list_of(&err->val.needs.facts, "fte");
  return false;
}
