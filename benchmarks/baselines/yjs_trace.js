// Replays a trace of what people typed (https://github.com/josephg/editing-traces) with Yjs. Each
// person has a document, and receives from the others what the trace says the person had seen.
// Prints a line of JSON.
//
//   node yjs_trace.js FILE

'use strict';

const fs = require('fs');
const zlib = require('zlib');
const Y = require('yjs');

const file = process.argv[2];
const bytes = fs.readFileSync(file);
const trace = JSON.parse(file.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes);

class Person {
  constructor(number) {
    this.doc = new Y.Doc();
    this.doc.clientID = number + 1; // the one in front where two insert at one place
    this.text = this.doc.getText();
    this.seen = new Set();
    this.doc.on('update', (update) => (this.update = update));
  }

  edit(patches) {
    this.doc.transact(() => {
      for (const [at, erased, inserted] of patches) {
        if (erased !== 0) this.text.delete(at, erased);
        if (inserted !== '') this.text.insert(at, inserted);
      }
    });
    return this.update;
  }
}

const people = Array.from({ length: trace.numAgents ?? 1 }, (_, number) => new Person(number));
const updates = [];

// Applies an edit and all edits before it that the person has not seen, causes first.
function show(person, edit) {
  const open = [edit];
  while (open.length !== 0) {
    const last = open[open.length - 1];
    const missing = person.seen.has(last) ? [] : trace.txns[last].parents.filter((one) => !person.seen.has(one));
    if (missing.length !== 0) {
      open.push(...missing);
      continue;
    }
    open.pop();
    if (person.seen.has(last)) continue;
    person.seen.add(last);
    Y.applyUpdate(person.doc, updates[last]);
  }
}

const begin = process.hrtime.bigint();
if (people.length === 1) {
  const [alone] = people;
  if (trace.startContent) alone.text.insert(0, trace.startContent);
  for (const { patches } of trace.txns) alone.edit(patches);
} else {
  trace.txns.forEach(({ agent, parents, patches }, number) => {
    const author = people[agent];
    for (const parent of parents) show(author, parent);
    updates.push(author.edit(patches));
    author.seen.add(number);
  });
  for (const person of people) trace.txns.forEach((_, number) => show(person, number));
}
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
const differ = people.filter((person) => person.text.toString() !== trace.endContent).length;
console.log(JSON.stringify({ 'edits/s': trace.txns.length / seconds, differ }));
