/**
 * A form's page: shows only what applies, works out what is calculated, adds and removes rows, sends files, keeps a draft.
 *
 * A convenience: without it every question is shown and the server decides all the same.
 */

import { keepDraft, offerDraft } from "./form/drafts.js";
import { filesOnTheirWay, isSending, watchFiles } from "./form/files.js";
import { find, pull } from "./form/finding.js";
import { form } from "./form/page.js";
import { watchRankings } from "./form/ranking.js";
import { addRow, removeRow } from "./form/rows.js";
import { watchSensors } from "./form/sensing.js";
import { refresh } from "./form/showing.js";
import { keepDrawn, watchPads } from "./form/signature.js";
import { takeBack, tell } from "./form/telling.js";

function watch(root) {
  for (const button of root.querySelectorAll("[name='_count_rows']")) button.hidden = true; // rows come by themselves
  watchFiles(root);
  watchPads(root);
  watchRankings(root);
  watchSensors(root);
}

let typing;
form.addEventListener("input", (event) => {
  refresh();
  takeBack();
  keepDraft();
  if (!event.target.matches("[data-find]")) return;
  clearTimeout(typing);
  typing = setTimeout(find, 200, event.target);
});

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-find]")) pull(event.target, refresh);
});

form.addEventListener("focusout", (event) => {
  const box = event.target.closest("[data-name]");
  if (box && !box.contains(event.relatedTarget)) tell(box);
});

form.addEventListener("click", (event) => {
  const add = event.target.closest("[name='_add_row']");
  const remove = event.target.closest("[name='_remove_row']");
  if (!add && !remove) return;
  event.preventDefault();
  if (remove) removeRow(remove.closest("[data-row]"));
  else addRow(add.closest("[data-repeat]")).querySelector("input:not([type=hidden], [hidden]), select, textarea")?.focus();
  refresh();
  keepDraft();
});

form.addEventListener("rows", (event) => watch(event.detail));

/** Pressed twice, sent once; what is still on its way is waited for. */
let sent = false;
form.addEventListener("submit", (event) => {
  keepDrawn();
  if (sent || isSending()) event.preventDefault();
  if (!sent && isSending()) filesOnTheirWay().then(() => form.requestSubmit());
  else sent = true;
});
window.addEventListener("pageshow", () => {
  sent = false;
});

document.getElementById("refusals")?.addEventListener("click", (event) => {
  const place = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
  const control = place?.matches("input, select, textarea") ? place : place?.querySelector("input:not([type=hidden]), button");
  if (!control) return;
  event.preventDefault();
  place.scrollIntoView({ block: "center" });
  control.focus();
});

watch(form);
refresh();
for (const input of form.querySelectorAll("[data-find]")) if (input.value) pull(input, refresh);
offerDraft(refresh);
document.getElementById("refusals")?.focus();
