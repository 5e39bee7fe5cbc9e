/** Choices moved into an order: by dragging, or with a button up and a button down. Untouched, it is no answer. */

import { form, say } from "./page.js";

const ready = new WeakSet();

export function watchRankings(root = form) {
  for (const list of root.querySelectorAll("[data-ranking]")) if (!ready.has(list)) prepare(list);
}

function prepare(list) {
  ready.add(list);
  for (const item of list.children) {
    const select = item.querySelector("select");
    select.hidden = select.disabled = true;
    select.toggleAttribute("data-off", true);
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: list.dataset.ranking, value: item.dataset.choice });
    const handle = Object.assign(document.createElement("span"), { className: "handle", textContent: "⠿" });
    item.prepend(input, handle);
    item.append(button("↑", "up"), button("↓", "down"));
    handle.addEventListener("pointerdown", (event) => drag(list, item, event));
  }
  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    const item = pressed.closest("li");
    if (pressed.dataset.way === "up") item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    settle(list);
    pressed.focus();
  });
  mark(list);
}

function button(sign, way) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: sign });
  made.dataset.way = way;
  made.setAttribute("aria-label", say(way));
  return made;
}

function drag(list, item, event) {
  event.preventDefault();
  item.setPointerCapture(event.pointerId);
  item.classList.add("dragged");
  const move = (moved) => {
    const other = [...list.children].find((one) => one !== item && moved.clientY < one.getBoundingClientRect().top + one.offsetHeight / 2);
    if (other !== item.nextElementSibling) list.insertBefore(item, other ?? null);
  };
  const end = () => {
    item.removeEventListener("pointermove", move);
    item.classList.remove("dragged");
    settle(list);
  };
  item.addEventListener("pointermove", move);
  item.addEventListener("pointerup", end, { once: true });
  item.addEventListener("pointercancel", end, { once: true });
}

/** From now on the order is an answer. */
function settle(list) {
  list.toggleAttribute("data-ranked", true);
  mark(list);
  form.dispatchEvent(new Event("input"));
}

function mark(list) {
  const ranked = list.hasAttribute("data-ranked");
  for (const input of list.querySelectorAll("input[type=hidden]")) {
    input.toggleAttribute("data-off", !ranked);
    input.disabled = !ranked;
  }
}

/** A draft's order. */
form.addEventListener("restored", ({ detail: kept }) => {
  for (const list of form.querySelectorAll("[data-ranking]")) {
    const order = kept.filter(([name]) => name === list.dataset.ranking).map(([, value]) => value).filter(Boolean);
    if (!order.length) continue;
    for (const choice of order) list.append(...[...list.children].filter((item) => item.dataset.choice === choice));
    list.toggleAttribute("data-ranked", true);
    mark(list);
  }
});
