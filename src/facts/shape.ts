/**
 * How a fact is declared: once, here in TypeScript. The type of its value and the names that a condition of the
 * catalogue may use both come from the same declaration.
 */
import type { Pointer } from '../core/verdict.ts';

/** `double` and not `int`: CEL's int is a BigInt. `time` is a `Date`; 1970 stands for "never, or not told". */
export type Scalar = 'bool' | 'double' | 'string' | 'time';

/** The fields of a fact, or of an item in one of its lists. A shape in brackets is a list of such items. */
export interface Shape {
  readonly [field: string]: Scalar | readonly [Shape];
}

type ValueOf<F> = F extends 'bool'
  ? boolean
  : F extends 'double'
    ? number
    : F extends 'string'
      ? string
      : F extends 'time'
        ? Date
        : F extends readonly [infer S extends Shape]
          ? readonly Item<S>[]
          : never;

/** Where a value was read. `fromField` names another place for single fields. */
export interface Origin {
  readonly from: Pointer;
  readonly fromField?: Readonly<Record<string, Pointer>>;
}

export type Item<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> } & Origin;

/** A fact is total: with `known: false` its fields hold empty values and nobody may judge by them. */
export type Fact<S extends Shape> = Item<S> & { readonly known: boolean };

export const NEVER = new Date(0);

/** An unknown fact of this shape: could not look, which is not the same as "nothing there". */
export function unknown<S extends Shape>(shape: S): Fact<S> {
  const known = unknowns.get(shape) ?? emptyFact(shape);
  unknowns.set(shape, known);
  return known as Fact<S>;
}

/** One of each shape serves every host. */
const unknowns = new WeakMap<Shape, unknown>();

function emptyFact<S extends Shape>(shape: S): Fact<S> {
  const fields = Object.entries(shape).map(([name, kind]) => [name, emptyValue(kind)] as const);
  return { known: false, from: '', ...Object.fromEntries(fields) } as unknown as Fact<S>;
}

function emptyValue(kind: Scalar | readonly [Shape]): unknown {
  switch (kind) {
    case 'bool':
      return false;
    case 'double':
      return 0;
    case 'string':
      return '';
    case 'time':
      return NEVER;
    default:
      return [];
  }
}
