/**
 * Evaluates the trees of the expression language in the page.
 *
 * The twin of forms/expressions (values.py, operators.py, calls.py, dates.py): the same trees and the same
 * answers give the same values; tests/forms/expressions/test_parity.py compares the two.
 *
 * A value is a string, a number, a boolean or an array of these. A scope is
 *   answers  the record: field name to stored JSON value; a table is an array of rows (objects)
 *   row      the row of a table now being read, or null
 *   this     the stored answer that is being judged
 *   now      the office's wall clock as text, "2026-11-22T10:00:00" (see wallClock)
 *   user     {name, unit, id} of the person who fills
 *   choice   the attributes of the choice that is being judged, in a choice filter
 *   kinds    names to kind words as forms/expressions/names.py tells
 */

const SPACE = "[ \\t\\n\\r\\u3000]";
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const SPACES = new RegExp(`${SPACE}+`, "g");
const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const MOMENT =
  /^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T(?=.)|$))?(?:([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?)?$/;
const LONGEST_NUMBER = 64;
const SECONDS_OF_DAY = 86400;
const MILLISECONDS_OF_DAY = 86400000;
const FIRST_DAY = -719162; // 0001-01-01
const LAST_DAY = 2932896; // 9999-12-31
const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const EXACT = 1e14;

/** The value of `tree` (the JSON of forms/expressions/tree.py) in `scope`. */
export function evaluate(tree, scope) {
  switch (tree[0]) {
    case "literal":
      return tree[1];
    case "reference":
      return referenceValue(tree[1], scope);
    case "this":
      return readerOf(kindOf(scope, "."))(scope.this);
    case "attribute":
      return valueOf(own(scope.choice, tree[1]));
    case "binary":
      return binaryValue(tree[1], tree[2], tree[3], scope);
    case "call":
      return callValue(tree[1], tree[2], scope);
    default:
      throw new TypeError(`not a node: ${tree[0]}`);
  }
}

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

/** The wall clock of `zone` ("Asia/Shanghai") at the instant `date`, as a scope's `now` wants it. */
export function wallClock(date, zone) {
  const written = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return written.format(date).replace(" ", "T");
}

// Stored answers to values.

function own(object, name) {
  return object !== null && object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

function isMapping(stored) {
  return typeof stored === "object" && stored !== null && !Array.isArray(stored);
}

function atomOf(stored) {
  return ["string", "number", "boolean"].includes(typeof stored) ? stored : "";
}

function valueOf(stored) {
  if (!Array.isArray(stored)) return atomOf(stored);
  return stored.map((item, index) => (isMapping(item) ? index + 1 : atomOf(item)));
}

function numberFrom(stored) {
  if (typeof stored !== "string") return valueOf(stored);
  const bare = stored.length <= LONGEST_NUMBER ? trimmed(stored) : "";
  return NUMBER.test(bare) ? Number(bare) : stored;
}

function readerOf(kind) {
  return kind === "integer" || kind === "decimal" ? numberFrom : valueOf;
}

function kindOf(scope, name) {
  return own(scope.kinds, name);
}

/** The one table with a column called `name`; undefined when there is none or more than one. */
function tableWith(name, kinds) {
  const ending = `.${name}`;
  const found = Object.keys(kinds ?? {}).filter((known) => known.endsWith(ending) && known !== ending);
  return found.length === 1 ? found[0].slice(0, -ending.length) : undefined;
}

function referenceValue(name, scope) {
  const kind = kindOf(scope, name);
  const dot = name.indexOf(".");
  if (kind !== undefined && dot >= 0 && dot < name.length - 1) {
    return columnValue(name.slice(0, dot), name.slice(dot + 1), scope);
  }
  const table = kind === undefined ? tableWith(name, scope.kinds) : undefined;
  const read = readerOf(kind ?? kindOf(scope, `${table}.${name}`));
  if (isMapping(scope.row) && Object.hasOwn(scope.row, name)) return read(scope.row[name]);
  return table === undefined ? read(own(scope.answers, name)) : columnValue(table, name, scope);
}

function columnValue(table, column, scope) {
  const rows = own(scope.answers, table);
  if (!Array.isArray(rows)) return [];
  const read = readerOf(kindOf(scope, `${table}.${column}`));
  return rows
    .filter(isMapping)
    .map((row) => read(own(row, column)))
    .map((value) => (Array.isArray(value) ? textOf(value) : value));
}

// Values to other values.

function trimmed(text) {
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

function numberOf(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return numberAndDay(textOf(value)).number;
}

function hasDay(value) {
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
function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const fits = year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return fits ? date.getTime() / MILLISECONDS_OF_DAY : null;
}

/** The day (as a Date) and the second of the day that `number` stands for; null when no calendar has it. */
function dayAndSecond(number) {
  const whole = Math.floor(number);
  if (!(whole >= FIRST_DAY && whole <= LAST_DAY)) return null;
  const second = Math.min(Math.floor((number - whole) * SECONDS_OF_DAY + 0.5), SECONDS_OF_DAY - 1);
  return { day: new Date(whole * MILLISECONDS_OF_DAY), second };
}

function two(number) {
  return String(number).padStart(2, "0");
}

function momentText(number) {
  const found = dayAndSecond(number);
  if (found === null) return "";
  const day = found.day.toISOString().slice(0, 10);
  return found.second === 0 ? day : `${day}T${writtenTime(found.second)}`;
}

function writtenTime(second) {
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

function itemsOf(value) {
  if (Array.isArray(value)) return value;
  return value === "" ? [] : [value];
}

function codePoints(text) {
  return Array.from(text);
}

// Operators.

function binaryValue(operator, left, right, scope) {
  if (operator === "or") return truth(evaluate(left, scope)) || truth(evaluate(right, scope));
  if (operator === "and") return truth(evaluate(left, scope)) && truth(evaluate(right, scope));
  return OPERATORS[operator](evaluate(left, scope), evaluate(right, scope));
}

function same(left, right) {
  if (typeof left === "number" || typeof right === "number") return numberOf(left) === numberOf(right);
  return textOf(left) === textOf(right);
}

function sum(left, right) {
  const total = numberOf(left) + numberOf(right);
  return hasDay(left) !== hasDay(right) ? momentText(total) : total;
}

function difference(left, right) {
  const rest = numberOf(left) - numberOf(right);
  return hasDay(left) && !hasDay(right) ? momentText(rest) : rest;
}

function quotient(left, right) {
  return right === 0 ? NaN : left / right;
}

const OPERATORS = {
  "=": same,
  "!=": (left, right) => !same(left, right),
  "<": (left, right) => numberOf(left) < numberOf(right),
  "<=": (left, right) => numberOf(left) <= numberOf(right),
  ">": (left, right) => numberOf(left) > numberOf(right),
  ">=": (left, right) => numberOf(left) >= numberOf(right),
  "+": sum,
  "-": difference,
  "*": (left, right) => numberOf(left) * numberOf(right),
  div: (left, right) => quotient(numberOf(left), numberOf(right)),
  mod: (left, right) => numberOf(left) % numberOf(right),
};

// Functions.

function callValue(name, trees, scope) {
  if (Object.hasOwn(READY, name)) return READY[name](trees, scope);
  return PLAIN[name](...trees.map((tree) => evaluate(tree, scope)));
}

/** Functions that look at the scope, or need not evaluate every argument. */
const READY = {
  coalesce: firstFilled,
  if: ([condition, then, otherwise], scope) => evaluate(truth(evaluate(condition, scope)) ? then : otherwise, scope),
  now: (_, scope) => scope.now.slice(0, 19),
  once: ([tree], scope) => firstFilled([["this"], tree], scope),
  today: (_, scope) => scope.now.slice(0, 10),
  user: ([tree], scope) => own(scope.user, textOf(evaluate(tree, scope))) ?? "",
};

function firstFilled(trees, scope) {
  for (const tree of trees.slice(0, -1)) {
    const value = evaluate(tree, scope);
    if (textOf(value) !== "") return value;
  }
  return evaluate(trees.at(-1), scope);
}

function choicesOf(value) {
  if (Array.isArray(value)) return value.map(textOf);
  return textOf(value).split(SPACES).filter(Boolean);
}

function selected(value, choice) {
  const wanted = trimmed(textOf(choice));
  return wanted !== "" && (wanted === value || choicesOf(value).includes(wanted));
}

function selectedAt(value, position) {
  const found = choicesOf(value);
  const at = numberOf(position);
  return at >= 0 && at < found.length ? found[Math.trunc(at)] : "";
}

function concatenated(...values) {
  return values.map((value) => (Array.isArray(value) ? value.map(textOf).join("") : textOf(value))).join("");
}

/** The numbers of all items that are not blank. */
function numbersOf(values) {
  return values
    .flatMap(itemsOf)
    .filter((item) => item !== "")
    .map(numberOf);
}

function extreme(choose, values) {
  const numbers = numbersOf(values);
  return numbers.length > 0 ? numbers.reduce((best, number) => choose(best, number)) : NaN;
}

/** Half away from zero, as on paper: 1.005 to two places is 1.01, though its double lies below. */
function rounded(value, places = 0) {
  const number = numberOf(value);
  const wanted = numberOf(places);
  if (!Number.isFinite(number) || Number.isNaN(wanted)) return NaN;
  const shift = Math.trunc(Math.max(-15, Math.min(15, wanted)));
  const power = POWERS[Math.abs(shift)];
  let scaled = shift >= 0 ? Math.abs(number) * power : Math.abs(number) / power;
  if (!Number.isFinite(scaled)) return number;
  if (scaled < EXACT) scaled = Number(scaled.toPrecision(15));
  const whole = scaled < EXACT ? Math.floor(scaled + 0.5) : scaled;
  return Math.sign(number) * (shift >= 0 ? whole / power : whole * power);
}

function truncated(value) {
  const number = numberOf(value);
  return Number.isFinite(number) ? Math.trunc(number) : NaN;
}

function part(value, start, end) {
  const letters = codePoints(textOf(value));
  const last = end === undefined ? letters.length : position(end, letters.length);
  return letters.slice(position(start, letters.length), last).join("");
}

/** A position in a text of `length` characters, from 0; a negative one counts from the end. */
function position(value, length) {
  const number = numberOf(value);
  if (Number.isNaN(number)) return 0;
  const at = Math.trunc(Math.max(-length, Math.min(length, number)));
  return at < 0 ? at + length : at;
}

function dateValue(value) {
  return typeof value === "number" || hasDay(value) ? momentText(numberOf(value)).slice(0, 10) : "";
}

function formattedDate(value, pattern) {
  const found = dayAndSecond(numberOf(value));
  if (found === null) return "";
  return textOf(pattern).replace(/%(.)/gsu, (whole, code) => written(code, found.day, found.second) ?? whole);
}

/** What `%code` stands for; undefined when it is unknown. */
function written(code, day, second) {
  switch (code) {
    case "Y":
      return day.toISOString().slice(0, 4);
    case "y":
      return day.toISOString().slice(2, 4);
    case "m":
      return two(day.getUTCMonth() + 1);
    case "n":
      return String(day.getUTCMonth() + 1);
    case "b":
      return `${day.getUTCMonth() + 1}月`;
    case "d":
      return two(day.getUTCDate());
    case "e":
      return String(day.getUTCDate());
    case "a":
      return WEEKDAYS[day.getUTCDay()];
    case "H":
      return two(Math.floor(second / 3600));
    case "h":
      return String(Math.floor(second / 3600));
    case "M":
      return two(Math.floor(second / 60) % 60);
    case "S":
      return two(second % 60);
    case "%":
      return "%";
    default:
      return undefined;
  }
}

/** Functions of values. */
const PLAIN = {
  abs: (value) => Math.abs(numberOf(value)),
  "boolean-from-string": (value) => ["true", "1"].includes(textOf(value)),
  concat: concatenated,
  contains: (text, piece) => textOf(text).includes(textOf(piece)),
  count: (value) => itemsOf(value).length,
  "count-non-empty": (value) => itemsOf(value).filter((item) => textOf(item) !== "").length,
  "count-selected": (value) => choicesOf(value).length,
  date: dateValue,
  "ends-with": (text, ending) => textOf(text).endsWith(textOf(ending)),
  false: () => false,
  "format-date": formattedDate,
  int: truncated,
  join: (separator, ...values) => values.flatMap(itemsOf).map(textOf).join(textOf(separator)),
  max: (...values) => extreme(Math.max, values),
  min: (...values) => extreme(Math.min, values),
  not: (value) => !truth(value),
  number: numberOf,
  regex: (text, pattern) => new RegExp(`^(?:${pattern})$`, "u").test(textOf(text)),
  round: rounded,
  selected,
  "selected-at": selectedAt,
  "starts-with": (text, beginning) => textOf(text).startsWith(textOf(beginning)),
  string: textOf,
  "string-length": (text) => codePoints(textOf(text)).length,
  substr: part,
  sum: (value) => numbersOf([value]).reduce((total, number) => total + number, 0),
  true: () => true,
};
