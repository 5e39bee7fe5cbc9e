/* Ticking records of a list: how many are ticked, what all of them can do, all of the page at once. */

const form = document.querySelector("[data-ticking]");
const boxes = [...form.querySelectorAll(".pick input")];
const all = form.querySelector("[data-all]");
const chosen = form.querySelector(".chosen");

function show() {
  const ticked = boxes.filter((box) => box.checked);
  chosen.hidden = false;
  chosen.querySelector("b").textContent = ticked.length;
  const buttons = [...form.querySelectorAll(".together button")];
  for (const button of buttons) {
    button.hidden = !ticked.every((box) => box.dataset.deeds.split(" ").includes(button.value));
    button.disabled = button.hidden;
  }
  form.querySelector(".none").hidden = buttons.some((button) => !button.hidden);
}

all.addEventListener("click", (event) => {
  event.preventDefault();
  const on = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = on;
  show();
});
form.addEventListener("change", show);
addEventListener("pageshow", show);
show();
