/** Shows what applies, marks what is required, locks what may not be changed, narrows lists, writes what is worked out. */

import { textOf } from "../expressions.js";
import { answers, conditionsOf, form, holds, known, worth } from "./page.js";
import { countRows } from "./rows.js";

/** Twice, for a calculation may open a question. */
export function refresh() {
  for (let pass = 0; pass < 2; pass += 1) {
    workOut();
    const answered = answers();
    for (const box of form.querySelectorAll("[data-name]")) apply(box, ...conditionsOf(box, box.dataset.name, answered));
  }
  for (const group of [...form.querySelectorAll(".group[data-name]")].reverse()) {
    const asked = [...group.querySelectorAll(".field, .repeat, .notice")];
    if (asked.every((box) => box.hidden || box.parentElement.closest("[data-name][hidden]"))) group.hidden = true;
  }
}

function workOut() {
  for (const output of form.querySelectorAll("output[data-worked-out]")) {
    const name = output.dataset.workedOut;
    const [field, scope] = conditionsOf(output, name, answers());
    if (!field?.calculation) continue;
    const applies = !field.relevant || holds(field.relevant, scope);
    output.textContent = applies ? textOf(worth(field.calculation, scope, "")) : "";
    if (!output.closest("[data-row]")) known[name] = output.textContent || null;
  }
}

/** A question that does not apply, or stands inside something that does not, is neither shown nor sent. */
function apply(box, field, scope) {
  if (!field) return;
  const around = box.parentElement.closest("[data-name]");
  box.hidden = field.relevant ? !holds(field.relevant, scope) : false;
  const asked = !box.hidden && !around?.closest("[data-name][hidden]");
  const locked = Boolean(field.read_only) && holds(field.read_only, scope);
  box.classList.toggle("locked", locked);
  for (const control of box.querySelectorAll("input, select, textarea")) {
    control.disabled = !asked || locked || control.hasAttribute("data-off");
  }
  const mark = box.querySelector(":is(:scope, :scope > fieldset) > :is(.label, h2) [data-required]");
  if (mark && field.required) mark.hidden = !holds(field.required, scope);
  if (field.choices) narrow(box, field, scope);
  if (asked && field.count && countRows(box, Number(worth(field.count, scope, 0)))) refresh();
}

/** Offer only the choices there are now; one that is there no more is chosen no more. */
function narrow(box, field, scope) {
  const day = (field.as_of && (scope.row?.[field.as_of] ?? scope.answers[field.as_of])) || scope.now.slice(0, 10);
  const isThere = (name) => {
    const [attributes, from, until] = field.choices[name] ?? [{}, "", ""];
    if ((from && day < from) || (until && day > until)) return false;
    return !field.choice_filter || holds(field.choice_filter, { ...scope, choice: { ...attributes, name } });
  };
  for (const option of box.querySelectorAll("option")) {
    if (!option.value) continue;
    option.hidden = option.disabled = !isThere(option.value);
    if (option.disabled && option.selected) option.parentElement.value = "";
  }
  for (const control of box.querySelectorAll("input:is([type=radio], [type=checkbox])")) {
    if (!control.value) continue;
    const there = isThere(control.value);
    control.closest("li").hidden = !there;
    if (!there) control.checked = false;
    control.disabled ||= !there;
  }
}
