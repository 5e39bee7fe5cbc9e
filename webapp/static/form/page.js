/**
 * A form's page as data: its logic, what is answered now, and the scope in which a question's conditions are judged.
 *
 * A level is the form, or a repeat in it: {kinds, fields, rows}, where rows are the levels of its own repeats.
 */

import { evaluate, truth, wallClock } from "../expressions.js";

export const form = document.querySelector("form[data-form]");
export const logic = JSON.parse(document.getElementById("logic").textContent);
/** Answers that the page does not ask for: stored ones of a record that is changed, and what is worked out. */
export const known = JSON.parse(document.getElementById("stored")?.textContent ?? "{}");

/** A sentence of the page in the reader's language, its {names} replaced. */
export const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), logic.words[name] ?? name);

/** The answer that a control's texts stand for, as it would be stored; null where it cannot be read yet. */
export function valueOf(kind, texts) {
  const filled = texts.filter(Boolean);
  if (kind === "list") return filled.length ? filled : null;
  if (kind === "files") return filled.length ? filled.map((text) => ({ digest: text.split(" ")[0] })) : null;
  const text = (filled.at(-1) ?? "").trim();
  if (!text) return null;
  if (kind === "integer") return /^[-+]?\d+$/.test(text) ? Number(text) : null;
  if (kind === "yes_no") return text === "true";
  return text;
}

const blank = (level) => ({
  ...Object.fromEntries(Object.keys(level.fields).map((name) => [name, null])),
  ...Object.fromEntries(Object.keys(level.rows).map((name) => [name, []])),
});

/** Everything that is answered on the page now. */
export function answers() {
  const found = { ...blank(logic), ...known };
  const posted = new FormData(form);
  for (const key of new Set(posted.keys())) put(found, key, posted.getAll(key).map((text) => (typeof text === "string" ? meant(key, text) : "")));
  return found;
}

function put(found, key, texts) {
  let level = logic;
  let row = found;
  const steps = key.split("-");
  const name = steps.pop();
  for (let at = 0; at < steps.length; at += 2) {
    level = level.rows[steps[at]];
    if (!level) return;
    const rows = (row[steps[at]] ??= []);
    const index = Number(steps[at + 1]);
    while (rows.length <= index) rows.push(blank(level));
    row = rows[index];
  }
  if (name in level.fields && !(name in level.rows)) row[name] = valueOf(level.fields[name].kind, texts);
}

/** What was found for words that were typed: the id that is stored, for the title or label that is shown. */
const found = new Map();
export const learn = (input, items) => {
  for (const item of items) found.set(`${input.dataset.find}\n${item.value}`, item.id);
};

function meant(key, text) {
  const control = form.elements[key];
  return (control?.dataset?.find && found.get(`${control.dataset.find}\n${text}`)) || text;
}

/** The rows around a node, the outermost first. */
function rowsAround(node) {
  const rows = [];
  for (let row = node.parentElement?.closest("[data-row]"); row; row = row.parentElement.closest("[data-row]")) rows.unshift(row);
  return rows;
}

export const indexOf = (row) => [...row.parentElement.children].indexOf(row);
export const repeatOf = (row) => row.parentElement.closest("[data-repeat]");

/** The place of a node's rows as names have it: “visits-0-hazards-1-”, blank for the record itself. */
export const placeOf = (node) => rowsAround(node).map((row) => `${repeatOf(row).dataset.repeat}-${indexOf(row)}-`).join("");

/** A question's conditions, and the scope they are judged in: its row's and those around it, or the record's. */
export function conditionsOf(node, name, answered) {
  let level = logic;
  let row = null;
  let place = answered;
  let position = 0;
  for (const around of rowsAround(node)) {
    const repeat = repeatOf(around).dataset.repeat;
    level = level?.rows[repeat];
    position = indexOf(around) + 1;
    place = place?.[repeat]?.[position - 1] ?? {};
    row = { ...row, ...place };
  }
  const scope = { answers: row ? { ...answered, ...row } : answered, row, position, this: null, choice: null, kinds: level?.kinds ?? {} };
  return [level?.fields[name], { ...scope, now: wallClock(new Date(), logic.zone), user: logic.user, sources: logic.sources }];
}

/** What an expression gives; `otherwise` where the page cannot tell, for the server decides. */
export function worth(tree, scope, otherwise = null) {
  try {
    return evaluate(tree, scope);
  } catch {
    return otherwise;
  }
}

export const holds = (tree, scope) => truth(worth(tree, scope, true));
