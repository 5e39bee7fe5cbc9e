/**
 * Evaluates the trees of the expression language in the page.
 *
 * The twin of forms/expressions (evaluation.py, operators.py, lookups.py; expression_values.js and
 * expression_functions.js are the rest): the same trees and the same answers give the same values, which
 * tests/forms/expressions/test_parity.py compares.
 *
 * A scope is
 *   answers  the record: field name to stored JSON value; a table is an array of rows (objects)
 *   row      the row of a table now being read, or null
 *   position of that row in its table, counted from 1; 0 or left out outside tables
 *   this     the stored answer that is being judged
 *   now      the office's wall clock as text, "2026-11-22T10:00:00" (see wallClock)
 *   user     {id, name, unit, unit_name, unit_kind, town, role} of the person who fills
 *   choice   the attributes of the choice that is being judged, in a choice filter
 *   kinds    names to kind words as forms/expressions/names.py tells
 *   sources  what may be looked up beside the record, each part left out where it is not known:
 *            labels   {question: {choice: words}}
 *            lists    {list: [{name, label, …}]}
 *            calendar {"2026-10-01": false, …}, days that differ from the week to whether they are worked
 *            pulled   {form: {question: {key question: {value: answer}}}}
 */

import { PLAIN, addWorkdays, choicesOf, workdaysBetween } from "./expression_functions.js";
import { hasDay, isMapping, momentText, numberFrom, numberOf, own, textOf, truth, valueOf, wordsOf } from "./expression_values.js";

export { textOf, truth };

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
    case "rows":
      return rowsValue(tree[1], tree[2], tree[3], scope);
    case "items":
      return itemsValue(tree[1], tree[2], tree[3], scope);
    default:
      throw new TypeError(`not a node: ${tree[0]}`);
  }
}

/** The wall clock of `zone` ("Asia/Shanghai") at the instant `date`, as a scope's `now` wants it. */
export function wallClock(date, zone) {
  const written = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return written.format(date).replace(" ", "T");
}

// Names to values.

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
  if (kind === "table" || (kind === undefined && hasColumns(name, scope.kinds))) return tableValue(name, scope);
  const table = kind === undefined ? tableWith(name, scope.kinds) : undefined;
  const read = readerOf(kind ?? kindOf(scope, `${table}.${name}`));
  if (isMapping(scope.row) && Object.hasOwn(scope.row, name)) return read(scope.row[name]);
  return table === undefined ? read(own(scope.answers, name)) : columnValue(table, name, scope);
}

/** Whether `name` is a table, perhaps one that stands in the rows of another. */
function hasColumns(name, kinds) {
  return Object.keys(kinds ?? {}).some((known) => known.startsWith(`${name}.`));
}

/** The rows of a table by their places: of the row being read when it has that table, else of the record. */
function tableValue(name, scope) {
  const isOfRow = isMapping(scope.row) && Object.hasOwn(scope.row, name);
  return valueOf(isOfRow ? scope.row[name] : rowsOf(name, scope));
}

function columnValue(table, column, scope) {
  const read = columnReader(table, column, scope);
  return rowsOf(table, scope)
    .filter(isMapping)
    .map((row) => read(row));
}

function rowsOf(table, scope) {
  return isMapping(scope.answers) ? rowsIn(scope.answers, table) : [];
}

/** The rows of a table; of one that stands in the rows of other tables, those of all these rows. */
function rowsIn(answers, table) {
  if (Object.hasOwn(answers, table)) return Array.isArray(answers[table]) ? answers[table] : [];
  const around = Object.values(answers).filter(Array.isArray).flat().filter(isMapping);
  return around.flatMap((row) => rowsIn(row, table));
}

/** Reads one column of a row; what is a list inside a row is one text. */
function columnReader(table, column, scope) {
  const read = readerOf(kindOf(scope, `${table}.${column}`));
  return (row) => atomOf(read(own(row, column)));
}

function atomOf(value) {
  return Array.isArray(value) ? textOf(value) : value;
}

