/**
 * The values of the expression language and how one becomes another: the twin of forms/expressions/values.py.
 *
 * A value is a string, a number, a boolean or an array of these.
 */

const SPACE = "[ \\t\\n\\r\\u3000]";
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const SPACES = new RegExp(`${SPACE}+`, "g");
const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const MOMENT =
  /^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T(?=.)|$))?(?:([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?)?$/;
const LONGEST_NUMBER = 64;
const SECONDS_OF_DAY = 86400;
export const MILLISECONDS_OF_DAY = 86400000;
const FIRST_DAY = -719162; // 0001-01-01
const LAST_DAY = 2932896; // 9999-12-31

/** Whether `value` holds as a condition. */
export function truth(value) {
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** `value` as text: numbers without exponent, a list's items parted by one space, blank for NaN. */
export function textOf(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return value ? "true" : "false";
}

// Stored answers to values.

/** What `object` itself has under `name`; undefined for what it inherits. */
export function own(object, name) {
  return object !== null && object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isMapping(stored) {
  return typeof stored === "object" && stored !== null && !Array.isArray(stored);
}

function atomOf(stored) {
  return ["string", "number", "boolean"].includes(typeof stored) ? stored : "";
}

export function valueOf(stored) {
  if (!Array.isArray(stored)) return atomOf(stored);
  return stored.map((item, index) => (isMapping(item) ? index + 1 : atomOf(item)));
}

export function numberFrom(stored) {
  if (typeof stored !== "string") return valueOf(stored);
  const bare = stored.length <= LONGEST_NUMBER ? trimmed(stored) : "";
  return NUMBER.test(bare) ? Number(bare) : stored;
}

// Values to other values.

export function trimmed(text) {
  return text.replace(EDGES, "");
}

function numberText(number) {
  if (!Number.isFinite(number)) return "";
  const [mantissa, exponent] = String(number).split("e");
  return exponent === undefined ? mantissa : shifted(mantissa, Number(exponent));
}

/** `mantissa` with its point moved `places` to the right (to the left when negative). */
function shifted(mantissa, places) {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = mantissa.slice(sign.length).split(".");
  if (places < 0) return `${sign}0.${"0".repeat(-places - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(places, "0")}`;
}

export function numberOf(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return numberAndDay(textOf(value)).number;
}

export function hasDay(value) {
  return typeof value === "string" && numberAndDay(value).day;
}

/** The number of `text`, and whether it names a day. */
function numberAndDay(text) {
  const nothing = { number: NaN, day: false };
  const bare = text.length <= LONGEST_NUMBER ? trimmed(text) : "";
  if (NUMBER.test(bare)) return { number: Number(bare), day: false };
  const match = bare === "" ? null : MOMENT.exec(bare);
  if (match === null) return nothing;
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0));
  const fraction = (hour * 3600 + minute * 60 + second) / SECONDS_OF_DAY;
  if (match[1] === undefined) return { number: fraction, day: false };
  const number = dayNumber(year, month, day);
  return number === null ? nothing : { number: number + fraction, day: true };
}

/** Days since 1970-01-01; null when the calendar has no such day. */
export function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const fits = year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return fits ? date.getTime() / MILLISECONDS_OF_DAY : null;
}

/** The day (as a Date) and the second of the day that `number` stands for; null when no calendar has it. */
export function dayAndSecond(number) {
  const whole = Math.floor(number);
  if (!(whole >= FIRST_DAY && whole <= LAST_DAY)) return null;
  const second = Math.min(Math.floor((number - whole) * SECONDS_OF_DAY + 0.5), SECONDS_OF_DAY - 1);
  return { day: new Date(whole * MILLISECONDS_OF_DAY), second };
}

export function two(number) {
  return String(number).padStart(2, "0");
}

export function momentText(number) {
  const found = dayAndSecond(number);
  if (found === null) return "";
  const day = found.day.toISOString().slice(0, 10);
  return found.second === 0 ? day : `${day}T${writtenTime(found.second)}`;
}

function writtenTime(second) {
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

export function itemsOf(value) {
  if (Array.isArray(value)) return value;
  return value === "" ? [] : [value];
}

export function codePoints(text) {
  return Array.from(text);
}

/** The words of `text`, parted by spaces of any width. */
export function wordsOf(text) {
  return text.split(SPACES).filter(Boolean);
}
