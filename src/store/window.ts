/** The part of the table that is seen: a window over groups and hosts that keeps the cursor's row in place. */
import type { HostId } from '../core/host.ts';
import type { Arranged, Group } from './groups.ts';
import type { GroupId, HostState } from './host-state.ts';

/** A row by what it shows, not by where it stands. */
export type RowKey =
  | { readonly kind: 'group'; readonly id: GroupId }
  | { readonly kind: 'host'; readonly id: HostId };

export type Row =
  | { readonly kind: 'group'; readonly group: Arranged; readonly isFolded: boolean }
  | { readonly kind: 'host'; readonly host: HostState; readonly group: Group };

export interface View {
  /** Groups the user folded (true) or unfolded (false); the others are as their kind has it. */
  readonly folds: ReadonlyMap<GroupId, boolean>;
  /** Undefined: the first row, whatever it shows. */
  readonly cursor: RowKey | undefined;
  /** The row of the window on which the cursor should stay while the table moves. */
  readonly line: number;
  readonly height: number;
}

export interface RowWindow {
  readonly rows: readonly Row[];
  /** Index in the whole table of the first row shown. */
  readonly top: number;
  /** Rows of the whole table. */
  readonly total: number;
  /** The cursor's row in this window; -1 when the table is empty. */
  readonly line: number;
}

/** Hosts at work are worth watching; all other groups say enough with their count. */
export function isFolded(group: Group, folds: View['folds']): boolean {
  return folds.get(group.id) ?? group.kind !== 'at-work';
}

/** Where a host stands; undefined when it is not shown. */
type Find = (id: HostId) => { readonly group: Arranged; readonly slot: number } | undefined;

export function windowOf(groups: readonly Arranged[], find: Find, view: View): RowWindow {
  const height = Math.max(1, view.height);
  const total = groups.reduce((sum, group) => sum + heightOf(group, view.folds), 0);
  const at = Math.min(indexOf(groups, find, view), total - 1);
  const wanted = at - Math.min(Math.max(0, view.line), height - 1);
  const top = Math.max(0, Math.min(wanted, total - height));
  return { rows: slice(groups, view.folds, top, height), top, total, line: at - top };
}

/** What the table shows at `index`; undefined beyond its ends. */
export function keyAt(
  groups: readonly Arranged[],
  folds: View['folds'],
  index: number,
): RowKey | undefined {
  const row = index < 0 ? undefined : slice(groups, folds, index, 1)[0];
  if (row === undefined) return undefined;
  return row.kind === 'group'
    ? { kind: 'group', id: row.group.id }
    : { kind: 'host', id: row.host.id };
}

function heightOf(group: Arranged, folds: View['folds']): number {
  return isFolded(group, folds) ? 1 : 1 + group.members.length;
}

/** The cursor's row in the whole table. A host inside a folded group is found at the group's own row. */
function indexOf(groups: readonly Arranged[], find: Find, { cursor, folds }: View): number {
  if (cursor === undefined) return 0;
  const place = cursor.kind === 'host' ? find(cursor.id) : undefined;
  const groupId = cursor.kind === 'host' ? place?.group.id : cursor.id;
  let index = 0;
  for (const group of groups) {
    if (group.id === groupId) {
      return place === undefined || isFolded(group, folds) ? index : index + 1 + place.slot;
    }
    index += heightOf(group, folds);
  }
  return 0; // its group has emptied, or the filter hides it
}

function slice(
  groups: readonly Arranged[],
  folds: View['folds'],
  top: number,
  height: number,
): Row[] {
  const rows: Row[] = [];
  let index = 0;
  for (const group of groups) {
    if (rows.length === height) break;
    const folded = isFolded(group, folds);
    if (index >= top) rows.push({ kind: 'group', group, isFolded: folded });
    if (!folded) {
      const from = Math.max(0, top - index - 1);
      for (const host of group.members.slice(from, from + height - rows.length)) {
        rows.push({ kind: 'host', host, group });
      }
    }
    index += heightOf(group, folds);
  }
  return rows;
}
