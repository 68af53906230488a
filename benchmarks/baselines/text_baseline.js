// The same transform and compose in plain JavaScript: a delta is an array of strings (insert),
// positive numbers (retain) and negative numbers (delete), in canonical form. Prints a line of JSON.
//
//   node text_baseline.js transform|compose OPERATIONS PAIRS ROUNDS

'use strict';

const isInsert = (part) => typeof part === 'string';
const lengthOf = (part) => (isInsert(part) ? part.length : Math.abs(part));

function push(out, part) {
  if (part === 0 || part === '') return;
  const end = out.length - 1;
  const last = out[end];
  if (isInsert(part)) {
    if (isInsert(last)) out[end] = last + part;
    else if (last < 0) {
      if (isInsert(out[end - 1])) out[end - 1] += part;
      else out.splice(end, 0, part);
    } else out.push(part);
  } else if (!isInsert(last) && ((last > 0 && part > 0) || (last < 0 && part < 0))) {
    out[end] = last + part;
  } else out.push(part);
}

function trim(out) {
  if (out[out.length - 1] > 0) out.pop();
  return out;
}

// What is left of the component at a place of a delta.
class Cursor {
  constructor(parts) {
    this.parts = parts;
    this.at = 0;
    this.part = parts[0];
  }

  get atEnd() {
    return this.at === this.parts.length;
  }

  skip() {
    this.part = this.parts[++this.at];
  }

  take(length) {
    const part = this.part;
    if (lengthOf(part) === length) {
      this.skip();
      return part;
    }
    if (isInsert(part)) {
      this.part = part.slice(length);
      return part.slice(0, length);
    }
    this.part = part > 0 ? part - length : part + length;
    return part > 0 ? length : -length;
  }
}

// `second` rewritten to come after `first`, whose insert goes in front if `firstWins`.
function transform(first, second, firstWins) {
  const out = [];
  const before = new Cursor(first);
  const next = new Cursor(second);
  while (!next.atEnd) {
    if (!before.atEnd && isInsert(before.part) && (firstWins || !isInsert(next.part))) {
      push(out, before.part.length);
      before.skip();
    } else if (isInsert(next.part)) {
      push(out, next.part);
      next.skip();
    } else if (before.atEnd) {
      push(out, next.part);
      next.skip();
    } else {
      const length = Math.min(lengthOf(before.part), lengthOf(next.part));
      const passed = before.take(length);
      const taken = next.take(length);
      if (passed > 0) push(out, taken);
    }
  }
  return trim(out);
}

function compose(first, second) {
  const out = [];
  const before = new Cursor(first);
  const next = new Cursor(second);
  while (!before.atEnd || !next.atEnd) {
    if (!next.atEnd && isInsert(next.part)) {
      push(out, next.part);
      next.skip();
    } else if (!before.atEnd && before.part < 0) {
      push(out, before.part);
      before.skip();
    } else if (next.atEnd) {
      push(out, before.part);
      before.skip();
    } else if (before.atEnd) {
      push(out, next.part);
      next.skip();
    } else {
      const length = Math.min(lengthOf(before.part), lengthOf(next.part));
      const passed = before.take(length);
      const taken = next.take(length);
      if (taken > 0) push(out, passed);
      else if (!isInsert(passed)) push(out, taken);
    }
  }
  return trim(out);
}

// splitmix64, so that all languages have the same deltas.
const word = (1n << 64n) - 1n;
class Random {
  constructor(seed) {
    this.state = BigInt(seed);
  }

  below(bound) {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & word;
    let x = this.state;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & word;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & word;
    x ^= x >> 31n;
    return Number(x % BigInt(bound));
  }
}

// So many operations, each behind a retain: an insert of a few letters, or a deletion.
function generate(random, operations) {
  const out = [];
  for (let i = 0; i < operations; ++i) {
    push(out, 1 + random.below(8));
    if (random.below(2) === 0) {
      push(out, 'abcdefgh'.slice(0, 1 + random.below(4)));
    } else {
      push(out, -(1 + random.below(4)));
    }
  }
  return out;
}

function digest(parts) {
  let sum = parts.length;
  for (const part of parts) sum = (sum * 31 + lengthOf(part) + (isInsert(part) ? 7 : part < 0 ? 3 : 0)) >>> 0;
  return sum;
}

const [, , what, operations, pairs, rounds] = process.argv;
const random = new Random(42);
const all = [];
for (let i = 0; i < Number(pairs); ++i)
  all.push([generate(random, Number(operations)), generate(random, Number(operations))]);
const work = what === 'transform' ? (a, b) => transform(a, b, true) : compose;

let sum = 0;
for (const [a, b] of all) sum = (sum * 31 + digest(work(a, b))) >>> 0;
let length = 0;
const run = (times) => {
  for (let round = 0; round < times; ++round) for (const [a, b] of all) length += work(a, b).length;
};
run(Math.ceil(Number(rounds) / 2)); // lets the compiler warm up
const begin = process.hrtime.bigint();
run(Number(rounds));
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
if (length < 0) throw new Error('impossible');
console.log(JSON.stringify({ 'deltas/s': (Number(pairs) * Number(rounds)) / seconds, digest: sum,
                             'peak_mib': process.resourceUsage().maxRSS / 1024 }));
