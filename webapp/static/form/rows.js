/** Rows of repeats, also inside rows: added, taken away, numbered; as many as an expression says where it says so. */

import { form, indexOf, placeOf, repeatOf } from "./page.js";

const NUMBERED = ["name", "id", "for", "list", "value", "aria-describedby", "aria-labelledby", "data-files", "data-ranking", "data-slider"];
const MOST_ROWS = 500;

/** Every node in a row, those in the patterns of its repeats too. */
function* within(node) {
  for (const inner of node.querySelectorAll("*")) {
    yield inner;
    if (inner instanceof HTMLTemplateElement) yield* within(inner.content);
  }
}

/** Give every name in a row the row's place; a name is “repeat-place-question”. */
function number(row, repeat, index) {
  row.querySelector("[data-number]").textContent = index + 1;
  const path = `${placeOf(repeat)}${repeat.dataset.repeat}`;
  const former = new RegExp(`\\b${path.replaceAll(/-\d+-/g, "-\\d+-")}-\\d+(?=-|$)`, "g");
  for (const node of within(row)) {
    for (const attribute of NUMBERED) {
      if (attribute === "value" && node.tagName !== "BUTTON") continue;
      const text = node.getAttribute(attribute);
      if (text) node.setAttribute(attribute, text.replaceAll(former, `${path}-${index}`));
    }
  }
}

export const rowsOf = (repeat) => repeat.querySelector(":scope > .rows");

export function addRow(repeat) {
  const rows = rowsOf(repeat);
  const row = repeat.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
  number(row, repeat, rows.children.length); // before it joins the page: radio buttons of one name exclude each other
  rows.append(row);
  form.dispatchEvent(new CustomEvent("rows", { detail: row }));
  return row;
}

export function removeRow(row) {
  const rows = row.parentElement;
  const repeat = repeatOf(row);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  [...rows.children].forEach((left) => number(left, repeat, indexOf(left)));
  (next?.querySelector("[name='_remove_row']") ?? repeat.querySelector(":scope > .add")).focus();
}

/** As many rows as are counted; whether any were added or taken away. What was typed in a row beyond goes with it. */
export function countRows(repeat, count) {
  const most = Number.isFinite(count) ? Math.min(MOST_ROWS, Math.max(0, Math.floor(count))) : 0;
  const rows = rowsOf(repeat);
  if (rows.children.length === most) return false;
  while (rows.children.length > most) rows.lastElementChild.remove();
  while (rows.children.length < most) addRow(repeat);
  return true;
}
