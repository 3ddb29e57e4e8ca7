/** Which columns the table has: those that the user chose, else as many as there is room for. Pure. */
import type { RunStore } from '../store/run.ts';
import type { Drawing } from './run-lines.ts';

/** One of our own, or the key of a label. */
export interface Column {
  readonly name: string;
  readonly width: number;
}

const GUTTER = 4;
const GAP = 1;
const WIDE = 110;
/** What the reason needs to be worth its place. */
const LEAST_WHY = 24;
/** Where there is no room for all, these go first; then labels, the last one first. */
const FIRST_TO_GO = ['age', 'conf', 'since', 'cause'];

/** All that there are, in their order. */
export function columnsFor(store: RunStore): readonly string[] {
  return ['host', ...store.labels().keys(), 'since', 'cause', 'age', 'why', 'conf'];
}

const USUAL: ReadonlySet<string> = new Set(['host', 'site', 'group', 'since', 'why', 'conf']);

/** Those that are wanted, whether or not there is room for them. */
export function shownColumns(
  chosen: readonly string[] | undefined,
  store: RunStore,
): readonly string[] {
  return chosen ?? columnsFor(store).filter((name) => USUAL.has(name));
}

/** Widths for this terminal; `why` takes what the others leave. */
export function columnsOf(
  chosen: readonly string[] | undefined,
  { store, width }: Drawing,
): readonly Column[] {
  // A label that was chosen in another run may not be in this one.
  const known = new Set(columnsFor(store));
  const names = shownColumns(chosen, store).filter((name) => known.has(name));
  const rest = (): number =>
    names
      .filter((name) => name !== 'why')
      .reduce((room, name) => room - widthOf(name, width) - GAP, width - GUTTER);
  const least = names.includes('why') ? LEAST_WHY : 0;
  if (chosen === undefined && width < WIDE) remove(names, 'group');
  while (names.length > 1 && rest() < least) remove(names, nextToGo(names));
  return names.map((name) => ({
    name,
    width: name === 'why' ? Math.max(8, rest()) : widthOf(name, width),
  }));
}

function remove(names: string[], name: string): void {
  const at = names.indexOf(name);
  if (at >= 0) names.splice(at, 1);
}

function nextToGo(names: readonly string[]): string {
  const label = names.findLast((name) => !STAYS.has(name)) ?? names.at(-1) ?? '';
  return FIRST_TO_GO.find((name) => names.includes(name)) ?? label;
}

const STAYS: ReadonlySet<string> = new Set(['host', 'why']);

function widthOf(name: string, width: number): number {
  const isWide = width >= WIDE;
  switch (name) {
    case 'host':
      return isWide ? 26 : 18;
    case 'since':
    case 'age':
      return 6;
    case 'cause':
      return 22;
    case 'conf':
      return 4;
    default:
      return isWide ? 12 : 9;
  }
}
