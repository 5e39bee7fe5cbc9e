/** Finding records, people and choices while typing; and what a chosen record says of questions here. */

import { answers, conditionsOf, form, learn, logic } from "./page.js";

let finding;
export async function find(input) {
  finding?.abort();
  finding = new AbortController();
  try {
    const asked = new URLSearchParams({ q: input.value, ...around(input) });
    const answer = await fetch(`${input.dataset.find}?${asked}`, { signal: finding.signal, headers: { Accept: "application/json" } });
    const found = answer.ok ? await answer.json() : [];
    learn(input, found);
    const options = found.map((item) => Object.assign(document.createElement("option"), { value: item.value, label: item.label }));
    document.getElementById(input.getAttribute("list"))?.replaceChildren(...options);
  } catch {
    return; // no signal, or typed on: what is typed is checked when it is sent
  }
}

/** The answers that a list is narrowed by. */
function around(input) {
  const box = input.closest("[data-name]");
  const [field, scope] = conditionsOf(box, box.dataset.name, answers());
  const named = (field?.needs ?? []).map((name) => [`_${name}`, scope.row?.[name] ?? scope.answers[name] ?? ""]);
  return Object.fromEntries(named.filter(([, value]) => value !== ""));
}

/** Fill in what the record that was just chosen says; what people typed themselves stays. */
export async function pull(input, refresh) {
  const box = input.closest("[data-name]");
  const [field] = conditionsOf(box, box.dataset.name, answers());
  if (!field?.pull) return;
  try {
    const asked = new URLSearchParams({ value: input.value });
    const answer = await fetch(`/f/${logic.form}/pull/${box.dataset.name}?${asked}`, { headers: { Accept: "application/json" } });
    fill(input.name.slice(0, input.name.length - box.dataset.name.length), answer.ok ? await answer.json() : {}, Object.keys(field.pull));
    refresh();
  } catch {
    return; // no signal: the server fills it in
  }
}

function fill(place, told, names) {
  for (const name of names) {
    const output = [...form.querySelectorAll(`output[data-worked-out="${name}"]`)].find((one) => (one.closest("[data-row]") ? one.closest("[data-row]").querySelector(`[name^="${place}"]`) : !place));
    if (output) output.textContent = told[name]?.words ?? "";
    const controls = [...form.querySelectorAll(`[name="${CSS.escape(place + name)}"]`)];
    if (!told[name] || controls.some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked && one.value : one.type !== "hidden" && one.value))) continue;
    const values = [told[name].typed].flat();
    for (const one of controls) {
      if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
      else if (one.type !== "hidden") one.value = values.at(-1) ?? "";
    }
  }
}