/** The rows for which `condition` holds: their positions, or their answers to `column`. */
function rowsValue(name, condition, column, scope) {
  const [table, meant] = rowsMeant(name, column, scope.kinds ?? {});
  const read = columnReader(table, meant, scope);
  const kinds = seenFrom(table, scope.kinds ?? {});
  const found = [];
  rowsOf(table, scope).forEach((row, index) => {
    if (!isMapping(row)) return;
    const inside = { ...scope, kinds, row: { ...scope.row, ...row }, position: index + 1 };
    if (truth(evaluate(condition, inside))) found.push(meant ? read(row) : index + 1);
  });
  return found;
}

/** Table and column of `${name}[…]/column`, where `name` is a table or itself a column; two blanks: neither. */
function rowsMeant(name, column, kinds) {
  if (own(kinds, name) === "table" || hasColumns(name, kinds)) return [name, column];
  const dot = name.indexOf(".");
  const table = own(kinds, name) !== undefined && dot > 0 ? name.slice(0, dot) : tableWith(name, kinds);
  return table === undefined || column ? ["", ""] : [table, name.slice(name.lastIndexOf(".") + 1)];
}

/** `kinds` with the columns of `table` under their bare names too. */
function seenFrom(table, kinds) {
  const columns = Object.entries(kinds).filter(([name]) => name.startsWith(`${table}.`));
  return { ...kinds, ...Object.fromEntries(columns.map(([name, kind]) => [name.slice(table.length + 1), kind])) };
}

/** What a list says of the choices for which `condition` holds; of one alone, its value, of none a blank. */
function itemsValue(listed, condition, attribute, scope) {
  const items = own(scope.sources?.lists, listed) ?? [];
  const found = items
    .filter((choice) => truth(evaluate(condition, { ...scope, choice })))
    .map((choice) => atomOf(valueOf(own(choice, attribute))));
  return found.length > 1 ? found : (found[0] ?? "");
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
  "add-workdays": ([start, count], scope) =>
    addWorkdays(evaluate(start, scope), evaluate(count, scope), scope.sources?.calendar ?? {}),
  coalesce: firstFilled,
  "has-role": ([role], scope) => wordsOf(own(scope.user, "role") ?? "").includes(textOf(evaluate(role, scope))),
  if: ([condition, then, otherwise], scope) => evaluate(truth(evaluate(condition, scope)) ? then : otherwise, scope),
  "indexed-repeat": indexed,
  "jr:choice-name": choiceWords,
  now: (_, scope) => scope.now.slice(0, 19),
  once: ([tree], scope) => firstFilled([["this"], tree], scope),
  today: (_, scope) => scope.now.slice(0, 10),
  position: (_, scope) => scope.position || NaN,
  pulldata: pulled,
  random: () => NaN, // the server decides
  user: ([tree], scope) => own(scope.user, textOf(evaluate(tree, scope))) ?? "",
  uuid: () => "", // the server decides
  "workdays-between": ([start, end], scope) =>
    workdaysBetween(evaluate(start, scope), evaluate(end, scope), scope.sources?.calendar ?? {}),
};

function pulled(trees, scope) {
  const [form, question, key, value] = trees.map((tree) => textOf(evaluate(tree, scope)));
  const answers = own(own(own(scope.sources?.pulled, form), question), key);
  return value === "" ? "" : valueOf(own(answers, value));
}

/** The answer to a column in one row of a table, counted from 1; blank beyond the last. */
function indexed([[, column], [, table], position], scope) {
  const at = numberOf(evaluate(position, scope));
  const rows = rowsOf(table, scope);
  if (!(at >= 1 && at < rows.length + 1)) return "";
  const name = column.slice(column.lastIndexOf(".") + 1);
  const row = rows[Math.trunc(at) - 1];
  return isMapping(row) ? readerOf(kindOf(scope, `${table}.${name}`))(own(row, name)) : "";
}

/** What the choices are called, or they themselves where that is not known. */
function choiceWords([tree, [, question]], scope) {
  const known = own(scope.sources?.labels, question.slice(question.lastIndexOf(".") + 1));
  return choicesOf(evaluate(tree, scope))
    .map((choice) => own(known, choice) ?? choice)
    .join("、");
}

function firstFilled(trees, scope) {
  for (const tree of trees.slice(0, -1)) {
    const value = evaluate(tree, scope);
    if (textOf(value) !== "") return value;
  }
  return evaluate(trees.at(-1), scope);
}
