/** Tells what is not as it should be when a question is left: its constraint, and the rules between answers. */

import { answers, conditionsOf, form, holds, logic, placeOf, say } from "./page.js";

/** Questions that were left once: nobody is told of what they have not come to yet. */
const left = new Set();

export function tell(box) {
  left.add(`${placeOf(box)}${box.dataset.name}`);
  const answered = answers();
  judge(box, answered);
  for (const rule of logic.rules) judgeRule(rule, answered);
}

/** What was told is taken back as soon as it no longer holds. */
export function takeBack() {
  const answered = answers();
  for (const box of form.querySelectorAll("[data-told]")) judge(box, answered);
  for (const rule of logic.rules) if (form.querySelector("[data-ruled]")) judgeRule(rule, answered);
}

function judge(box, answered) {
  const [field, scope] = conditionsOf(box, box.dataset.name, answered);
  if (!field?.constraint) return;
  const value = (scope.row ?? scope.answers)[box.dataset.name] ?? null;
  const kinds = { ...scope.kinds, ".": field.kind };
  const fits = box.hidden || value === null || holds(field.constraint, { ...scope, this: value, kinds });
  write(box, fits ? "" : field.constraint_message || say("constraint"), "told");
}

function judgeRule(rule, answered) {
  const [name] = rule.fields.length ? rule.fields : rule.uses;
  const box = name && form.querySelector(`[data-name="${name}"]`);
  if (!box || box.hasAttribute("data-told")) return;
  const came = rule.uses.every((use) => left.has(use) || (answered[use] ?? null) !== null);
  const [, scope] = conditionsOf(form, "", answered);
  write(box, came && !holds(rule.rule, scope) ? rule.message : "", "ruled");
}

/** Write a sentence under a question; blank takes it away. What the server said stays until something is typed. */
function write(box, words, mark) {
  const inside = box.querySelector(":scope > fieldset") ?? box;
  let told = box.querySelector(":scope .why[data-said]");
  if (!words && !box.hasAttribute(`data-${mark}`)) return;
  box.toggleAttribute(`data-${mark}`, Boolean(words));
  box.classList.toggle("refused", Boolean(words));
  if (!told) {
    told = Object.assign(document.createElement("p"), { className: "why" });
    told.dataset.said = "";
    told.setAttribute("role", "status");
    inside.append(told);
  }
  told.textContent = words;
  told.hidden = !words;
  const said = box.querySelector(".why:not([data-said], [data-file-why])");
  if (said) said.hidden = true;
}
